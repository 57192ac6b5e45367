import Ingest
import Networking
import TimeSeries

/// The past of a Prometheus, asked window by window through `query_range`.
///
/// Windows follow one another in time and hold all series, so that a service scores the points as they were. A window
/// that is too much for the server, or for one answer, is asked again by halves.
final class PrometheusSource {
    /// What is asked.
    struct Question {
        /// The address of the server, without `/api/v1`.
        var url: String
        /// A selector or any other expression.
        var query: String
        /// The first time and the last, both included.
        var start: Timestamp
        var end: Timestamp
        /// Milliseconds from one point of a series to the next.
        var step: Int64
        /// The name of series that have none.
        var metric: String?
    }

    /// What one window held.
    struct Window {
        /// JSON lines as the service takes them, in parts that it takes at once.
        var bodies: [[UInt8]] = []
        var series = 0
        var points = 0
        /// Points that are no number, which are not sent.
        var empty = 0
        /// What could not be read, with the reasons.
        var rejected = 0
        var notes: [String] = []
    }

    /// The most points that Prometheus answers with for one series.
    ///
    /// - Source: Prometheus, `web/api/v1/api.go`, "exceeded maximum resolution of 11,000 points per timeseries".
    static let mostPoints: Int64 = 11_000
    /// The largest answer; one that is larger is asked for by halves.
    private static let mostBytes = 128 << 20
    /// Seconds for one answer, above the two minutes that Prometheus gives itself.
    private static let timeout = 150.0
    /// Bytes from which a body is sent.
    private static let bodyBytes = 4 << 20

    private let question: Question
    private let client: HTTPClient
    private var next: Timestamp
    private var windowPoints = PrometheusSource.mostPoints

    /// - Throws: `HTTPClientError` for an address that is none.
    init(_ question: Question) throws(HTTPClientError) {
        self.question = question
        next = question.start
        var settings = HTTPClient.Configuration()
        settings.timeout = Self.timeout
        settings.maximumResponseBytes = Self.mostBytes
        settings.userAgent = "bellwether/\(Version.number)"
        client = try HTTPClient(baseURL: question.url, configuration: settings)
    }

    /// What is done of the time between start and end, 0 … 1.
    var share: Double {
        let whole = question.end.milliseconds - question.start.milliseconds + 1
        return min(Double(next.milliseconds - question.start.milliseconds) / Double(whole), 1)
    }

    /// The time before which everything was asked for.
    var reached: Timestamp { next }

    /// The next window; `nil` after the last.
    ///
    /// - Throws: ``Failure`` with what the server says.
    func nextWindow() throws(Failure) -> Window? {
        while next <= question.end {
            let span = (windowPoints - 1) * question.step
            let last = min(next.milliseconds + span, question.end.milliseconds)
            switch try ask(from: next.milliseconds, to: last) {
            case .success(let answer):
                next = Timestamp(milliseconds: last + question.step)
                return Self.window(answer)
            case .failure(let refusal):
                guard windowPoints > 1 else { throw refusal.failure }
                windowPoints /= 2
            }
        }
        return nil
    }

    /// That a window is too large.
    private struct TooMuch: Error {
        let failure: Failure
    }

    /// - Returns: A failure where less may go well.
    private func ask(
        from start: Int64, to end: Int64
    ) throws(Failure) -> Result<QueryRangeReader.Answer, TooMuch> {
        let target = HTTPClient.target(
            "/api/v1/query_range",
            query: [
                ("query", question.query), ("start", Self.seconds(start)), ("end", Self.seconds(end)),
                ("step", Self.seconds(question.step)),
            ])
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try client.send(.get, target)
        } catch {
            switch error {
            case .responseTooLarge, .timedOut(_, _, whileConnecting: false):
                return .failure(TooMuch(failure: Failure("\(error)")))
            default: throw Failure("\(error)")
            }
        }
        do throws(QueryRangeError) {
            return .success(try QueryRangeReader.decode(response.body, metric: question.metric))
        } catch .refused(let type, let message) {
            let failure = Failure("\(client.baseURL): Prometheus refused the query (\(type)): \(message)")
            // Too many samples for one query, or too long: half of it may do.
            guard ["execution", "timeout"].contains(type) else { throw failure }
            return .failure(TooMuch(failure: failure))
        } catch {
            guard response.status == 200 else {
                throw Failure("\(client.baseURL) answers with \(response.status); is it a Prometheus?")
            }
            throw Failure("\(client.baseURL): \(error)")
        }
    }

    /// Milliseconds as Prometheus reads times and steps.
    private static func seconds(_ milliseconds: Int64) -> String {
        NumberText.exact(Double(milliseconds) / 1000)
    }

    /// The points of an answer as the form of JSON lines that has whole milliseconds.
    private static func window(_ answer: QueryRangeReader.Answer) -> Window {
        let decoded = answer.points
        var window = Window()
        window.rejected = decoded.rejected
        window.notes = answer.warnings + decoded.errors.map { "\($0)" }
        var body: [UInt8] = []
        for (place, entry) in decoded.series.enumerated() {
            guard let labels = try? decoded.labels(at: place) else { continue }
            let points = decoded.points[entry.points].filter(\.value.isFinite)
            window.empty += entry.points.count - points.count
            guard !points.isEmpty else { continue }
            window.series += 1
            window.points += points.count
            var json = JSONWriter(reservingCapacity: points.count * 32)
            json.object { json in
                json.key("metric")
                json.object { json in
                    for pair in labels.pairs { json.member(pair.name, pair.value) }
                }
                json.member("values", points.map(\.value))
                json.key("timestamps")
                json.integers(points.map(\.milliseconds))
            }
            body += json.bytes
            body.append(UInt8(ascii: "\n"))
            if body.count >= bodyBytes {
                window.bodies.append(body)
                body = []
            }
        }
        if !body.isEmpty { window.bodies.append(body) }
        return window
    }
}
