import Glibc

/// The mean of a moving window against its own slow mean and spread.
///
/// - Source: a moving-window form of Page, *Continuous inspection schemes*, Biometrika 41 (1954).
struct MovingLevel: BitwiseCopyable, Sendable {
    private static let warmUp = 50
    private static let clippedFrom = 100

    private let window: Int
    private var sum = 0.0
    private var moments = SlowMoments()

    init(window: Int) {
        self.window = window
    }

    /// Judges the window that ends with the last value, then learns it.
    mutating func push<let kept: Int, Sample>(_ recent: inout RecentValues<kept, Sample>) -> Double {
        let count = recent.count
        sum += recent[0]
        if count > window { sum -= recent[window] }
        let level = sum / Double(min(count, window))
        let evidence = abs(level - moments.mean) / (moments.variance.squareRoot() + 1e-9)
        let weight = max(1 / Double(count), 1 / Amplitude.memory)
        moments.follow(level, weight: weight, clips: count > Self.clippedFrom)
        return count > Self.warmUp ? evidence : 0
    }
}

/// The logarithm of a windowed quantity against its own slow mean and spread.
struct MovingLogarithm: BitwiseCopyable, Sendable {
    private static let warmUp = 50

    private var moments = SlowMoments()

    /// - Parameter age: Windows seen so far, this one included.
    mutating func push(_ logarithm: Double, age: Int) -> Double {
        let evidence = abs(logarithm - moments.mean) / (moments.variance.squareRoot() + 0.1)
        moments.follow(logarithm, weight: max(1 / Double(age), 1 / Amplitude.memory), clips: false)
        return age > Self.warmUp ? evidence : 0
    }
}

/// How much a series moves from value to value: the log variance of differences in two windows.
///
/// - Source: the statistic of Inclán & Tiao, *Use of cumulative sums of squares for retrospective
///   detection of changes of variance*, JASA 89 (1994), on moving windows.
struct MovingRoughness: BitwiseCopyable, Sendable {
    /// The window's sum counts as at least this share of the usual one.
    private static let floor = 1e-4

    private let windows: (short: Int, long: Int)
    private var sums = (short: 0.0, long: 0.0)
    private var total = 0.0
    private var logarithms = (short: MovingLogarithm(), long: MovingLogarithm())

    init(short: Int, long: Int) {
        windows = (short, long)
    }

    /// Judges the windows that end with the last value, then learns them.
    mutating func push<let kept: Int, Sample>(_ recent: inout RecentValues<kept, Sample>) -> (
        short: Double, long: Double
    ) {
        let step = recent.count - 1
        guard step > 0 else { return (0, 0) }
        let square = Self.square(recent[0] - recent[1])
        total += square
        sums.short += square
        sums.long += square
        if step > windows.short {
            sums.short -= Self.square(recent[windows.short] - recent[windows.short + 1])
        }
        if step > windows.long {
            sums.long -= Self.square(recent[windows.long] - recent[windows.long + 1])
        }
        let least = Self.floor * total / Double(step) + 1e-300
        var evidence = (short: 0.0, long: 0.0)
        if step > windows.short {
            let mean = max(sums.short, 0) / Double(windows.short)
            evidence.short = logarithms.short.push(log(mean + least), age: step + 1 - windows.short)
        }
        if step > windows.long {
            let mean = max(sums.long, 0) / Double(windows.long)
            evidence.long = logarithms.long.push(log(mean + least), age: step + 1 - windows.long)
        }
        return evidence
    }

    private static func square(_ value: Double) -> Double { value * value }
}

/// The log variance of a window, and the distance of a value from the window's mean in its deviations.
///
/// - Source: Inclán & Tiao, JASA 89 (1994), as ``MovingRoughness``; the local score is a z-score.
struct MovingVariance: BitwiseCopyable, Sendable {
    private let window: Int
    private var sum = 0.0
    private var squares = 0.0
    private var logarithm = MovingLogarithm()

    init(window: Int) {
        self.window = window
    }

    /// Judges the window that ends with the last value, then learns it.
    ///
    /// - Parameter usual: The slow variance of the series.
    mutating func push<let kept: Int, Sample>(
        _ recent: inout RecentValues<kept, Sample>, usual: Double
    ) -> (spread: Double, local: Double) {
        let count = recent.count
        let value = recent[0]
        sum += value
        squares += value * value
        guard count > window else { return (0, 0) }
        let leaving = recent[window]
        sum -= leaving
        squares -= leaving * leaving
        let mean = sum / Double(window)
        let variance = max(squares / Double(window) - mean * mean, 0)
        let spread = logarithm.push(log(variance + 1e-4 * usual + 1e-300), age: count - window)
        let local = abs(value - mean) / ((variance + 1e-3 * usual).squareRoot() + 1e-9)
        return (spread, local)
    }
}
