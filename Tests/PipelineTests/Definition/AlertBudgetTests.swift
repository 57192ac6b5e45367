import TimeSeries
import Testing

@testable import Pipeline

private let minute = AlertBudget.stepsPerWeek(.fixed(milliseconds: 60_000))

@Test func `a week has as many steps as it has`() {
    #expect(minute == 10_080)
    #expect(AlertBudget.stepsPerWeek(.fixed(milliseconds: 300_000)) == 2_016)
    #expect(AlertBudget.stepsPerWeek(.days(1)) == 7)
    #expect(AlertBudget.stepsPerWeek(.days(7)) == 1)
    #expect(abs(AlertBudget.stepsPerWeek(.months(1)) - 7 / 30.436875) < 1e-12)
}

/// A budget, how many series share it, and p* as incidents a week over steps a week of all series.
private struct GoldenThreshold {
    var count: Double
    var period: AlertBudget.Period
    var series: Int
    var incidents: Double
    var steps: Double
}

private let goldenThresholds: [GoldenThreshold] = [
    GoldenThreshold(count: 2, period: .week, series: 1, incidents: 2, steps: 10_080),
    GoldenThreshold(count: 2, period: .week, series: 8, incidents: 2, steps: 80_640),
    GoldenThreshold(count: 1, period: .day, series: 1, incidents: 7, steps: 10_080),
    GoldenThreshold(count: 1, period: .hour, series: 10, incidents: 168, steps: 100_800),
    GoldenThreshold(count: 1, period: .month, series: 1, incidents: 7, steps: 306_803.7),
    GoldenThreshold(count: 1, period: .year, series: 1, incidents: 7, steps: 3_681_644.4),
    GoldenThreshold(count: 0.5, period: .week, series: 4, incidents: 0.5, steps: 40_320),
    GoldenThreshold(count: 1_000, period: .week, series: 1, incidents: 1, steps: 100),
]

@Test(arguments: goldenThresholds)
private func `the threshold is what the budget allows`(golden: GoldenThreshold) {
    let (count, period, series) = (golden.count, golden.period, golden.series)
    let expected = golden.incidents / golden.steps
    let budget = AlertBudget(count: count, per: period)
    let threshold = budget.threshold(series: series, stepsPerWeek: minute)
    #expect(abs(threshold - expected) <= 1e-12 * expected)
    let implied = AlertBudget.incidentsPerWeek(threshold: threshold, series: series, stepsPerWeek: minute)
    #expect(implied <= budget.incidentsPerWeek * (1 + 1e-12))
    #expect(threshold == 0.01 || abs(implied - budget.incidentsPerWeek) <= 1e-12 * implied)
}

@Test func `a budget for each series does not shrink with their number`() {
    let each = AlertBudget(count: 2, per: .week, scope: .series)
    #expect(each.threshold(series: 1_000, stepsPerWeek: minute) == 2.0 / 10_080)
    let implied = AlertBudget.incidentsPerWeek(threshold: 2.0 / 10_080, series: 3, stepsPerWeek: minute)
    #expect(abs(implied - 6) < 1e-12)
}

@Test(arguments: [
    (0, 1), (1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (1_000, 1_024), (1_024, 1_024), (1_025, 2_048),
    (Int.max, 1 << 40),
])
func `the number of series is rounded up to a power of two`(live: Int, expected: Int) {
    #expect(AlertBudget.journalledSeries(live) == expected)
}

@Test func `a threshold rests on a fitted tail below ten calibration points`() {
    #expect(AlertBudget.restsOnFittedTail(threshold: 9.9e-4, calibrationPoints: 10_000))
    #expect(!AlertBudget.restsOnFittedTail(threshold: 1e-3, calibrationPoints: 10_000))
    #expect(AlertBudget.restsOnFittedTail(threshold: 0.01, calibrationPoints: 0))
}

@Test func `a budget reads as it is written`() {
    #expect("\(AlertBudget(count: 2, per: .week))" == "2/week")
    #expect("\(AlertBudget(count: 0.5, per: .month))" == "0.5/month")
}
