import TestSupport
import Testing

@testable import TimeSeries

@Suite struct StepTests {
    @Test(
        arguments: [
            ("5m", 300_000), ("1h30m", 5_400_000), ("500ms", 500), ("2w", 1_209_600_000), ("1d", 86_400_000),
            ("1y", 31_536_000_000), ("1y2w3d4h5m6s7ms", 33_019_506_007), ("24h", 86_400_000),
            ("90m", 5_400_000),
            ("PT5M", 300_000), ("P1D", 86_400_000), ("P1W", 604_800_000), ("PT1H30M", 5_400_000),
            ("PT0.5S", 500), ("PT0,25S", 250), ("P1DT12H", 129_600_000), ("P0M1D", 86_400_000),
        ] as [(String, Int64)])
    func `fixed durations are read`(text: String, milliseconds: Int64) throws {
        #expect(try Step(parsing: text) == .fixed(milliseconds: milliseconds))
    }

    @Test(
        arguments: [("P1M", 1), ("P3M", 3), ("P1Y", 12), ("P1Y6M", 18), ("P100Y", 1_200)] as [(String, Int)])
    func `calendar durations are read`(text: String, months: Int) throws {
        #expect(try Step(parsing: text) == .months(months))
    }

    @Test func `whole days are civil in a zone whose clocks change`() throws {
        let berlin = try TimeZone(named: "Europe/Berlin")
        #expect(try Step(parsing: "1d", in: berlin) == .days(1))
        #expect(try Step(parsing: "P1W", in: berlin) == .days(7))
        #expect(try Step(parsing: "1y", in: berlin) == .days(365))
        #expect(try Step(parsing: "24h", in: berlin) == .fixed(milliseconds: 86_400_000))
        #expect(try Step(parsing: "1d12h", in: berlin) == .fixed(milliseconds: 129_600_000))
        #expect(try Step(parsing: "P1D", in: TimeZone(named: "Etc/UTC")) == .fixed(milliseconds: 86_400_000))
    }

    @Test(
        arguments: [
            ("", StepError.empty),
            ("300", .unitMissing("300")), ("1h30", .unitMissing("1h30")), ("P1", .unitMissing("P1")),
            ("5M", .unitUnknown("M", of: "5M")), ("5 m", .unitUnknown(" m", of: "5 m")),
            ("5min", .unitUnknown("min", of: "5min")), ("P5H", .unitUnknown("H", of: "P5H")),
            ("PT5D", .unitUnknown("D", of: "PT5D")), ("1.5h", .unitUnknown(".", of: "1.5h")),
            ("30s5m", .unitOutOfOrder("m", of: "30s5m")), ("5m5m", .unitOutOfOrder("m", of: "5m5m")),
            ("P1D1W", .unitOutOfOrder("W", of: "P1D1W")), ("PT1S1M", .unitOutOfOrder("M", of: "PT1S1M")),
            ("-5m", .malformed("-5m", byte: 0)), ("m", .malformed("m", byte: 0)),
            ("P", .malformed("P", byte: 1)),
            ("PT", .malformed("PT", byte: 2)), ("p1d", .malformed("p1d", byte: 0)),
            ("PT0.5M", .malformed("PT0.5M", byte: 5)), ("PT0.0005S", .malformed("PT0.0005S", byte: 7)),
            ("P1M1D", .mixesCalendarAndClock("P1M1D")), ("P1YT1H", .mixesCalendarAndClock("P1YT1H")),
            ("0s", .notPositive("0s")), ("P0D", .notPositive("P0D")), ("P0M", .notPositive("P0M")),
            ("20000y", .tooLong("20000y")), ("P9999Y", .tooLong("P9999Y")),
            ("99999999999999999999999999d", .tooLong("99999999999999999999999999d")),
            ("99999999999999999999999999h", .tooLong("99999999999999999999999999h")),
            ("P99999999999999999999999999Y", .tooLong("P99999999999999999999999999Y")),
        ] as [(String, StepError)])
    func `what is no duration is refused with a reason`(text: String, error: StepError) {
        #expect(throws: error) { try Step(parsing: text) }
        #expect(error.description.isEmpty == false)
    }

    @Test func `a month in Prometheus style is told how to write it`() {
        #expect(
            StepError.unitUnknown("M", of: "1M").description
                == "'1M' has the unknown unit 'M'; units are ms, s, m, h, d, w, y; a month is P1M")
    }

    @Test(
        arguments: [
            (Step.fixed(milliseconds: 300_000), "5m"), (.fixed(milliseconds: 5_400_000), "1h30m"),
            (.fixed(milliseconds: 500), "500ms"), (.fixed(milliseconds: 86_400_000), "1d"),
            (.fixed(milliseconds: 8 * 86_400_000), "8d"), (.fixed(milliseconds: 14 * 86_400_000), "2w"),
            (.fixed(milliseconds: 365 * 86_400_000), "1y"), (.days(1), "1d"), (.days(7), "1w"),
            (.months(1), "P1M"), (.months(3), "P3M"), (.months(12), "P1Y"), (.months(18), "P18M"),
        ] as [(Step, String)])
    func `steps have one way of writing`(step: Step, text: String) throws {
        #expect(step.description == text)
        if case .days = step {
            #expect(try Step(parsing: text, in: TimeZone(named: "Europe/Berlin")) == step)
        } else {
            #expect(try Step(parsing: text) == step)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `what is written is read back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let digits = Int.random(in: 0...13, using: &generator)
        let largest = (0..<digits).reduce(Int64(1)) { power, _ in power * 10 }
        let step = Step.fixed(milliseconds: .random(in: 1...largest, using: &generator))
        #expect(try Step(parsing: step.description) == step, "seed \(seed)")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damaged durations are refused or read, never fatal`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let letters = Array("PTYMWDHSymwdhs0123456789.,- é")
        let text = String((0..<12).map { _ in letters.randomElement(using: &generator) ?? "P" })
        if let step = try? Step(parsing: text) { #expect(step.nominalMilliseconds > 0) }
        if let step = try? Step(parsing: "P" + text) { #expect(step.nominalMilliseconds > 0) }
    }

    @Test func `nominal lengths`() {
        #expect(Step.fixed(milliseconds: 5).nominalMilliseconds == 5)
        #expect(Step.days(2).nominalMilliseconds == 172_800_000)
        #expect(Step.months(12).nominalMilliseconds == 31_556_952_000)  // 365.2425 days
        #expect(Step.months(.max).nominalMilliseconds == .max)
    }
}
