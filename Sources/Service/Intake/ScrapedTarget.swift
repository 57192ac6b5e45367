internal import Ingest
internal import Networking
internal import Pipeline
internal import Synchronization
internal import TimeSeries

/// One target, what it showed last, and how it is asked.
///
/// A series that the target does not show again ends with a stale marker, and so do all of them when it does not
/// answer; those of times that the target shows itself do not, as with Prometheus. Every scrape brings `up`,
/// `scrape_duration_seconds` and `scrape_samples_scraped`.
///
/// - Source: Prometheus, *Jobs and instances* and *Querying basics*, "Staleness"; `scrape/scrape.go`.
final class ScrapedTarget: Sendable {
    let source: ScrapeSource
    /// Scrapes that came to something, those that did not, and samples that were not stored.
    let done = Counter(), failed = Counter(), lost = Counter()
    private let client: HTTPClient
    private let path: String
    private let monitor: Monitor
    private let clocks: Clocks
    private let log: Log
    /// The encoded labels of the series that the last scrape brought; touched by one thread, the target's.
    private let shown = Mutex<Set<[UInt8]>>([])
    /// Whether the last scrape failed, so that a target that is away is logged once.
    private let isDown = Mutex(false)

    /// What is asked for: OpenMetrics where the target has it, else the text format.
    private static let accept =
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

    /// - Parameter mostBytes: The most bytes of one answer.
    /// - Throws: `HTTPClientError` for an address that is none.
    init(
        _ source: ScrapeSource, mostBytes: Int, monitor: Monitor, clocks: Clocks, log: Log
    ) throws(HTTPClientError) {
        self.source = source
        let parts = ScrapedTarget.parts(of: source.url)
        path = parts.target
        var settings = HTTPClient.Configuration()
        settings.timeout = source.timeoutSeconds
        settings.connectTimeout = min(settings.connectTimeout, source.timeoutSeconds)
        settings.maximumResponseBytes = mostBytes
        client = try HTTPClient(baseURL: parts.base, configuration: settings)
        self.monitor = monitor
        self.clocks = clocks
        self.log = log
    }

    /// Scheme, host and port of an address, and its path and query.
    static func parts(of url: String) -> (base: String, target: String) {
        guard let colon = url.firstRange(of: "://"),
            let slash = url[colon.upperBound...].firstIndex(where: { $0 == "/" || $0 == "?" })
        else { return (url, "/metrics") }
        return (String(url[..<slash]), String(url[slash...]))
    }

    /// Asks once and stores what came, with `up` and the rest.
    ///
    /// - Parameter time: The time of what is stored, milliseconds since 1970.
    func scrape(at time: Int64) {
        let begin = clocks.steady()
        var decoded: DecodedPoints
        var isUp = true
        do throws(ScrapeFailure) {
            decoded = try ask(at: time)
        } catch {
            decoded = DecodedPoints()
            isUp = false
            note(failure: error)
        }
        let seconds = Double(clocks.steady() - begin) / 1e9
        let samples = decoded.points.count
        if isUp {
            done.add()
            isDown.withLock { $0 = false }
        } else {
            failed.add()
        }
        lost.add(decoded.rejected)
        endVanished(&decoded, at: time)
        for (name, value) in [
            ("up", isUp ? 1 : 0), ("scrape_duration_seconds", seconds),
            ("scrape_samples_scraped", Double(samples)),
        ] {
            guard let labels = try? source.labels.setting(Labels.metricName, to: name) else { continue }
            decoded.append(labels, [Point(milliseconds: time, value: value)])
        }
        let (count, refused) = (decoded.points.count, decoded.rejected)
        monitor.ingest(decoded) { [lost] report in
            lost.add(report.failure == nil ? report.rejected - refused : count)
        }
    }

    /// Ends all series that the target showed: it is not scraped any more.
    func end(at time: Int64) {
        var decoded = DecodedPoints()
        endVanished(&decoded, at: time)
        guard !decoded.points.isEmpty else { return }
        monitor.ingest(decoded) { _ in }
    }

    /// Goes on with the series of another target that shows the same in another rhythm.
    func takeOver(from other: ScrapedTarget) {
        let series = other.shown.withLock { shown in
            defer { shown = [] }
            return shown
        }
        shown.withLock { $0.formUnion(series) }
    }

    /// The address without its query, which may hold secrets.
    private var shownURL: Substring { source.url.prefix { $0 != "?" } }

    private func ask(at time: Int64) throws(ScrapeFailure) -> DecodedPoints {
        var headers = [(name: "Accept", value: Self.accept)]
        if let token = source.token { headers.append(("Authorization", "Bearer " + token)) }
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try client.send(.get, path, headers: headers)
        } catch {
            throw ScrapeFailure(reason: "\(error)")
        }
        guard response.status == 200 else {
            throw ScrapeFailure(reason: "\(shownURL) answers with \(response.status)")
        }
        let type = response.header("content-type")?.prefix { $0 != ";" }.trimmed.lowercased()
        let target = ScrapeTarget(
            labels: source.labels, honorsLabels: source.honorsLabels, honorsTimes: source.honorsTimes)
        do throws(DecodeError) {
            return try PrometheusText.decode(
                response.body, type == PrometheusText.openMetricsType ? .openMetrics : .text,
                at: Timestamp(milliseconds: time), target: target)
        } catch {
            throw ScrapeFailure(reason: "\(shownURL): \(error)")
        }
    }

    /// Adds a stale marker for each series that is not there any more.
    private func endVanished(_ decoded: inout DecodedPoints, at time: Int64) {
        var now: Set<[UInt8]> = []
        for entry in decoded.series
        where decoded.points[entry.points].contains(where: { $0.milliseconds == time }) {
            now.insert(Array(decoded.bytes[entry.labels]))
        }
        let gone = shown.withLock { shown in
            defer { shown = now }
            return shown.subtracting(now)
        }
        // In the order of their bytes, so that a replay sees what the live run saw.
        let stale = Point(milliseconds: time, value: Double(bitPattern: Point.staleMarkerBits))
        for bytes in gone.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard let labels = try? Labels(encoded: bytes.span) else { continue }
            decoded.append(labels, [stale])
        }
    }

    private func note(failure: ScrapeFailure) {
        let wasDown = isDown.withLock { isDown in
            defer { isDown = true }
            return isDown
        }
        log.line(wasDown ? .debug : .warning, "a scrape failed: \(failure.reason)")
    }
}

/// Why a scrape brought nothing.
struct ScrapeFailure: Error {
    let reason: String
}
