import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

@Suite struct StepClockTests {
    @Test(arguments: [1, 7, 1_000, 60_000, 86_400_000] as [Int64])
    func `a fixed step holds from its time to the next, before 1970 too`(step: Int64) {
        let clock = StepClock(step: .fixed(milliseconds: step), zone: .utc)
        for index in -3...3 {
            let begin = clock.time(of: index).milliseconds
            #expect(begin == Int64(index) * step)
            #expect(clock.index(at: begin) == index)
            #expect(clock.index(at: begin + step - 1) == index)
            #expect(clock.index(at: begin - 1) == index - 1)
        }
    }

    @Test(arguments: [Step.days(1), .days(7), .months(1), .months(3), .months(12)])
    func `civil steps hold from midnight to midnight whatever clocks do`(step: Step) throws {
        let clock = StepClock(step: step, zone: try TimeZone(named: "Europe/Berlin"))
        let last = clock.index(at: 1_900_000_000_000)
        for index in -40...last where index < 40 || index > last - 800 {
            let begin = clock.time(of: index).milliseconds
            let end = clock.time(of: index + 1).milliseconds
            #expect(begin < end)
            #expect(clock.index(at: begin) == index)
            #expect(clock.index(at: (begin + end) / 2) == index)
            #expect(clock.index(at: end - 1) == index)
        }
    }

    @Test func `days of Berlin have 23 and 25 hours when clocks change`() throws {
        let clock = StepClock(step: .days(1), zone: try TimeZone(named: "Europe/Berlin"))
        // 31 March 2024, 00:00 CET; 27 October 2024, 00:00 CEST.
        for (midnight, hours) in [(1_711_839_600_000, 23), (1_729_980_000_000, 25), (1_711_753_200_000, 24)] {
            let index = clock.index(at: Int64(midnight))
            #expect(clock.time(of: index).milliseconds == Int64(midnight))
            let next = clock.time(of: index + 1).milliseconds
            #expect(next - Int64(midnight) == Int64(hours) * 3_600_000)
        }
    }

    @Test func `a grid from a step counts on from it`() throws {
        for step in [Step.fixed(milliseconds: 300_000), .days(1), .months(1)] {
            let clock = StepClock(step: step, zone: try TimeZone(named: "Europe/Berlin"))
            let grid = clock.grid(from: 250)
            for steps in 0..<30 { #expect(grid.time(at: steps) == clock.time(of: 250 + steps)) }
        }
    }
}

@Suite struct StepFinderTests {
    private func found(_ times: [Int64]) -> (step: Step?, after: Int) {
        var finder = StepFinder()
        for (place, time) in times.enumerated() {
            if let step = finder.take(time) { return (step, place + 1) }
        }
        return (nil, times.count)
    }

    @Test func `eight distances make a step`() {
        let (step, after) = found((0..<20).map { Int64($0) * 15_000 - 100_000 })
        #expect(step == .fixed(milliseconds: 15_000))
        #expect(after == 9)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `jitter and gaps do not hide a usual step`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var time: Int64 = 1_700_000_000_000
        let times = (0..<20).map { place -> Int64 in
            time += 30_000 * (place % 5 == 4 ? 7 : 1)
            return time + Int64.random(in: -1_000...1_000, using: &random)
        }
        #expect(found(times).step == .fixed(milliseconds: 30_000), "seed \(seed)")
    }

    @Test func `a step that nobody uses is taken as it is`() {
        #expect(found((0..<20).map { Int64($0) * 45_000 }).step == .fixed(milliseconds: 45_000))
    }

    @Test func `times that do not grow say nothing`() {
        #expect(found([5, 5, 5, 5, 5, 5, 5, 5, 5]).step == nil)
        #expect(found([5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]).step == nil)
        #expect(StepFinder.step(of: [1]) == nil)
        #expect(StepFinder.step(of: [0, 60_500, 121_000]) == .fixed(milliseconds: 60_000))
    }
}

@Suite struct CounterRateTests {
    @Test func `a rate is the increase a second, unknown across a reset`() {
        var rate = CounterRate()
        let samples: [(time: Int64, value: Double)] = [
            (0, 100), (2_000, 110), (3_000, 110), (5_000, 4), (6_000, 5),
        ]
        let rates = samples.map { rate.rate($0.time, $0.value) }
        #expect(rates == [nil, 5, 0, nil, 1])
    }

    @Test func `nothing is known after an interruption and for a time that does not grow`() {
        var rate = CounterRate()
        _ = rate.rate(0, 1)
        rate.interrupt()
        let samples: [(time: Int64, value: Double)] = [(1_000, 5), (1_000, 6), (2_000, 7)]
        let rates = samples.map { rate.rate($0.time, $0.value) }
        #expect(rates == [nil, nil, 1])
        let step = rate.increase(62_000, 67)
        #expect(step?.increase == 60 && step?.seconds == 60)
    }

    @Test func `increases of a first sample are unknown`() {
        var rate = CounterRate()
        let first = rate.increase(5, 5)
        #expect(first == nil)
    }
}
