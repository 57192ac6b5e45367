public import TimeSeries

/// How many incidents on quiet data are acceptable, and the threshold p\* that follows from it.
///
/// A step of quiet data falls below p\* with probability p\*. With N series of K steps a week that is p\*·N·K
/// openings a week where one step opens an incident, so p\* = min(0.01, B / (N·K)) keeps B of them. A larger
/// `open_after` only lowers the rate.
public struct AlertBudget: Sendable, Hashable {
    /// The time in which so many incidents are acceptable.
    public enum Period: String, Sendable, Hashable, CaseIterable {
        case hour
        case day
        case week
        /// 30.436875 days, the mean of the Gregorian calendar.
        case month
        /// 365.2425 days, the mean of the Gregorian calendar.
        case year

        var milliseconds: Double {
            switch self {
            case .hour: 3_600_000
            case .day: Double(Step.millisecondsInDay)
            case .week: AlertBudget.millisecondsInWeek
            case .month: Double(Step.meanMillisecondsInMonth)
            case .year: Double(Step.meanMillisecondsInMonth * 12)
            }
        }
    }

    /// What the budget is shared by.
    public enum Scope: String, Sendable, Hashable, CaseIterable {
        /// All series of a definition together.
        case definition
        /// Each series has its own.
        case series
    }

    /// Incidents; above 0.
    public let count: Double
    /// The time in which they may open.
    public let period: Period
    /// What the budget is shared by.
    public var scope: Scope

    /// No threshold is higher.
    public static let largestThreshold = 0.01
    /// p\* of stored series whose definition has no budget, or that have no definition.
    public static let thresholdWithoutBudget = 1e-4
    /// How many calibration points below p\* a threshold needs so as not to rest on a fitted tail.
    public static let pointsBelowThreshold = 10.0

    static let millisecondsInWeek = Double(7 * Step.millisecondsInDay)

    /// A budget.
    ///
    /// - Precondition: `count` is finite and above 0.
    public init(count: Double, per period: Period, scope: Scope = .definition) {
        precondition(count > 0 && count.isFinite, "a budget of \(count)")
        self.count = count
        self.period = period
        self.scope = scope
    }

    /// Acceptable incidents a week.
    public var incidentsPerWeek: Double {
        period == .week ? count : count * Self.millisecondsInWeek / period.milliseconds
    }

    /// The threshold p\*.
    ///
    /// - Parameters:
    ///   - series: Live series, at least 1; give ``journalledSeries(_:)`` of their number where replay must find
    ///     the same threshold.
    ///   - stepsPerWeek: Values of one series in a week; above 0.
    public func threshold(series: Int, stepsPerWeek: Double) -> Double {
        precondition(series >= 1 && stepsPerWeek > 0, "\(series) series, \(stepsPerWeek) steps")
        let sharing = scope == .series ? 1 : Double(series)
        return min(Self.largestThreshold, incidentsPerWeek / (sharing * stepsPerWeek))
    }

    /// The number of series with which thresholds are computed: the next power of two, so that it changes, and is
    /// journalled, seldom.
    ///
    /// - Returns: At least 1.
    public static func journalledSeries(_ live: Int) -> Int {
        guard live > 1 else { return 1 }
        guard live <= 1 << 40 else { return 1 << 40 }
        return 1 << (Int.bitWidth - (live - 1).leadingZeroBitCount)
    }

    /// Values of one series in a week of 168 hours.
    public static func stepsPerWeek(_ step: Step) -> Double {
        millisecondsInWeek / Double(step.nominalMilliseconds)
    }

    /// The incidents a week that a threshold implies on quiet data, where one step opens an incident: p\*·N·K.
    public static func incidentsPerWeek(threshold: Double, series: Int, stepsPerWeek: Double) -> Double {
        threshold * Double(series) * stepsPerWeek
    }

    /// Whether a threshold lies so far out that a fitted tail has to answer for it: below 10 / calibration points.
    ///
    /// The code of the warning is `extrapolated_tail`.
    public static func restsOnFittedTail(threshold: Double, calibrationPoints: Int) -> Bool {
        threshold < pointsBelowThreshold / Double(max(calibrationPoints, 1))
    }
}

extension AlertBudget: CustomStringConvertible {
    /// The budget as the configuration writes it: `2/week`.
    public var description: String { "\(NumberText.exact(count))/\(period.rawValue)" }
}
