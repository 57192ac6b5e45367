import Networking
import Pipeline

extension Handlers {
    /// What happens now, as server-sent events.
    @Sendable static func stream(_ request: Request, _ context: Context) throws -> StreamingAnswer {
        let monitor = try context.requireMonitor()
        let query = try QueryParameters(request, knowing: ["series", "topics", "last_event_id"])
        var series: Set<UInt32> = []
        for (name, value) in request.http.query where name == "series" {
            series.insert(try monitor.requireSeries(value).id)
        }
        guard series.count <= LiveStreams.mostSeries else {
            throw QueryParameters.problem("a stream shows at most \(LiveStreams.mostSeries) series")
        }
        let topics = try query.words("topics", of: LiveTopic.self)
        guard !series.isEmpty || !topics.isEmpty else {
            throw QueryParameters.problem("name at least one series or topic, as series=12 or topics=incidents")
        }
        guard let live = context.live else {
            throw Problem("no-stream", 503, "No stream", detail: "This service has no streams.")
        }
        guard live.count < LiveStreams.mostStreams else {
            throw Problem(
                "too-many-streams", 503, "Too many streams",
                detail: "\(LiveStreams.mostStreams) streams are open, the most there may be.",
                retryAfterSeconds: 10)
        }
        let last = request.http.header("last-event-id") ?? request.query("last_event_id")
        // A proxy that waits for more before it passes something on is told not to.
        let head = HTTPResponse(
            contentType: "text/event-stream; charset=utf-8", headers: [("X-Accel-Buffering", "no")])
        return StreamingAnswer(head: head) { [series, topics] stream in
            live.add(stream, series: series, topics: topics, after: last)
        }
    }
}

extension QueryParameters {
    /// Some of the words of a type, with commas between them or each by itself.
    func words<Word: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String, of type: Word.Type
    ) throws(Problem) -> Set<Word> {
        var words: Set<Word> = []
        for pair in request.http.query where pair.name == name {
            for text in pair.value.split(separator: ",") {
                guard let word = Word(rawValue: String(text)) else {
                    let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Self.problem("\(name) may have \(known), not \"\(text)\"")
                }
                words.insert(word)
            }
        }
        return words
    }
}
