import Testing
import TimeSeries

@Suite struct SeasonalHintsTests {
    @Test(
        arguments: [
            ("1m", [1_440, 10_080]), ("5m", [288, 2_016]), ("1h", [24, 168]), ("1d", [7, 365]), ("1w", [52]),
            ("P1M", [12]), ("P3M", [4]), ("P1Y", []), ("P6M", [2]), ("P5M", []), ("P2Y", []),
            ("30m", [48, 336, 2]), ("15s", [5_760, 40_320, 240]), ("10m", [144, 1_008, 6]), ("2h", [12, 84]),
            ("12h", [2, 14]), ("7h", [24]), ("5h", []), ("1ms", [86_400_000, 604_800_000, 3_600_000]),
            ("7m", [1_440]), ("2d", []), ("2w", [26]), ("365d", []),
        ] as [(String, [Int])])
    func `a step suggests periods`(step: String, periods: [Int]) throws {
        #expect(SeasonalHints.periods(of: try Step(parsing: step)) == periods)
    }

    @Test func `civil days suggest what fixed ones do`() {
        for days in 1...400 {
            let fixed = Step.fixed(milliseconds: Int64(days) * Step.millisecondsInDay)
            #expect(SeasonalHints.periods(of: .days(days)) == SeasonalHints.periods(of: fixed))
        }
    }
}
