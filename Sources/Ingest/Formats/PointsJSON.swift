import Networking
public import TimeSeries

/// JSON lines: one object a line, some points of one series in it.
///
/// ```
/// {"labels":{"__name__":"cpu","host":"a"},"timestamps":[1764547200,"2025-12-01T00:00:15Z"],"values":[1.5,null]}
/// {"labels":{"__name__":"cpu","host":"a"},"timestamp":1764547230,"value":1.5}
/// {"metric":{"__name__":"cpu","host":"a"},"values":[1.5,null],"timestamps":[1764547200000,1764547215000]}
/// ```
///
/// - Times: epoch seconds, fractions to the millisecond, or RFC 3339 as a string; each later than the one before.
/// - Values: numbers; `null` is a missing value and makes no point.
/// - `metric` in the place of `labels` is the form that VictoriaMetrics exports: numbers are epoch milliseconds then, and
///   among the values may be the texts `Infinity`, `-Infinity` and `NaN`, which is a missing value too.
/// - Empty lines count as lines and are else ignored, as is a byte order mark.
public enum PointsJSON {
    /// The most bytes of one line.
    public static let lineLimit = 16 << 20

    /// Reads JSON lines.
    ///
    /// A line with an unknown key, bad labels or without `__name__`, lists of unequal length, times that do not
    /// rise, or anything that is no JSON is rejected with its number, and the rest is read.
    ///
    /// - Complexity: O(*n*) in bytes; some 20 bytes of memory a byte of the longest line, 16 a point.
    public static func decode(_ bytes: [UInt8]) -> DecodedPoints {
        var decoded = DecodedPoints()
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            line += 1
            read(bytes[start..<end], line: line, into: &decoded)
            start = end + 1
        }
        return decoded
    }

    private static func read(_ text: ArraySlice<UInt8>, line: Int, into decoded: inout DecodedPoints) {
        guard text.contains(where: { $0 > 0x20 }) else { return }
        guard text.count <= lineLimit else {
            let reason = "the line has \(text.count) bytes; at most \(lineLimit) are accepted"
            decoded.reject(1, DecodeError(line: line, reason: reason))
            return
        }
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(Array(text))
        } catch {
            let hint = error.reason == .truncated ? "; a line holds one whole object" : ""
            let reason = "\(error.reason)\(hint) (column \(error.column))"
            decoded.reject(1, DecodeError(line: line, reason: reason))
            return
        }
        do throws(LineFault) {
            let content = try PointsLine(document.root)
            decoded.append(content.labels, content.points)
        } catch {
            let count = max(document.root["values"]?.count ?? 1, 1)
            decoded.reject(count, DecodeError(line: line, reason: error.reason))
        }
    }

    /// One line with its line end, which reads back as the same labels and points; nothing without a point.
    ///
    /// Points that are not finite, stale markers among them, have no form in JSON and are left out.
    ///
    /// - Parameter points: Oldest first, each time once.
    public static func line(labels: Labels, points: some Collection<Point>) -> [UInt8] {
        let finite = points.filter(\.value.isFinite)
        guard !finite.isEmpty else { return [] }
        var json = JSONWriter(reservingCapacity: 64 + 32 * finite.count)
        json.object { json in
            json.key("labels")
            json.object { json in
                for pair in labels.pairs { json.member(pair.name, pair.value) }
            }
            json.key("timestamps")
            json.array { json in
                for point in finite { write(point.time, to: &json) }
            }
            json.member("values", finite.map(\.value))
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private static func write(_ time: Timestamp, to json: inout JSONWriter) {
        let (seconds, rest) = time.milliseconds.quotientAndRemainder(dividingBy: 1000)
        if abs(time.epochSeconds) > Timestamp.largestEpochSeconds {
            json.string(time.rfc3339)
        } else if rest == 0 {
            json.integer(seconds)
        } else {
            json.number(time.epochSeconds)
        }
    }
}
