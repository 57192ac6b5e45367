import Glibc
import Numerics

/// The mechanism behind a metric, step by step.
///
/// Its state must not depend on the disturbance: then values outside of incidents are those of the quiet
/// series, and each label is true.
protocol Scenario: SendableMetatype {
    init()
    /// How the level follows a disturbance.
    static var response: Response { get }
    /// Decimals of the values, 0 ... 3.
    static var decimals: Int { get }

    /// The next value, before it is rounded and brought into the range.
    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double
}

extension Scenario {
    /// The factor on the level.
    static func factor(_ disturbance: Disturbance) -> Double {
        guard disturbance.strength != 0, case .multiplies(let unit) = response else { return 1 }
        return exp(unit * disturbance.strength)
    }

    /// What is added to the level.
    static func offset(_ disturbance: Disturbance) -> Double {
        guard case .adds(let unit) = response else { return 0 }
        return unit * disturbance.strength
    }
}

/// Requests a step: a Cox process, that is Poisson counts whose rate has a daily and a weekly season and noise.
struct WebRequests: Scenario {
    static let response = Response.multiplies(unit: 0.15)
    static let decimals = 0
    /// Requests a second at the mean of the day.
    private static let rate = 8.0
    private var noise = SmoothNoise(memory: 1)

    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double {
        let slow = 0.04 * noise.next(clock.length, using: &random)
        let fast = 0.02 * random.nextNormal()
        let season = clock.mean { time in
            exp(0.6 * time.wave(peak: 15) + 0.15 * time.wave(peak: 20, cycles: 2))
                * time.weekday(saturday: 0.78, sunday: 0.7)
        }
        let mean = Self.rate * 3600 * clock.length * season * exp((slow + fast) * disturbance.noise)
        return Double(random.nextPoisson(mean: min(mean * Self.factor(disturbance), 1e15)))
    }
}

/// Busy processors in per cent: a daily bump, a job of four minutes each full hour, noise.
struct CPU: Scenario {
    static let response = Response.adds(unit: 7)
    static let decimals = 2
    private var noise = SmoothNoise(memory: 0.5)

    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double {
        let slow = 2 * noise.next(clock.length, using: &random)
        let fast = 1.5 * random.nextNormal()
        let season = clock.mean { time in
            22 + 12 * time.wave(peak: 14) * time.weekday(saturday: 0.5, sunday: 0.4)
        }
        let job = 30 * clock.share(every: 1, lasting: 4.0 / 60)
        return season + job + (slow + fast) * disturbance.noise + Self.offset(disturbance)
    }
}

/// Milliseconds of a request: log-normal, slower by day, with bursts of some minutes about twice a day.
struct Latency: Scenario {
    static let response = Response.multiplies(unit: 0.25)
    static let decimals = 2
    private var noise = SmoothNoise(memory: 1)
    private var burst = 0.0

    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double {
        let slow = 0.1 * noise.next(clock.length, using: &random)
        let fast = 0.1 * random.nextNormal()
        burst *= exp(-clock.length / 0.15)
        let starts = random.nextUniform() < 1 - exp(-0.08 * clock.length)
        if starts { burst += 0.3 + 0.1 * random.nextExponential() }
        let load = clock.mean { 0.25 * $0.wave(peak: 15) * $0.weekday(saturday: 0.6, sunday: 0.5) }
        return 80 * exp(load + min(burst, 1) + (slow + fast) * disturbance.noise) * Self.factor(disturbance)
    }
}

/// Jobs that wait: a batch every two hours that is worked off, and a backlog that reverts to its mean.
struct QueueDepth: Scenario {
    static let response = Response.multiplies(unit: 0.25)
    static let decimals = 0
    private var noise = SmoothNoise(memory: 1)

    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double {
        let slow = 0.15 * noise.next(clock.length, using: &random)
        let cycle = clock.hours / 2
        let phase = cycle - cycle.rounded(.down)
        // A step longer than the cycle shows its mean: a triangle of height 160 over 70 % of the time.
        let batch = clock.length >= 2 ? 56 : 160 * max(0, 1 - phase / 0.7)
        let mean = (60 + batch) * exp(slow * disturbance.noise) * Self.factor(disturbance)
        return Double(random.nextPoisson(mean: mean))
    }
}
