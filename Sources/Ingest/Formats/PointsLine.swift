import Networking
import TimeSeries

/// Why a line is not taken.
struct LineFault: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// What a line of JSON says.
struct PointsLine {
    let labels: Labels
    let points: [Point]

    private static let keys: Set = ["labels", "metric", "timestamps", "values", "timestamp", "value"]

    init(_ root: JSONValue) throws(LineFault) {
        guard let members = root.members else {
            throw LineFault("an object is needed, not \(root.kind.rawValue)")
        }
        for (key, _) in members where !Self.keys.contains(key) {
            throw LineFault(
                "unknown key \"\(key)\"; known are \"labels\", \"timestamps\" and \"values\", or \"timestamp\" "
                    + "and \"value\"")
        }
        let metric = root["metric"]
        guard metric == nil || root["labels"] == nil else {
            throw LineFault("\"labels\" and \"metric\" are the same; one is needed, not both")
        }
        guard let names = (metric ?? root["labels"])?.members else {
            throw LineFault("\"labels\" is needed, an object of names and texts")
        }
        labels = try Labels(jsonMembers: names)
        guard labels[Labels.metricName] != nil else { throw LineFault(DecodedPoints.nameMissing(labels)) }
        points = try LinePoints(isVictoria: metric != nil).read(root)
    }
}

extension Labels {
    /// Labels as an object of JSON has them.
    init(jsonMembers members: JSONMembers) throws(LineFault) {
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
        do throws(LabelsError) {
            try self.init(pairs)
        } catch {
            throw LineFault("\(error)")
        }
    }
}

/// Reads the times and values of a line.
private struct LinePoints {
    /// Whether numbers count milliseconds, and words may stand for values, as VictoriaMetrics has it.
    let isVictoria: Bool

    func read(_ root: JSONValue) throws(LineFault) -> [Point] {
        switch (root["timestamps"], root["values"], root["timestamp"], root["value"]) {
        case (let times?, let values?, nil, nil): return try points(times, values)
        case (nil, nil, let time?, let value?):
            let milliseconds = try milliseconds(time, "timestamp")
            let number = try number(value, "\"value\"")
            return number.isNaN ? [] : [Point(milliseconds: milliseconds, value: number)]
        default:
            throw LineFault("\"timestamps\" and \"values\" are needed, or \"timestamp\" and \"value\"")
        }
    }

    private func points(_ times: JSONValue, _ values: JSONValue) throws(LineFault) -> [Point] {
        guard times.kind == .array, let count = times.count, let valueCount = values.count,
            values.kind == .array
        else { throw LineFault("\"timestamps\" and \"values\" need arrays") }
        guard count == valueCount else {
            throw LineFault("\(count) timestamps and \(valueCount) values; they must be as many")
        }
        let numbers = try allNumbers(values)
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

    // MARK: Values

    /// The values, `nan` for `null`; numbers alone are read in one call.
    private func allNumbers(_ values: JSONValue) throws(LineFault) -> [Double] {
        if let numbers = try? values.doubles(nullAsNaN: true) { return numbers }
        guard let elements = values.elements else { return [] }
        return try elements.enumerated().map { index, element throws(LineFault) in
            try number(element, "values[\(index)]")
        }
    }

    /// A value, `nan` for `null`.
    private func number(_ value: JSONValue, _ place: @autoclosure () -> String) throws(LineFault) -> Double {
        if value.isNull { return .nan }
        if let number = value.double { return number }
        switch isVictoria ? value.string : nil {
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        case "NaN": return .nan
        default: throw LineFault("\(place()) needs a number or null, not \(value.kind.rawValue)")
        }
    }

    // MARK: Times

    /// The times of a list; numbers alone are read in one call.
    private func allMilliseconds(_ times: JSONValue) throws(LineFault) -> [Int64] {
        if let numbers = try? times.doubles(nullAsNaN: false) {
            return try numbers.enumerated().map { index, number throws(LineFault) in
                do throws(TimestampError) {
                    return try timestamp(number).milliseconds
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

    private func milliseconds(
        _ value: JSONValue, _ place: @autoclosure () -> String
    ) throws(LineFault) -> Int64 {
        do throws(TimestampError) {
            if let number = value.double { return try timestamp(number).milliseconds }
            if let text = value.string { return try Timestamp(rfc3339: text).milliseconds }
        } catch {
            throw LineFault("\(place()): \(error)")
        }
        let unit = isVictoria ? "milliseconds" : "seconds"
        throw LineFault("\(place()) needs epoch \(unit) or RFC 3339, not \(value.kind.rawValue)")
    }

    private func timestamp(_ number: Double) throws(TimestampError) -> Timestamp {
        guard isVictoria else { return try Timestamp(epochSeconds: number) }
        guard let milliseconds = Int64(exactly: number.rounded()) else { throw .outsideYears }
        return try Timestamp(epochMilliseconds: milliseconds)
    }
}
