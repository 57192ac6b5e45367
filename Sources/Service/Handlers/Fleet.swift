import Networking
import Pipeline
import TimeSeries

extension Handlers {
    /// How all series do, a page at a time.
    @Sendable static func fleet(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let query = try QueryParameters(
            request, knowing: ["search", "state", "definition", "sort", "limit", "offset", "heat"])
        var question = FleetQuestion()
        question.search = request.query("search") ?? ""
        question.state = try query.word("state")
        question.definition = request.query("definition").flatMap { $0.isEmpty ? nil : $0 }
        question.order = try query.word("sort") ?? .score
        question.limit = try query.whole("limit", in: 1...1_000, default: 200)
        question.offset = try query.whole("offset", in: 0...10_000_000, default: 0)
        question.heat = try query.whole("heat", in: 1...120, default: 60)
        let fleet = try monitor.fleet(question)
        return .json { json in
            json.object { json in
                json.time("time", fleet.time, true)
                json.member("series", fleet.series)
                json.member("matching", fleet.matching)
                json.key("counts")
                json.object { json in
                    for state in [FleetState.ok, .anomalous, .warming, .noData] {
                        json.member(state.rawValue, fleet.counts[state] ?? 0)
                    }
                }
                json.key("rows")
                json.array { json in for row in fleet.rows { write(row, to: &json) } }
            }
        }
    }

    private static func write(_ row: Fleet.Row, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", Int(row.id))
            json.member("name", row.labels[Labels.metricName] ?? "")
            json.key("labels")
            LiveText.write(row.labels, without: Labels.metricName, to: &json)
            json.member("definition", row.definition)
            json.member("state", row.state.rawValue)
            json.member("score", row.score)
            json.member("value", row.value)
            json.member("timestamp", row.time.map { Double($0) / 1000 })
            json.member("heat", row.heat)
        }
    }
}

extension QueryParameters {
    /// One of the words of a type; `nil` when there is none or it is empty.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Word? {
        guard let text = request.query(name), !text.isEmpty else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.problem("\(name) must be one of \(words), not \"\(text)\"")
        }
        return word
    }
}
