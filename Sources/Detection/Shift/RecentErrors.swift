import Glibc

/// What the last two hours of errors say together, where each of them is usual: a small shift or a ramp, a burst, a
/// value that stands still.
///
/// Three statistics in standard units, each with a calibration of its own and one event an excursion:
/// the mean of the last 12 errors; the mean of the last 24 squared errors, which says burst when it is large; the mean
/// of the last 12 squared differences of values, which says still when it is small. A large mean of squares is judged
/// by its cube root, which is nearly normal; a small one by its logarithm, whose tail is exponential.
///
/// - Source: windows as in Page, *Continuous inspection schemes*, Biometrika 41 (1954); Wilson & Hilferty, *The
///   distribution of chi-square*, PNAS 17 (1931), for the cube root.
struct RecentErrors: BitwiseCopyable, Sendable {
    static let meanWindow = 12
    static let burstWindow = 24
    static let stillWindow = 12
    /// Errors count as at most so many usual ones.
    private static let limit = 8.0
    /// The usual squares follow the squares by this weight, at most so many times as large as themselves.
    private static let weight = 1.0 / 2_000
    private static let squareLimit = 16.0
    /// Strengths before a p-value is given.
    private static let warmUp: UInt32 = 100
    private static let stride = 3
    /// Incidents that come again within so many values are what the metric does.
    private static let recurrence = 1_000
    /// The probability of a false alarm of the variance is divided between bursts and standing still, that of the level
    /// between this and the season-long window; so is the rest of each, see ``CausalJudge``.
    private static let burstShare = 0.6
    /// Smaller shares of the usual squared difference are not told apart.
    private static let leastShare = 1e-4
    /// An excursion of a window lasts for several values and is one event: of the values beyond a far strength, at most
    /// about so many are first ones. Windows that stand still come in runs of any length, and get no such credit.
    private static let firstShare = 0.5

    private var errors = InlineArray<24, Float>(repeating: 0)
    private var differences = InlineArray<12, Double>(repeating: 0)
    private var count = 0
    /// When strengths are learned again.
    private var resumesAt = 0
    private var last = Double.nan
    private var usualSquare = 0.0
    private var usualDifference = 0.0
    private var mean = Statistic()
    private var burst = Statistic()
    private var still = Statistic()
    /// Strengths that wait until it is known that no incident had begun with them, the oldest at `waited`.
    private var waiting = InlineArray<8, Strengths>(repeating: Strengths())
    private var waited = 0
    private var waitingCount = 0

    /// What a value adds up to with those before it; strengths with the sign of the direction.
    struct Evidence {
        var level = (pValue: 1.0, strength: 0.0)
        var variance = (pValue: 1.0, strength: 0.0)
    }

    private struct Statistic: BitwiseCopyable {
        var calibration = StreamCalibration()
        var events = Declustering()

        mutating func pValue(of strength: Double, window: Int, share: Double) -> Double {
            guard calibration.count >= RecentErrors.warmUp else { return 1 }
            let pValue = calibration.pValue(of: max(strength, 0))
            return min(events.reported(share * pValue, window: window), 1)
        }
    }

    private struct Strengths: BitwiseCopyable {
        var mean = 0.0
        var burst = 0.0
        var still = 0.0
    }

    /// Judges a value by its error and the values before it; what it reports, it does not report again.
    ///
    /// - Parameters:
    ///   - error: In usual errors.
    ///   - value: In the unit of the series; finite.
    mutating func judge(error: Double, value: Double) -> Evidence {
        var evidence = Evidence()
        guard let strengths = strengths(error: error, value: value) else { return evidence }
        let level = mean.pValue(
            of: abs(strengths.mean), window: Self.meanWindow, share: Self.firstShare)
        evidence.level = (level, strengths.mean)
        let burst = burst.pValue(
            of: strengths.burst, window: Self.burstWindow, share: Self.firstShare / Self.burstShare)
        let still = still.pValue(
            of: strengths.still, window: Self.stillWindow, share: 1 / (1 - Self.burstShare))
        evidence.variance = burst <= still ? (burst, strengths.burst) : (still, -strengths.still)
        return evidence
    }

    /// Learns a value.
    ///
    /// Neighbouring strengths share most of their window: one in three is learned, and when a window has passed since. An
    /// incident takes those with it that still wait: it may have begun before it was seen.
    ///
    /// - Parameters:
    ///   - isIncident: Whether it belongs to something that is not to become usual.
    ///   - isWithheld: Whether it teaches nothing of the usual size of errors and differences.
    mutating func learn(error: Double, value: Double, isIncident: Bool, isWithheld: Bool = false) {
        if isIncident { suspend() }
        if count % Self.stride == 0, count >= resumesAt, let strengths = strengths(error: error, value: value)
        {
            wait(strengths)
        }
        let square = Self.square(Self.clipped(error))
        let difference = last.isFinite ? Self.square(value - last) : usualDifference
        if !(isIncident && isWithheld) {
            Self.follow(square, &usualSquare, count)
            Self.follow(difference, &usualDifference, count)
        }
        errors[count % Self.burstWindow] = Float(Self.clipped(error))
        differences[count % Self.stillWindow] = difference
        last = value
        count += 1
    }

    /// Learns the oldest of the strengths that wait in the place of a new one.
    private mutating func wait(_ strengths: Strengths) {
        if waitingCount == waiting.count {
            let oldest = waiting[waited]
            mean.calibration.learn(abs(oldest.mean))
            burst.calibration.learn(max(oldest.burst, 0))
            still.calibration.learn(max(oldest.still, 0))
            waited = (waited + 1) % waiting.count
            waitingCount -= 1
        }
        waiting[(waited + waitingCount) % waiting.count] = strengths
        waitingCount += 1
    }

    /// Learns nothing until the windows have forgotten an incident. What comes again soon is usual, and learned.
    private mutating func suspend() {
        if count >= resumesAt, count < resumesAt + Self.recurrence, resumesAt > 0 { return }
        resumesAt = count + Self.burstWindow
        waitingCount = 0
    }

    private static func follow(_ square: Double, _ usual: inout Double, _ count: Int) {
        let most = count >= burstWindow && usual > 0 ? squareLimit * usual : .infinity
        usual += max(1 / Double(count + 1), weight) * (min(square, most) - usual)
    }

    /// The three strengths with the value; `nil` until the windows are full.
    private mutating func strengths(error: Double, value: Double) -> Strengths? {
        guard count >= Self.burstWindow, usualSquare > 0, usualDifference > 0 else { return nil }
        let error = Self.clipped(error)
        let errors = errors.span
        let differences = differences.span
        var sum = error
        var squares = Self.square(error)
        // The value takes the place of the oldest.
        for age in 1..<Self.burstWindow {
            let past = Double(errors[(count - age) % Self.burstWindow])
            squares += past * past
            if age < Self.meanWindow { sum += past }
        }
        var moved = Self.square(value - last)
        for age in 1..<Self.stillWindow { moved += differences[(count - age) % Self.stillWindow] }
        return Strengths(
            mean: sum / (Double(Self.meanWindow) * usualSquare).squareRoot(),
            burst: Self.standard(squares / usualSquare, Self.burstWindow),
            still: -log(moved / (Double(Self.stillWindow) * usualDifference) + Self.leastShare))
    }

    /// A sum of `count` squares of variance 1 as a nearly normal strength.
    private static func standard(_ sum: Double, _ count: Int) -> Double {
        let spread = 2 / (9 * Double(count))
        return (cbrt(sum / Double(count)) - (1 - spread)) / spread.squareRoot()
    }

    private static func clipped(_ error: Double) -> Double { min(max(error, -limit), limit) }

    private static func square(_ x: Double) -> Double { x * x }
}
