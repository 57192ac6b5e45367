public import TimeSeries

/// Reads the line protocol of InfluxDB, versions 1 and 2.
///
/// ```
/// cpu,host=a\ b usage=1.5,count=3i,up=true 1764547200000000000
/// ```
///
/// - A field is a series: its name is `<measurement>_<field>`, and the measurement alone when the line's only field is
///   called `value`. Tags are its labels. In both, what Prometheus has in no name becomes `_`, and a digit that is
///   first gets one before it, as with Prometheus' exporter for Influx.
/// - Values: floats, integers (`i`) and unsigned ones (`u`), rounded to the nearest `Double`, booleans as 1 and 0. Texts
///   make no point and are counted. `NaN` and infinities are no values, as with InfluxDB.
/// - A backslash before a comma, a space or an equals sign makes it part of a name or tag; any other stays itself. In a
///   text it may stand before a quote or a backslash. Texts may have line ends in them.
/// - A line whose first character is `#` is a comment; empty lines count as lines and are else ignored.
///
/// - Source: InfluxData, *Line protocol reference*.
public enum InfluxLine {
    /// Reads lines.
    ///
    /// A line is taken whole or rejected whole with its number; the rest is read. Rejected are lines out of grammar,
    /// with two tags of one name, a tag `__name__`, integers beyond 64 bits, text that is not UTF-8, a time not in the
    /// years 0001 to 9999, or labels beyond ``DecodedPoints/labelBytesLimit``.
    ///
    /// - Parameters:
    ///   - precision: The unit of times; they are rounded down to milliseconds.
    ///   - now: The time of lines that have none.
    /// - Complexity: O(*n*) in bytes, no allocation for a line; labels are written once for each field, at most
    ///   ``DecodedPoints/bodyLabelBytesLimit`` bytes in all, and a point takes 48 bytes.
    public static func decode(
        _ body: [UInt8], precision: InfluxPrecision = .nanoseconds, now: Timestamp
    ) -> DecodedPoints {
        body.withUnsafeBufferPointer { bytes in
            var pass = InfluxPass(bytes, precision: precision, now: now)
            pass.readAll()
            return pass.decoded
        }
    }
}

/// The unit of the times in lines of the Influx protocol.
public enum InfluxPrecision: Sendable, CaseIterable {
    case nanoseconds, microseconds, milliseconds, seconds, minutes, hours

    /// A unit as the query of a write names it: `ns`, `us`, `ms`, `s`, and for version 1 `n`, `u`, `m`, `h` too.
    public init?(named name: String) {
        switch name {
        case "ns", "n": self = .nanoseconds
        case "us", "u", "µ", "µs": self = .microseconds
        case "ms": self = .milliseconds
        case "s": self = .seconds
        case "m": self = .minutes
        case "h": self = .hours
        default: return nil
        }
    }

    /// A time in this unit as milliseconds; `nil` when it is not in the years 0001 to 9999.
    func milliseconds(_ time: Int64) -> Int64? {
        let (value, overflows) =
            switch self {
            case .nanoseconds: (Self.floor(time, 1_000_000), false)
            case .microseconds: (Self.floor(time, 1000), false)
            case .milliseconds: (time, false)
            case .seconds: time.multipliedReportingOverflow(by: 1000)
            case .minutes: time.multipliedReportingOverflow(by: 60_000)
            case .hours: time.multipliedReportingOverflow(by: 3_600_000)
            }
        let isInside = value >= Timestamp.earliest.milliseconds && value <= Timestamp.latest.milliseconds
        return isInside && !overflows ? value : nil
    }

    private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: unit)
        return rest < 0 ? quotient - 1 : quotient
    }
}
