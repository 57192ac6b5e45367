public import TimeSeries

extension PointsCSV {
    /// The line that comes first.
    public static let header = Array("series_id,timestamp,value\n".utf8)

    /// One line a point, `series_id,timestamp,value`, which read back as the same labels and points.
    ///
    /// The series stands in the notation of Prometheus, times as RFC 3339 with milliseconds where they are not 0,
    /// values in the shortest form that reads back as the same number. Points that are not finite, stale markers
    /// among them, are left out.
    ///
    /// - Parameter points: Of one series, with or without an order.
    public static func rows(labels: Labels, points: some Collection<Point>) -> [UInt8] {
        let series = quoted(labels.description)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(points.count * (series.count + 40))
        for point in points where point.value.isFinite {
            bytes += series
            bytes.append(Byte.comma)
            bytes += point.time.rfc3339.utf8
            bytes.append(Byte.comma)
            bytes += NumberText.exact(point.value).utf8
            bytes.append(Byte.lineFeed)
        }
        return bytes
    }

    /// A cell, in quotes only where it needs them.
    private static func quoted(_ text: String) -> [UInt8] {
        let special = [Byte.quote, Byte.comma, Byte.semicolon, Byte.tab, Byte.lineFeed, Byte.carriageReturn]
        guard text.utf8.contains(where: special.contains) else { return Array(text.utf8) }
        var cell = [Byte.quote]
        for byte in text.utf8 {
            if byte == Byte.quote { cell.append(Byte.quote) }
            cell.append(byte)
        }
        return cell + [Byte.quote]
    }
}
