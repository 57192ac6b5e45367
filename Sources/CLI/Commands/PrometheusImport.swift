import Networking
import Service
import TimeSeries

/// `bellwether import --prometheus URL`: brings the past of a Prometheus into the store.
enum PrometheusImport {
    static let options = [
        Command.Option("--prometheus", value: "URL", "instead of files: the past of the Prometheus there"),
        Command.Option("--query", value: "SELECTOR", "Prometheus: which series, or any expression"),
        Command.Option("--start", value: "T", "Prometheus: the first time, RFC 3339 or epoch seconds"),
        Command.Option("--end", value: "T", "Prometheus: the last time (now)"),
        Command.Option("--step", value: "STEP", "Prometheus: from one point to the next (1m)"),
    ]

    /// Milliseconds from one point to the next where nothing is said.
    private static let usualStep: Int64 = 60_000

    /// What the options ask for; `nil` when no Prometheus is named.
    ///
    /// - Throws: ``UsageError``.
    static func question(_ arguments: Arguments) throws -> PrometheusSource.Question? {
        guard let url = arguments.text("--prometheus") else {
            if let name = options.map(\.name).first(where: arguments.has) {
                throw UsageError("\(name) belongs to --prometheus")
            }
            return nil
        }
        for name in ["--label", "--timezone", "--format"] where arguments.has(name) {
            throw UsageError("\(name) is for files, not for --prometheus")
        }
        if let file = arguments.operands.first {
            throw UsageError("--prometheus takes no file, and '\(file)' is one; --query names the series")
        }
        guard let query = arguments.text("--query") else {
            throw UsageError("--prometheus needs --query, as 'up' or '{job=\"node\"}'")
        }
        guard let start = try time(arguments, "--start") else {
            throw UsageError("--prometheus needs --start, as 2026-01-01T00:00:00Z")
        }
        let now = Timestamp(milliseconds: Int64(Clocks.system.wall()) * 1000)
        let end = try time(arguments, "--end") ?? now
        guard start <= end else { throw UsageError("--start lies after --end") }
        return PrometheusSource.Question(
            url: url, query: query, start: start, end: end, step: try step(arguments),
            metric: arguments.text("--metric"))
    }

    /// Asks window by window and stores what comes.
    static func send(
        _ source: PrometheusSource, of question: PrometheusSource.Question, to connection: ServiceConnection,
        _ console: Console, _ progress: ProgressBar, _ tally: inout ImportTally
    ) throws(Failure) {
        defer { progress.clear() }
        var (empty, notes) = (0, Set<String>())
        while true {
            let reached = source.reached.rfc3339(in: .utc)
            progress.show("Prometheus", share: source.share, "\(reached), \(tally.accepted) points")
            guard let window = try source.nextWindow() else { break }
            for body in window.bodies {
                let answer = try connection.askPatiently(
                    .post, ImportCommand.path, contentType: "application/x-ndjson", body: body)
                tally.add(try answer.json(), from: question.url)
            }
            tally.refuse(window.rejected)
            empty += window.empty
            // A server says the same of every window.
            for note in window.notes where notes.insert(note).inserted {
                progress.clear()
                console.note("\(question.url): \(note)")
            }
        }
        progress.clear()
        if empty > 0 { console.note("\(empty) points are no number and were left out") }
    }

    private static func time(_ arguments: Arguments, _ name: String) throws -> Timestamp? {
        guard let text = arguments.text(name) else { return nil }
        do throws(TimestampError) {
            guard let seconds = Double(text) else { return try Timestamp(rfc3339: text) }
            return try Timestamp(epochSeconds: seconds)
        } catch {
            throw UsageError("\(name): \(error)")
        }
    }

    private static func step(_ arguments: Arguments) throws -> Int64 {
        guard let text = arguments.text("--step") else { return usualStep }
        do throws(StepError) {
            return try Step(parsing: text).nominalMilliseconds
        } catch {
            throw UsageError("--step: \(error)")
        }
    }
}
