import Networking
public import TimeSeries

/// JSON lines: one object a line, some points of one series in it.
///
/// ```
/// {"labels":{"__name__":"cpu","host":"a"},"timestamps":[1764547200,"2025-12-01T00:00:15Z"],"values":[1.5,null]}
/// {"labels":{"__name__":"cpu","host":"a"},"timestamp":1764547230,"value":1.5}
/// ```
///
/// - Times: epoch seconds, fractions to the millisecond, or RFC 3339 as a string; each later than the one before.
/// - Values: numbers; `null` is a missing value and makes no point.
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

/// Why a line is not taken.
private struct LineFault: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// What a line says.
private struct PointsLine {
    let labels: Labels
    let points: [Point]

    private static let keys: Set = ["labels", "timestamps", "values", "timestamp", "value"]

    init(_ root: JSONValue) throws(LineFault) {
        guard let members = root.members else {
            throw LineFault("an object is needed, not \(root.kind.rawValue)")
        }
        for (key, _) in members where !Self.keys.contains(key) {
            throw LineFault(
                "unknown key \"\(key)\"; known are \"labels\", \"timestamps\" and \"values\", or \"timestamp\" "
                    + "and \"value\"")
        }
        labels = try Self.labels(root["labels"])
        points = try Self.points(root)
    }

    private static func labels(_ value: JSONValue?) throws(LineFault) -> Labels {
        guard let members = value?.members else {
            throw LineFault("\"labels\" is needed, an object of names and texts")
        }
        var pairs: [(name: String, value: String)] = []
        var bytes = 0
        for (name, value) in members {
            guard let text = value.string else {
                throw LineFault("the label \"\(name)\" needs a text, not \(value.kind.rawValue)")
            }
            pairs.append((name, text))
            bytes += name.utf8.count + text.utf8.count
        }
        guard bytes <= DecodedPoints.labelBytesLimit else {
            throw LineFault(
                "the labels have \(bytes) bytes; at most \(DecodedPoints.labelBytesLimit) are accepted")
        }
        let labels: Labels
        do throws(LabelsError) {
            labels = try Labels(pairs)
        } catch {
            throw LineFault("\(error)")
        }
        guard labels[Labels.metricName] != nil else { throw LineFault(DecodedPoints.nameMissing(labels)) }
        return labels
    }

    private static func points(_ root: JSONValue) throws(LineFault) -> [Point] {
        switch (root["timestamps"], root["values"], root["timestamp"], root["value"]) {
        case (let times?, let values?, nil, nil): return try points(times, values)
        case (nil, nil, let time?, let value?):
            let milliseconds = try milliseconds(time, "timestamp")
            if value.isNull { return [] }
            guard let number = value.double else {
                throw LineFault("\"value\" needs a number or null, not \(value.kind.rawValue)")
            }
            return [Point(milliseconds: milliseconds, value: number)]
        default:
            throw LineFault("\"timestamps\" and \"values\" are needed, or \"timestamp\" and \"value\"")
        }
    }

    private static func points(_ times: JSONValue, _ values: JSONValue) throws(LineFault) -> [Point] {
        guard times.kind == .array, let count = times.count, let valueCount = values.count,
            values.kind == .array
        else { throw LineFault("\"timestamps\" and \"values\" need arrays") }
        guard count == valueCount else {
            throw LineFault("\(count) timestamps and \(valueCount) values; they must be as many")
        }
        let numbers = try numbers(values)
        let all = try allMilliseconds(times)
        var points: [Point] = []
        points.reserveCapacity(count)
        for index in all.indices {
            if index > 0, all[index] <= all[index - 1] {
                throw LineFault(
                    "timestamps[\(index)], \(Timestamp(milliseconds: all[index])), is not later than the one "
                        + "before; sort them and keep each once")
            }
            if !numbers[index].isNaN {
                points.append(Point(milliseconds: all[index], value: numbers[index]))
            }
        }
        return points
    }

    /// The times of a list; numbers alone are read in one call.
    private static func allMilliseconds(_ times: JSONValue) throws(LineFault) -> [Int64] {
        if let numbers = try? times.doubles(nullAsNaN: false) {
            return try numbers.enumerated().map { index, seconds throws(LineFault) in
                do throws(TimestampError) {
                    return try Timestamp(epochSeconds: seconds).milliseconds
                } catch {
                    throw LineFault("timestamps[\(index)]: \(error)")
                }
            }
        }
        guard let elements = times.elements else { return [] }
        return try elements.enumerated().map { index, element throws(LineFault) in
            try milliseconds(element, "timestamps[\(index)]")
        }
    }

    /// The values, `nan` for `null`.
    private static func numbers(_ values: JSONValue) throws(LineFault) -> [Double] {
        do throws(JSONTypeError) {
            return try values.doubles(nullAsNaN: true)
        } catch {
            switch error {
            case .notAnArray(let kind): throw LineFault("\"values\" needs an array, not \(kind.rawValue)")
            case .notANumber(let index, let kind):
                throw LineFault("values[\(index)] needs a number or null, not \(kind.rawValue)")
            }
        }
    }

    private static func milliseconds(
        _ value: JSONValue, _ place: @autoclosure () -> String
    ) throws(LineFault) -> Int64 {
        do throws(TimestampError) {
            if let seconds = value.double { return try Timestamp(epochSeconds: seconds).milliseconds }
            if let text = value.string { return try Timestamp(rfc3339: text).milliseconds }
        } catch {
            throw LineFault("\(place()): \(error)")
        }
        throw LineFault("\(place()) needs epoch seconds or RFC 3339, not \(value.kind.rawValue)")
    }
}
