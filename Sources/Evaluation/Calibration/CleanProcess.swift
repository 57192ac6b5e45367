import Glibc
import Numerics

/// Processes without anomalies, of the kinds that metrics have: whatever is flagged in them is a false alarm.
public enum CleanProcess: String, Sendable, CaseIterable {
    /// Independent normal values.
    case white
    /// An autoregression of coefficient 0.9.
    case autoregression = "ar1-0.9"
    /// Student's t with three degrees of freedom.
    case heavyTailed = "t3"
    /// A day of 288 values with noise.
    case season = "daily-season"
    /// The sum of normal steps.
    case walk = "random-walk"
    /// Counts of mean 3.
    case counts = "poisson-3"
    /// Counts of mean 0.3.
    case rareCounts = "poisson-0.3"
    /// A constant that steps between few levels, every 500 values or so.
    case rareSteps = "rare-steps"
    /// The share of errors among about 200 requests, each an error with probability 0.02.
    case ratio = "error-ratio"
    /// Normal values rounded to half a standard deviation.
    case rounded = "rounded"

    /// The rate of false alarms over the nominal one that the product promises, where it promises one.
    public var promised: ClosedRange<Double> {
        switch self {
        case .white, .autoregression, .heavyTailed, .season, .walk: 0.5...2
        case .counts, .rareCounts, .rareSteps, .ratio, .rounded: 0...2
        }
    }

    /// Values in a day at a step of five minutes.
    static let day = 288

    /// A series of the process.
    ///
    /// - Parameter count: How many values, at least 1.
    public func values(_ count: Int, seed: UInt64) -> [Double] {
        precondition(count >= 1, "\(count) values")
        var random = Xoshiro256StarStar(seed: seed)
        var state = 0.0
        return (0..<count).map { step in
            switch self {
            case .white: return random.nextNormal()
            case .autoregression:
                state = 0.9 * state + random.nextNormal()
                return state
            case .heavyTailed: return random.nextStudentT(degreesOfFreedom: 3)
            case .season: return Self.profile(of: step) + random.nextNormal()
            case .walk:
                state += random.nextNormal()
                return state
            case .counts: return Double(random.nextPoisson(mean: 3))
            case .rareCounts: return Double(random.nextPoisson(mean: 0.3))
            case .rareSteps:
                if random.nextUniform() < 0.002 { state = Self.level(after: state, random.nextUniform()) }
                return 20 + state
            case .ratio:
                let requests = random.nextPoisson(mean: 200)
                guard requests > 0 else { return 0 }
                return Double((0..<requests).count { _ in random.nextUniform() < 0.02 }) / Double(requests)
            case .rounded: return (2 * random.nextNormal()).rounded() / 2
            }
        }
    }

    /// The usual course of a day, in standard deviations of the noise: a wave and a shorter one.
    static func profile(of step: Int) -> Double {
        let phase = 2 * Double.pi * Double(step % day) / Double(day)
        return 50 + 5 * sin(phase) + 2 * cos(2 * phase)
    }

    /// Another of the levels 0 ... 4.
    private static func level(after level: Double, _ uniform: Double) -> Double {
        let other = Double(Int(4 * uniform))
        return other < level ? other : other + 1
    }
}
