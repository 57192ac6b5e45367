extension Timestamp {
    /// A moment written as RFC 3339 says: `2025-12-01T00:00:00Z`, `2025-12-01 01:00:00.250+01:00`.
    ///
    /// Seconds and an offset are required. Fractions are cut off after the millisecond.
    ///
    /// - Throws: ``TimestampError``; a leap second is refused.
    public init(rfc3339 text: Span<UInt8>) throws(TimestampError) {
        let time = try TimeText(text)
        guard !time.hasSlashes, time.form != .quarter else {
            throw .malformed(byte: 4, expected: "a date as YYYY-MM-DD")
        }
        guard time.form == .dateTime else {
            throw .malformed(byte: text.count, expected: "a day and a time of day")
        }
        guard time.hasSeconds else {
            throw .malformed(byte: 16, expected: "':' and seconds")
        }
        guard let timestamp = try time.timestamp() else {
            throw .malformed(byte: text.count, expected: "an offset such as Z or +01:00")
        }
        self = timestamp
    }

    /// A moment written as RFC 3339 says; see ``init(rfc3339:)-(Span<UInt8>)``.
    ///
    /// - Throws: ``TimestampError``.
    public init(rfc3339 text: String) throws(TimestampError) {
        let bytes = Array(text.utf8)
        try self.init(rfc3339: bytes.span)
    }

    /// The moment as RFC 3339 in UTC, with milliseconds where they are not 0.
    public var rfc3339: String {
        CivilTime(clock: milliseconds).description + "Z"
    }

    /// The moment as RFC 3339 with the offset of `zone`.
    ///
    /// RFC 3339 has no seconds in offsets: where a zone's local mean time has some, the nearest whole minute
    /// is written and the clock time with it, so that the text still means this moment.
    public func rfc3339(in zone: TimeZone) -> String {
        guard !zone.isUTC else { return rfc3339 }
        let offset = (zone.offset(at: self) + 30).flooredQuotient(by: 60)
        let civil = CivilTime(clock: milliseconds + Int64(offset) * 60_000)
        guard (1...9999).contains(civil.date.year) else { return rfc3339 }
        var text = civil.description
        text.append(offset < 0 ? "-" : "+")
        text.append(padded: abs(offset) / 60, to: 2)
        text.append(":")
        text.append(padded: abs(offset) % 60, to: 2)
        return text
    }
}

extension Timestamp: CustomStringConvertible {
    /// The moment as RFC 3339 in UTC.
    public var description: String { rfc3339 }
}
