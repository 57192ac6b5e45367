import TestSupport
import Testing

@testable import TimeSeries

@Suite struct TimestampTests {
    // Golden numbers: Python 3.11, `datetime.fromisoformat(text).timestamp()`, by hand where Python differs.
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("2025-12-01T00:00:00Z", 1_764_547_200_000),
        ("2025-12-01t00:00:00z", 1_764_547_200_000),
        ("2025-12-01 00:00:00Z", 1_764_547_200_000),
        ("2025-12-01T01:00:00+01:00", 1_764_547_200_000),
        ("2025-11-30T18:30:00-05:30", 1_764_547_200_000),
        ("2025-12-01T00:00:00-00:00", 1_764_547_200_000),
        ("2025-12-01T00:00:00.5Z", 1_764_547_200_500),
        ("2025-12-01T00:00:00.123456789Z", 1_764_547_200_123),
        ("2025-12-01T00:00:00.9999Z", 1_764_547_200_999),
        ("1969-12-31T23:59:59.9999Z", -1),
        ("2024-02-29T12:00:00Z", 1_709_208_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ("2025-01-01T23:59:59+23:59", 1_735_689_659_000),
    ])
    func `RFC 3339 is read`(text: String, milliseconds: Int64) throws {
        #expect(try Timestamp(rfc3339: text).milliseconds == milliseconds)
    }

    @Test(arguments: [
        ("", "a digit of the year expected at character 1"),
        ("2025", "'-' expected at character 5"),
        ("25-12-01T00:00:00Z", "a digit of the year expected at character 3"),
        ("2025-12-01", "a day and a time of day expected at character 11"),
        ("2025-12", "a day and a time of day expected at character 8"),
        ("2025Q1", "a date as YYYY-MM-DD expected at character 5"),
        ("2025/12/01T00:00:00Z", "a date as YYYY-MM-DD expected at character 5"),
        ("2025-13-01T00:00:00Z", "month 13 is not in 1 to 12"),
        ("2025-02-29T00:00:00Z", "day 29 is not in 1 to 28"),
        ("2025-12-01T24:00:00Z", "hour 24 is not in 0 to 23"),
        ("2025-12-01T00:60:00Z", "minute 60 is not in 0 to 59"),
        ("2025-12-01T00:00:61Z", "second 61 is not in 0 to 60"),
        (
            "2016-12-31T23:59:60Z",
            "second 60 is a leap second, which epoch time does not count; write second 59"
        ),
        ("2025-12-01T00:00Z", "':' and seconds expected at character 17"),
        ("2025-12-01T00:00:00", "an offset such as Z or +01:00 expected at character 20"),
        ("2025-12-01T00:00:00.Z", "a digit expected at character 21"),
        ("2025-12-01T00:00:00,5Z", "an offset or the end expected at character 20"),
        ("2025-12-01T00:00:00.1234567890Z", "at most 9 digits of a second expected at character 30"),
        ("2025-12-01T00:00:00+0100", "':' expected at character 23"),
        ("2025-12-01T00:00:00+24:00", "offset hour 24 is not in 0 to 23"),
        ("2025-12-01T00:00:00+01:60", "offset minute 60 is not in 0 to 59"),
        ("2025-12-01T00:00:00Zz", "the end expected at character 21"),
        ("2025-12-01_00:00:00Z", "'T' or a space expected at character 11"),
        ("0000-12-01T00:00:00Z", "year 0 is not in 1 to 9999"),
        ("0001-01-01T00:00:00+00:01", "the time is not in the years 0001 to 9999"),
        ("9999-12-31T23:59:59-00:01", "the time is not in the years 0001 to 9999"),
        ("٢٠٢٥-12-01T00:00:00Z", "a digit of the year expected at character 1"),
    ])
    func `what is not RFC 3339 is refused with a reason`(text: String, reason: String) {
        let error = #expect(throws: TimestampError.self) { try Timestamp(rfc3339: text) }
        #expect(error?.description == reason)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1_764_547_200_250, "2025-12-01T00:00:00.250Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
    ])
    func `UTC is written`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `what is written is read back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let timestamp = Timestamp(milliseconds: .random(in: Timestamp.range, using: &generator))
        #expect(try Timestamp(rfc3339: timestamp.rfc3339) == timestamp, "seed \(seed)")
    }

    @Test(arguments: [
        (1_764_547_200.0, 1_764_547_200_000), (1_764_547_200.123, 1_764_547_200_123), (-0.0004, 0),
        (-1.5, -1_500), (0, 0), (1e11, 100_000_000_000_000), (-62_135_596_800, -62_135_596_800_000),
    ])
    func `epoch seconds are read`(seconds: Double, milliseconds: Int64) throws {
        #expect(try Timestamp(epochSeconds: seconds).milliseconds == milliseconds)
    }

    @Test(arguments: [
        (Double.nan, TimestampError.notFinite), (.infinity, .notFinite),
        (1_764_547_200_000, .looksLikeMilliseconds(1_764_547_200_000)),
        (-1e300, .outsideYears), (1e300, .outsideYears), (-1_764_547_200_000, .outsideYears),
        (1_764_547_200_000.5, .outsideYears),
        (253_402_300_799_999, .looksLikeMilliseconds(253_402_300_799_999)),
        (-62_135_596_801, .outsideYears),
    ])
    func `other numbers are no epoch seconds`(seconds: Double, error: TimestampError) {
        #expect(throws: error) { try Timestamp(epochSeconds: seconds) }
    }

    @Test func `time stops at its ends`() {
        #expect(Timestamp(milliseconds: .max) == .latest)
        #expect(Timestamp(milliseconds: .min) == .earliest)
        #expect(Timestamp.latest.advanced(byMilliseconds: .max) == .latest)
        #expect(Timestamp.earliest.advanced(byMilliseconds: .min) == .earliest)
        #expect(Timestamp.latest.milliseconds(since: .earliest) == 315_537_897_599_999)
        #expect(throws: TimestampError.outsideYears) { try Timestamp(epochMilliseconds: .max) }
    }

    @Test(arguments: [
        ("2025", nil), ("2025-03", TimeText.Form.month), ("2025Q3", .quarter), ("2025-q3", .quarter),
        ("2025/03", nil), ("2025/03/09", .date), ("2025-03-09", .date), ("2025-03-09 10:00", .dateTime),
        ("2025/03/09T10:00:00.25", .dateTime), ("2025Q5", nil), ("2025Q11", nil), ("2025-3-9", nil),
    ])
    func `less than a moment is read too`(text: String, form: TimeText.Form?) {
        let bytes = Array(text.utf8)
        let time = try? TimeText(bytes.span)
        #expect(time?.form == form)
        #expect(time?.offsetSeconds == nil)
        if form == .quarter { #expect(time?.civil.description == "2025-07-01T00:00:00") }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damaged texts are refused, never fatal`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array("2025-12-01T00:00:00.123456+01:00".utf8)
        for _ in 0..<3 {
            bytes[.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        bytes.removeLast(.random(in: 0...bytes.count, using: &generator))
        _ = try? TimeText(bytes.span)
        _ = try? Timestamp(rfc3339: bytes.span)
    }
}
