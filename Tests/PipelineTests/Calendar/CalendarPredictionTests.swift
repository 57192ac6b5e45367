import Glibc
import TestSupport
import Testing

@testable import Analysis
@testable import Detection
@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

@Suite struct CalendarPredictionTests {
    private static let hour: Int64 = 3_600_000

    /// Requests an hour of a shop whose customers live by the clocks of a zone: a peak at 8 o'clock, quiet Sundays.
    private func shop(
        from start: String, hours: Int, zone: String = "Europe/Berlin", sundays: Double = 0.6
    ) throws -> Observations {
        let zone = try TimeZone(named: zone)
        let begin = try Timestamp(rfc3339: start)
        var random = SeededSeries(seed: 3)
        let times = (0..<hours).map { begin.advanced(byMilliseconds: Int64($0) * Self.hour) }
        let values = times.map { time in
            let civil = zone.civil(at: time)
            let shape = 0.3 + 2.7 * exp(-Double((civil.hour - 8) * (civil.hour - 8)) / 12)
            return 100 * shape * (civil.date.weekday == 7 ? sundays : 1) + 2 * random.normal()
        }
        return try Observations(timestamps: times, values: values)
    }

    /// Orders a day from 2023 on; `effect` says what a civil day does.
    private func orders(
        days: Int, zone: TimeZone, noise: Double = 0.02, _ effect: (CivilDate) -> Double
    ) throws -> Observations {
        let first = try #require(CivilDate(year: 2023, month: 1, day: 1))
        var random = SeededSeries(seed: 5)
        let dates = (0..<days).map { first.adding(days: $0) }
        return try Observations(
            timestamps: dates.map(zone.start(of:)),
            values: dates.map { date in
                200 * (date.weekday >= 6 ? 0.8 : 1) * effect(date) * (1 + noise * random.normal())
            })
    }

    private func predict(
        _ observations: Observations, zone: String? = "Europe/Berlin", calendar: EventCalendar = .empty,
        _ change: (inout PredictionRequest) -> Void = { _ in }
    ) throws -> Prediction {
        var request = PredictionRequest()
        if let zone { request.zone = try TimeZone(named: zone) }
        request.calendar = calendar
        request.method = "seasonal-naive"
        request.season = 168
        request.extent = .none
        change(&request)
        return try Predictor(request).predict(observations)
    }

    private func split(_ all: Observations, _ count: Int) throws -> (past: Observations, future: [Double]) {
        let times = Array(try #require(all.timestamps).prefix(count))
        return (
            try Observations(timestamps: times, values: Array(all.values.prefix(count))),
            Array(all.values.dropFirst(count))
        )
    }

    private func error(_ prediction: Prediction, _ future: [Double]) throws -> Double {
        let mean = try #require(prediction.forecast).mean
        return zip(mean, future).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(future.count)
    }

    // MARK: - Clocks

    @Test(arguments: ["2026-01-27T00:00:00Z", "2026-08-24T00:00:00Z"], ["seasonal-naive", "auto"])
    func `a forecast over a change of clocks keeps its peak at 8 o'clock`(start: String, method: String)
        throws
    {
        // 61 days of history reach to the day before the change.
        let (past, future) = try split(try shop(from: start, hours: 64 * 24), 61 * 24)
        let ask: (inout PredictionRequest) -> Void = {
            $0.method = method
            $0.horizon = .steps(72)
        }
        let civil = try predict(past, ask)
        let plain = try predict(past, zone: nil, ask)
        let withZone = try error(civil, future)
        let without = try error(plain, future)
        #expect(withZone < 0.5 * without, "\(withZone) with the zone, \(without) without")
        #expect(civil.horizonTimes == plain.horizonTimes)

        let zone = try TimeZone(named: "Europe/Berlin")
        let forecast = try #require(civil.forecast)
        for (step, time) in civil.horizonTimes.enumerated() {
            guard case .moment(let moment) = time, zone.civil(at: moment).hour == 8 else { continue }
            #expect(forecast.mean[step] > 150, "\(moment): \(forecast.mean[step])")
        }
        for interval in forecast.intervals {
            #expect(
                forecast.mean.indices.allSatisfy {
                    interval.lower[$0] <= forecast.mean[$0] && forecast.mean[$0] <= interval.upper[$0]
                })
        }
    }

    @Test(arguments: [DetectionMode.causal, .delayed, .batch])
    func `hours after a change of clocks are no anomalies`(mode: DetectionMode) throws {
        let shop = try shop(from: "2026-01-27T00:00:00Z", hours: 68 * 24, sundays: 1)
        func alarms(_ zone: String?) throws -> Int {
            let prediction = try predict(shop, zone: zone) {
                $0.method = mode == .batch ? "ridge" : "holt-winters"
                $0.season = 24
                $0.extent = .all
                $0.wantsForecast = false
                $0.mode = mode
            }
            let scores = try #require(prediction.behind).scores
            #expect(scores.score.count == 68 * 24)
            return scores.isAnomaly.suffix(7 * 24).count { $0 }  // since the change
        }
        let (with, without) = (try alarms("Europe/Berlin"), try alarms(nil))
        #expect(3 * with < without && without >= 5, "\(with) with the zone, \(without) without")
    }

    @Test func `every hour of a day of 25 hours is scored once`() throws {
        let shop = try shop(from: "2026-08-24T00:00:00Z", hours: 66 * 24)
        for mode in DetectionMode.allCases {
            let prediction = try predict(shop) {
                $0.extent = .all
                $0.wantsForecast = mode == .batch
                $0.mode = mode
            }
            let scores = try #require(prediction.behind).scores
            let change = 62 * 24 + 1  // 2026-10-25T01:00:00Z, the second 02:00
            #expect(scores.score[change - 2...change + 2].allSatisfy { $0.isFinite })
            #expect(scores.score.dropFirst(scores.warmUp).count(where: \.isNaN) <= 200)
        }
    }

    @Test(arguments: ["Asia/Tokyo", "Europe/Berlin"])
    func `a zone whose clocks do not change changes nothing to the last bit`(zone: String) throws {
        // Berlin has no change between November and March.
        let shop = try shop(from: "2025-11-10T00:00:00Z", hours: 40 * 24, zone: zone)
        for mode in DetectionMode.allCases {
            let ask: (inout PredictionRequest) -> Void = {
                $0.extent = .all
                $0.mode = mode
            }
            let later = EventWindow(
                "later", from: try Timestamp(rfc3339: "2030-01-01T00:00:00Z"),
                to: try Timestamp(rfc3339: "2030-01-02T00:00:00Z"))
            let plain = try predict(shop, zone: nil, ask)
            let civil = try predict(shop, zone: zone, calendar: EventCalendar(events: [later]), ask)
            #expect(civil.forecast == plain.forecast)
            let (a, b) = (try #require(civil.behind).scores, try #require(plain.behind).scores)
            for array in [\Scores.expected, \.lower, \.upper, \.score, \.pValue, \.rankScore] {
                #expect(
                    zip(a[keyPath: array], b[keyPath: array]).allSatisfy { $0.bitPattern == $1.bitPattern })
            }
            #expect(a.insights == b.insights)
        }
    }

    @Test func `a forecast that begins within the doubled hour is sound`() throws {
        let shop = try shop(from: "2026-08-25T01:00:00Z", hours: 61 * 24 + 20)
        for count in 61 * 24 - 3...61 * 24 + 3 {
            let (past, future) = try split(shop, count)
            let prediction = try predict(past) { $0.horizon = .steps(12) }
            #expect(try error(prediction, Array(future.prefix(12))) < 20)
            #expect(try #require(prediction.forecast).mean.count == 12)
        }
    }

    // MARK: - Holidays

    private func holidays(_ zone: TimeZone) throws -> (calendar: EventCalendar, days: Set<CivilDate>) {
        let germany = try HolidayCalendar(country: "DE")
        return (
            EventCalendar(holidays: [germany]),
            Set((2023...2026).flatMap { germany.holidays(in: $0).map(\.date) })
        )
    }

    @Test func `Christmas is forecast after two earlier ones`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let (calendar, days) = try holidays(zone)
        let all = try orders(days: 1_095, zone: zone) {
            days.contains($0) ? ($0.month == 12 ? 0.25 : 0.5) : 1
        }
        let (past, future) = try split(all, 1_095 - 10)  // to 20 December 2025
        let ask: (inout PredictionRequest) -> Void = {
            $0.season = 7
            $0.horizon = .steps(10)
        }
        let known = try predict(past, calendar: calendar, ask)
        let plain = try predict(past, ask)
        #expect(try error(known, future) < 0.4 * error(plain, future))
        let christmas = try #require(known.forecast).mean[4]  // Thursday, 25 December 2025
        #expect(abs(christmas - 50) < 8, "\(christmas)")
        #expect(try #require(plain.forecast).mean[4] > 150)
    }

    @Test(arguments: [DetectionMode.causal, .batch])
    func `a holiday like the earlier ones is quiet, one that is abnormal for a holiday is flagged`(
        mode: DetectionMode
    ) throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let (calendar, days) = try holidays(zone)
        let odd = try #require(CivilDate(year: 2025, month: 10, day: 3))
        let all = try orders(days: 1_095, zone: zone) { $0 == odd ? 1 : (days.contains($0) ? 0.5 : 1) }
        let first = try #require(CivilDate(year: 2023, month: 1, day: 1)).daysSinceEpoch
        func flagged(_ calendar: EventCalendar) throws -> Set<CivilDate> {
            let prediction = try predict(all, calendar: calendar) {
                $0.season = 7
                $0.extent = .all
                $0.wantsForecast = false
                $0.mode = mode
            }
            let flags = try #require(prediction.behind).scores.isAnomaly
            return Set(flags.indices.filter { flags[$0] }.map { CivilDate(daysSinceEpoch: first + $0) })
        }
        let known = try flagged(calendar)
        #expect(known.contains(odd), "\(known)")
        #expect(known.filter { days.contains($0) && $0 != odd && $0.year > 2023 }.count <= 1, "\(known)")
        let plain = try flagged(.empty)
        #expect(!plain.contains(odd))
    }

    @Test func `causal scores do not change with what comes later`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let (calendar, days) = try holidays(zone)
        let all = try orders(days: 800, zone: zone) { days.contains($0) ? 0.5 : 1 }
        func scores(_ observations: Observations) throws -> Scores {
            try #require(
                try predict(observations, calendar: calendar) {
                    $0.season = 7
                    $0.extent = .all
                    $0.wantsForecast = false
                    $0.mode = .causal
                }.behind
            ).scores
        }
        let whole = try scores(all)
        let part = try scores(try split(all, 725).past)  // ends on 25 December 2024
        for array in [\Scores.expected, \.lower, \.upper, \.score] {
            #expect(
                zip(part[keyPath: array], whole[keyPath: array]).allSatisfy { $0.bitPattern == $1.bitPattern }
            )
        }
    }

    @Test func `what an insight says is about the values as they are`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let (calendar, days) = try holidays(zone)
        let odd = try #require(CivilDate(year: 2025, month: 10, day: 3))
        let all = try orders(days: 1_050, zone: zone) { $0 == odd ? 2.2 : (days.contains($0) ? 0.5 : 1) }
        let behind = try #require(
            try predict(all, calendar: calendar) {
                $0.season = 7
                $0.extent = .all
                $0.wantsForecast = false
                $0.mode = .causal
            }.behind)
        let row = odd.daysSinceEpoch - (try #require(CivilDate(year: 2023, month: 1, day: 1))).daysSinceEpoch
        #expect(abs(behind.scores.expected[row] - 100) < 15)
        #expect(
            behind.scores.insights.contains {
                $0.first <= row && $0.last >= row && $0.sentence.hasPrefix("4")
            })
    }

    // MARK: - Events

    @Test func `an event is kept out of learning`() throws {
        var all = try shop(from: "2025-11-10T00:00:00Z", hours: 30 * 24)
        let from = 25 * 24
        var values = all.values
        for step in from..<from + 48 { values[step] *= 6 }
        all = try Observations(timestamps: all.timestamps, values: values)
        let (past, future) = try split(all, 27 * 24)
        let times = try #require(past.timestamps)
        let sale = EventWindow(
            "sale", from: times[from], to: times[from + 47].advanced(byMilliseconds: Self.hour))
        let ask: (inout PredictionRequest) -> Void = {
            $0.method = "holt-winters"
            $0.season = 24
            $0.horizon = .steps(72)
        }
        let known = try predict(past, calendar: EventCalendar(events: [sale]), ask)
        #expect(try error(known, future) < error(try predict(past, ask), future))
        // As if nothing had been seen then.
        for step in from..<from + 48 { values[step] = .nan }
        let blind = try Observations(timestamps: times, values: Array(values.prefix(27 * 24)))
        let unseen = try predict(blind, ask)
        #expect(known.forecast == unseen.forecast)

        let scored = try predict(past, calendar: EventCalendar(events: [sale])) {
            ask(&$0)
            $0.extent = .all
            $0.mode = .causal
        }
        let scores = try #require(scored.behind).scores
        #expect(scores.score[from..<from + 48].allSatisfy { $0.isNaN } && scores.score[from - 10].isFinite)
    }

    @Test func `limits are asked of the series as it is`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let (calendar, days) = try holidays(zone)
        let all = try orders(days: 1_085, zone: zone) { days.contains($0) ? 0.25 : 1 }
        let prediction = try predict(all, calendar: calendar) {
            $0.season = 7
            $0.horizon = .steps(6)
            $0.limits = [Limit(.below, 100)]
        }
        #expect(prediction.limits[0].probability > 0.9 && prediction.limits[0].p50 == 4)
    }

    @Test func `what is left out of a calendar file is told of`() throws {
        let text =
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20251112\nRDATE:20251113\nEND:VEVENT\nEND:VCALENDAR\n"
        let calendar = EventCalendar(files: [try ICalendar(Array(text.utf8))])
        let prediction = try predict(
            try shop(from: "2025-11-10T00:00:00Z", hours: 10 * 24), calendar: calendar)
        let warnings = prediction.warnings.filter { $0.code == .calendarPartlyRead }
        #expect(warnings.map(\.detail.isEmpty) == [false] && warnings[0].detail.hasPrefix("line 4 of"))
    }

    @Test func `a calendar that cannot be used is told of`() throws {
        let (calendar, _) = try holidays(.utc)
        let plain = try Observations(values: (0..<60).map { Double($0 % 7) })
        let prediction = try predict(plain, calendar: calendar) { $0.season = 7 }
        #expect(prediction.warnings.contains { $0.code == .calendarUnused })
    }
}
