import Glibc
import TimeSeries

/// Finds where the level of one series moved and stayed, each change once and at a stated delay, in constant memory.
///
/// Every value is compared with the level so far and the usual course of a season. The mean of the last
/// `confirmation` differences is a candidate when it is five usual ones away from 0; it is a change when nine in ten of
/// those since the estimated moment lie beyond a third of it. Then the level moves with it. What differs much teaches
/// neither the level nor the course of a season, so that an incident has no echo a season later.
///
/// - Source: Page, *Continuous inspection schemes*, Biometrika 41 (1954); the moment by least squares, Hinkley,
///   *Inference about the change-point in a sequence of random variables*, Biometrika 57 (1970).
public struct LevelWatch: BitwiseCopyable, Sendable {
    /// Changes with the meaning of the bytes.
    public static let stateVersion = 1

    /// The longest season that can be remembered: a week of five-minute steps.
    public static let longestPeriod = 2_048
    /// Differences remembered.
    private static let kept = 64
    /// A change is confirmed after a sixth of a season, but by so many values at least and at most.
    private static let shortestConfirmation = 12
    private static let longestConfirmation = 32
    private static let confirmationsASeason = 6
    /// A mean so many usual ones from 0 is a candidate.
    private static let limit = 5.0
    /// The mean absolute deviation of a normal distribution times this is its standard deviation.
    private static let normal = 1.253_314_137_315_5
    /// The share of the differences that lie beyond a third of the change.
    private static let agreement = 0.9
    /// Within a season of a change another one counts when it is at least this share of it: the rest is its settling.
    private static let settling = 0.5
    /// Means learned, and seasons seen, before anything is said; the weight of a new mean afterwards.
    private static let warmUp = 24
    private static let seasons = 3
    private static let leastWeight = 1.0 / 400
    /// A mean, and a difference, teaches as at most so many usual ones.
    private static let clip = 4.0
    /// The least weight of a new season in the course of one, and how many confirmations the level reaches back.
    private static let courseWeight = 0.2
    private static let levelReach = 16.0

    /// Steps in a season; 0 for none.
    public let period: Int
    /// How many values confirm a change.
    public let confirmation: Int

    /// The course of a season about the level, and the last differences; the latest at `count − 1` modulo their number.
    private var course = InlineArray<2_048, Float>(repeating: 0)
    private var differences = InlineArray<64, Float>(repeating: .nan)
    /// The first value, which everything is counted from.
    private var origin = Double.nan
    private var count = 0
    /// The level, and how many values it rests on.
    private var level = 0.0
    private var levelCount = 0
    /// What is usual: the absolute size of a difference and of a mean of them.
    private var usual = (difference: 0.0, mean: 0.0)
    private var learned = 0
    /// The size of the last change, and the values since.
    private var last = (size: 0.0, age: Int.max)

    /// A watch over a series.
    ///
    /// - Parameter season: Steps; 1 or less for none, as is one that is too long to remember.
    public init(season: Int) {
        period = season > 1 && season <= Self.longestPeriod ? season : 0
        confirmation = min(
            max(period / Self.confirmationsASeason, Self.shortestConfirmation), Self.longestConfirmation)
    }

    /// Takes the next value.
    ///
    /// - Parameter value: In the unit of the series; `nan` for a step without one.
    /// - Returns: The change that it confirms.
    public mutating func push(_ value: Double) -> LevelChange? {
        if origin.isNaN {
            guard value.isFinite else { return nil }
            origin = value
        }
        let phase = period > 0 ? count % period : 0
        defer { count += 1 }
        differences[count % Self.kept] = .nan
        last.age += last.age < .max ? 1 : 0
        guard value.isFinite, Float(value - origin).isFinite else { return nil }
        guard count >= period, levelCount > 0 else {
            // The first season sets the course, and without one the first value the level.
            if period > 0 { course[phase] = Float(value - origin) }
            levelCount = 1
            return nil
        }
        let difference = value - origin - level - (period > 0 ? Double(course[phase]) : 0)
        guard Float(difference).isFinite else { return nil }
        differences[count % Self.kept] = Float(difference)
        guard let mean = recentMean() else {
            learn(difference, phase)
            return nil
        }
        guard isReady, abs(mean) > Self.limit * Self.normal * usual.mean else {
            learn(difference, phase)
            learn(mean: mean)
            return nil
        }
        if let change = confirmed(mean, value) { return change }
        // What stood still and moves now is to become usual, if it does not stay.
        learn(mean: mean)
        return nil
    }

    /// Mutating, as what else reads for every value is, so that it reads in place: the compiler copies what is passed to a
    /// reader, and a watch is 8 KB.
    private var isReady: Bool { mutating get { learned >= Self.warmUp && count >= Self.seasons * period } }

    private mutating func difference(_ age: Int) -> Double { Double(differences[(count - age) % Self.kept]) }

    /// The mean of the last differences; `nil` where one in four is missing.
    private mutating func recentMean() -> Double? {
        guard count > confirmation else { return nil }
        var (sum, known) = (0.0, 0)
        for age in 0..<confirmation where difference(age).isFinite {
            sum += difference(age)
            known += 1
        }
        return 4 * known >= 3 * confirmation ? sum / Double(known) : nil
    }

    /// Lets the level and the course follow a difference.
    private mutating func learn(_ difference: Double, _ phase: Int) {
        levelCount += 1
        let most =
            isReady && usual.difference > 0 ? Self.clip * Self.normal * usual.difference : .infinity
        let step = min(max(difference, -most), most)
        usual.difference +=
            max(1 / Double(levelCount), Self.leastWeight) * (abs(step) - usual.difference)
        level += max(1 / Double(levelCount), 1 / (Self.levelReach * Double(confirmation))) * step
        guard period > 0 else { return }
        let seen = Double(count / period)
        course[phase] += Float(max(1 / (seen + 1), Self.courseWeight) * step)
    }

    /// Learns what is usual of the mean; neighbours share what they saw, so every half a window one counts.
    private mutating func learn(mean: Double) {
        guard count.isMultiple(of: max(confirmation / 2, 1)) else { return }
        // Means of 0 say nothing of how much a series moves that begins to.
        if usual.mean == 0, mean != 0 { learned = min(learned, Self.warmUp) }
        learned += 1
        let most = isReady && usual.mean > 0 ? Self.clip * Self.normal * usual.mean : .infinity
        let size = min(abs(mean), most)
        usual.mean += max(1 / Double(learned), Self.leastWeight) * (size - usual.mean)
    }

    /// The change whose mean this is, where it has stayed for as long as a confirmation takes.
    private mutating func confirmed(_ mean: Double, _ value: Double) -> LevelChange? {
        guard let age = ageOfChange(), age + 1 >= confirmation else { return nil }
        var (sum, known, beyond) = (0.0, 0, 0)
        for k in 0...age where difference(k).isFinite {
            sum += difference(k)
            known += 1
        }
        let size = sum / Double(known)
        guard size * mean > 0, size.isFinite else { return nil }
        for k in 0...age where difference(k) / size > 1.0 / 3 { beyond += 1 }
        guard Double(beyond) >= Self.agreement * Double(known) else { return nil }
        let isSettling = last.age < max(period, confirmation) && abs(size) < Self.settling * abs(last.size)
        let before = origin + level + meanCourse(age)
        level += size
        for k in 0..<Self.kept { differences[k] = .nan }
        guard !isSettling else { return nil }
        last = (size, 0)
        return LevelChange(
            stepsAgo: age, confirmation: confirmation, before: before, after: before + size)
    }

    /// The mean course of the last `age + 1` steps.
    private mutating func meanCourse(_ age: Int) -> Double {
        guard period > 0 else { return 0 }
        var sum = 0.0
        for k in 0...age { sum += Double(course[(count - k) % period]) }
        return sum / Double(age + 1)
    }

    /// How many values ago the first of the new level came: where two means fit the last differences best.
    private mutating func ageOfChange() -> Int? {
        let reach = min(2 * confirmation, Self.kept) - 1
        var total = (sum: 0.0, count: 0.0)
        for age in 0...min(reach, count) where difference(age).isFinite {
            total.sum += difference(age)
            total.count += 1
        }
        var recent = (sum: 0.0, count: 0.0)
        var best: (age: Int, gain: Double)?
        for age in 0...min(reach, count) where difference(age).isFinite {
            recent.sum += difference(age)
            recent.count += 1
            let earlier = (sum: total.sum - recent.sum, count: total.count - recent.count)
            let gain =
                recent.sum * recent.sum / recent.count
                + (earlier.count > 0 ? earlier.sum * earlier.sum / earlier.count : 0)
            if gain > best?.gain ?? -1 { best = (age, gain) }
        }
        return best?.age
    }
}

/// A level that moved and stayed.
public struct LevelChange: Sendable, Hashable {
    /// How many values before the one that confirmed it the first of the new level came.
    public var stepsAgo: Int
    /// How many values of the new level were asked for.
    public var confirmation: Int
    /// What the values since then would have been on the old level, on average, in the unit of the series.
    public var before: Double
    /// What they were.
    public var after: Double
}

extension LevelChange {
    /// What happened, in words and numbers, without the time, which the caller knows how to write.
    public var sentence: String { Self.sentence(before: before, after: after, count: stepsAgo + 1) }

    /// The same of a stored change.
    public static func sentence(before: Double, after: Double, count: Int) -> String {
        // As many digits as tell the two apart.
        let distance = abs(after - before)
        let size = max(abs(before), abs(after))
        let digits = distance > 0 && size.isFinite ? min(max(Int(log10(size / distance)) + 3, 3), 15) : 4
        return "the level moved \(NumberText.short(before, digits: digits)) → "
            + "\(NumberText.short(after, digits: digits)), confirmed by \(count) values."
    }
}
