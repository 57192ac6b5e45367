import Ingest
import Networking
import Pipeline
import Storage
import TimeSeries

extension Handlers {
    /// The labels of stored series, in the envelope of Prometheus.
    @Sendable static func series(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let query = try QueryParameters(request, knowing: ["match[]", "start", "end", "limit"])
        let limit = try query.whole("limit", in: 1...1_000_000, default: 100_000)
        _ = try query.times()
        let selectors = try query.selectors("match[]")
        var seen = Set<UInt32>()
        let found =
            selectors.isEmpty
            ? monitor.series(matching: nil)
            : selectors.flatMap { monitor.series(matching: $0) }.filter { seen.insert($0.id).inserted }
        return .json { json in
            json.object { json in
                json.member("status", "success")
                json.key("data")
                json.array { json in
                    for series in found.prefix(limit) {
                        json.object { json in
                            for pair in series.labels.pairs { json.member(pair.name, pair.value) }
                        }
                    }
                }
            }
        }
    }

    /// The header field that names the series after the last one of an answer.
    static let nextField = "Bellwether-Next"
    /// The header field with the code of what is to be said of an answer that has no place for it.
    static let warningField = "Bellwether-Warning"
    /// An answer ends after the series with which it reaches so many.
    private static let mostPoints = 500_000

    /// The points of stored series, a page at a time.
    @Sendable static func export(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try exportPage(request, context, mostPoints: mostPoints)
    }

    /// A page that ends after the series with which it reaches so many points.
    static func exportPage(
        _ request: Request, _ context: Context, mostPoints: Int
    ) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let query = try QueryParameters(
            request, knowing: ["selector", "start", "end", "format", "after", "step"])
        let times = try query.times()
        let isCSV = try query.choice("format", ["json", "csv"]) == "csv"
        let first = try query.whole("after", in: 0...Int(UInt32.max), default: 0)
        let step = try query.fixedStep("step")
        var isRolledUp = false
        var body: [UInt8] = isCSV && first == 0 ? PointsCSV.header : []
        var points = 0
        var next: Int?
        for series in monitor.series(matching: try query.selector()) where series.id >= first {
            guard points < mostPoints else {
                next = Int(series.id)
                break
            }
            try request.deadline.check()
            let values: [Point]
            if let step {
                let found = try monitor.steps(of: series, in: times, every: step)
                values = found.points
                isRolledUp = isRolledUp || found.isRolledUp
            } else {
                let columns = try monitor.points(of: series.id, in: times)
                // A marker of the end of a series is no value, and JSON has no NaN.
                values = (0..<columns.count).compactMap { place -> Point? in
                    let value = columns.values[place]
                    return value.isFinite ? Point(milliseconds: columns.times[place], value: value) : nil
                }
            }
            points += values.count
            guard !values.isEmpty else { continue }
            body +=
                isCSV
                ? PointsCSV.rows(labels: series.labels, points: values)
                : PointsJSON.line(labels: series.labels, points: values)
        }
        return HTTPResponse(
            contentType: isCSV ? "text/csv" : "application/x-ndjson",
            headers: (next.map { [(nextField, "\($0)")] } ?? [])
                + (isRolledUp ? [(warningField, Warning.Code.rollup.rawValue)] : []), body: body)
    }

    /// Brings everything that was acknowledged into the database.
    @Sendable static func checkpoint(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        _ = try QueryParameters(request, knowing: [])
        try monitor.checkpoint()
        let status = monitor.status
        return .json { json in
            json.object { json in
                json.member("series", status.series)
                json.member("points", status.storedPoints)
                json.member("chunk_bytes", status.chunkBytes)
            }
        }
    }
}
