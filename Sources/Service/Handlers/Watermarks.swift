import Networking
import Pipeline

extension Handlers {
    /// How far in event time each source of points is, the furthest behind first.
    @Sendable static func watermarks(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let query = try QueryParameters(request, knowing: ["time"])
        let isUnix = try query.choice("time", ["rfc3339", "unix"]) == "unix"
        let now = context.nowMilliseconds
        let answer = try monitor.storedWatermarks()
        let sorted = (answer?.sources ?? []).sorted { $0.newest ?? .min < $1.newest ?? .min }
        return .json { json in
            json.object { json in
                json.key("watermarks")
                json.array { json in for one in sorted { write(one, now: now, isUnix, to: &json) } }
                json.member("left_out", answer?.leftOut ?? 0)
            }
        }
    }

    private static func write(
        _ watermark: Watermark, now: Int64, _ isUnix: Bool, to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("source")
            json.object { json in
                if let job = watermark.source.job { json.member("job", job) }
                if let instance = watermark.source.instance { json.member("instance", instance) }
            }
            json.member("series", watermark.series)
            if let newest = watermark.newest {
                json.time("watermark", newest, isUnix)
            } else {
                json.key("watermark")
                json.null()
            }
            json.member("lag_seconds", watermark.newest.map { (Double(now) - Double($0)) / 1_000 })
        }
    }
}
