import Networking
import Pipeline
import Service
import TimeSeries

/// What definitions would have opened on the stored points, as a service or a data directory says.
struct DefinitionPreviews {
    /// Options of `check` that say whose points these are.
    static let options = [
        Command.Option(
            "--preview", value: "D", "tell the incidents that it would have opened in the last D, as 30d"),
        Command.Option(
            "--data", value: "DIR", "with --preview: the data directory (\(Configuration().data))"),
        Command.Option("--url", value: "URL", "with --preview: ask the service there instead"),
        Command.Option(
            "--token-file", value: "FILE", "with --preview: what the service wants as a bearer token"),
    ]

    let days: Int
    /// Where the points are, for messages.
    let place: String
    let rows: [Row]

    /// What one definition would have said.
    struct Row {
        let name: String
        let series: Int
        let points: Int
        let warming: Int
        let anomalies: Int
        /// Incidents that it would have opened; `nil` for a definition that tells nobody.
        let incidents: Int?
        /// Milliseconds since 1970, of the last of them; `nil` without one.
        let last: Int64?
    }

    /// Asks about each definition, in their order.
    ///
    /// - Returns: `nil` where nobody wants to know.
    /// - Throws: ``UsageError`` for options that do not fit; ``Failure`` when a question is not answered.
    init?(_ definitions: [MetricDefinition], _ arguments: Arguments, _ console: Console) throws {
        guard let text = arguments.text("--preview") else {
            for name in ["--data", "--url", "--token-file"] where arguments.has(name) {
                throw UsageError("\(name) says whose points are gone over: it needs --preview, such as 30d")
            }
            return nil
        }
        days = try Self.days(text)
        let connection = try ServiceConnection.openForQuestions(arguments, console)
        defer { connection.close() }
        place = connection.place
        var rows: [Row] = []
        for definition in definitions {
            rows.append(try Self.row(definition, days: days, connection))
        }
        self.rows = rows
    }

    private static func days(_ text: String) throws -> Int {
        let milliseconds: Int64
        do throws(StepError) {
            milliseconds = try Step(parsing: text).nominalMilliseconds
        } catch {
            throw UsageError("--preview must be a duration: \(error)")
        }
        let days = milliseconds / Step.millisecondsInDay
        guard milliseconds.isMultiple(of: Step.millisecondsInDay), (1...3_650).contains(days) else {
            throw UsageError("--preview must be 1 to 3650 whole days, such as 30d, not '\(text)'")
        }
        return Int(days)
    }

    private static func row(
        _ definition: MetricDefinition, days: Int, _ connection: ServiceConnection
    ) throws(Failure) -> Row {
        let answer: JSONValue
        do throws(Failure) {
            answer = try connection.ask(
                .post, "/api/v1/preview", query: [("time", "unix")], contentType: "application/json",
                body: PreviewOrder.body(definition, days: days)
            ).json()
        } catch {
            throw Failure("\(definition.name): \(error.message)", code: error.code)
        }
        guard let series = answer["series"]?.integer, let points = answer["points"]?.integer,
            let warming = answer["warming"]?.integer, let anomalies = answer["anomalies"]?.integer,
            let incidents = answer["incidents"]?.elements
        else {
            throw Failure("\(definition.name): the answer is no preview; is --url the one of bellwether?")
        }
        let opened = incidents.compactMap { $0["opened_at"]?.double }
        return Row(
            name: definition.name, series: series, points: points, warming: warming, anomalies: anomalies,
            incidents: definition.alert == nil ? nil : opened.count,
            last: opened.max().map { Int64(($0 * 1_000).rounded()) })
    }
}

// MARK: - Output

extension DefinitionPreviews {
    /// A table for people.
    func lines(width: Int) -> [String] {
        var table = TextTable(header: [
            "preview", "series", "points", "anomalies", "incidents", "last opened",
        ])
        for row in rows {
            table.add([
                row.name, "\(row.series)", "\(row.points)", "\(row.anomalies)",
                row.incidents.map { "\($0)" } ?? "no alert",
                row.last.map { Timestamp(milliseconds: $0).rfc3339(in: .utc) } ?? "-",
            ])
        }
        let opened = rows.reduce(0) { $0 + ($1.incidents ?? 0) }
        var lines = table.lines(width: width)
        for row in rows where row.warming > 0 {
            lines += Wrapping.lines(
                "\(row.name): \(row.warming) of \(row.series) series had too few points for a model",
                width: width)
        }
        let total =
            "the last \(days) day\(days == 1 ? "" : "s") of \(place): \(opened) "
            + "incident\(opened == 1 ? "" : "s") would have opened"
        return lines + Wrapping.lines(total, width: width) + [""]
    }

    /// The same for programs.
    func write(to json: inout JSONWriter) {
        json.key("preview")
        json.object { json in
            json.member("days", days)
            json.key("definitions")
            json.array { json in
                for row in rows {
                    json.object { json in
                        json.member("name", row.name)
                        json.member("series", row.series)
                        json.member("points", row.points)
                        json.member("warming", row.warming)
                        json.member("anomalies", row.anomalies)
                        json.member("incidents", row.incidents)
                        json.member(
                            "last_opened_at",
                            row.last.map { Timestamp(milliseconds: $0).rfc3339(in: .utc) })
                    }
                }
            }
        }
    }
}
