import Testing

@testable import Evaluation

@Suite struct TicksTests {
    @Test(arguments: [
        (0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (0, 23_000, ["0", "5k", "10k", "15k", "20k"]),
        (-2e-6, 2e-6, ["-2e-6", "-1e-6", "0", "1e-6", "2e-6"]), (0, 4.1e9, ["0", "1G", "2G", "3G", "4G"]),
        (99.95, 100.05, ["99.96", "99.98", "100.00", "100.02", "100.04"]),
    ])
    func `value ticks are round`(low: Double, high: Double, labels: [String]) {
        #expect(ValueTicks(in: low...high, target: 5).labels == labels)
    }

    static let start = CivilMoment.local(year: 2026, month: 3, day: 28)

    @Test(
        arguments: [
            (6 * 3_600_000, ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00", "06:00"]),
            (6 * 86_400_000, ["28 Mar", "29 Mar", "30 Mar", "31 Mar", "1 Apr", "2 Apr", "3 Apr"]),
            (150 * 86_400_000, ["Apr", "May", "Jun", "Jul", "Aug"]),
            (5 * 366 * 86_400_000, ["2027", "2028", "2029", "2030", "2031"]),
            (
                3_000,
                [
                    "00:00:00.000", "00:00:00.500", "00:00:01.000", "00:00:01.500", "00:00:02.000",
                    "00:00:02.500", "00:00:03.000",
                ]
            ),
        ] as [(Int64, [String])])
    func `time ticks fall where the calendar turns over`(span: Int64, labels: [String]) {
        let ticks = TimeTicks(from: Self.start, to: Self.start + span, target: 6, clock: .utc).ticks
        #expect(ticks.map(\.label) == labels)
    }

    @Test func `days begin at local midnight on both sides of a change of clocks`() throws {
        let change = Self.start + 25 * 3_600_000
        let clock = PlotClock { $0 < change ? 3_600_000 : 7_200_000 }
        let ticks = TimeTicks(
            from: Self.start - 3_600_000, to: Self.start + 3 * 86_400_000, target: 4, clock: clock)
        #expect(ticks.ticks.map(\.label) == ["28 Mar", "29 Mar", "30 Mar", "31 Mar"])
        try #require(ticks.ticks.count == 4)
        #expect(ticks.ticks[2].time - ticks.ticks[1].time == 23 * 3_600_000)
    }

    @Test func `a civil date and its day number agree`() {
        for day in stride(from: -1_000_000 as Int64, through: 1_000_000, by: 997) {
            let moment = CivilMoment(local: day * CivilMoment.day + 1)
            #expect(
                CivilMoment.local(year: moment.year, month: moment.month, day: moment.day) == day
                    * CivilMoment.day)
        }
        #expect(CivilMoment(local: Self.start + 1_250).rfc3339 == "2026-03-28T00:00:01.250Z")
        #expect(CivilMoment(local: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
        #expect(CivilMoment(local: Self.start).weekday == 5)
    }
}
