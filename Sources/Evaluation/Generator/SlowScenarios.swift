import Glibc
import Numerics

/// Used space in per cent: it grows ever more slowly, and logs pile up until they are rotated at midnight.
struct DiskUsed: Scenario {
    static let response = Response.adds(unit: 2)
    static let decimals = 3
    private var noise = SmoothNoise(memory: 2)

    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double {
        let slow = 0.05 * noise.next(clock.length, using: &random)
        let fast = 0.01 * random.nextNormal()
        let growth = 40 * (1 - exp(-clock.elapsed / 24 / 300))
        let logs = clock.mean { 5 * $0.hour / 24 }
        return 38 + growth + logs + slow + fast + Self.offset(disturbance)
    }
}

/// Orders a step: Poisson counts in business hours, few at night, a third on weekends.
struct Orders: Scenario {
    static let response = Response.multiplies(unit: 0.25)
    static let decimals = 0
    /// Orders an hour at the busiest.
    private static let rate = 480.0
    private var noise = SmoothNoise(memory: 2)

    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double {
        let slow = 0.06 * noise.next(clock.length, using: &random)
        let season = clock.mean { time in
            /// A shop that opens about 8 and closes about 19, with a quieter lunch.
            let open = 1 / (1 + exp(-2.5 * (time.hour - 8))) - 1 / (1 + exp(-2 * (time.hour - 19)))
            let lunch = 1 - 0.3 * exp(-(time.hour - 12.5) * (time.hour - 12.5) / 0.7)
            return (0.01 + open * lunch) * time.weekday(saturday: 0.4, sunday: 0.3)
        }
        let mean = Self.rate * clock.length * season * exp(slow) * Self.factor(disturbance)
        return Double(random.nextPoisson(mean: min(max(mean, 0), 1e15)))
    }
}

/// Degrees Celsius in a room: a daily wave, slow noise that remembers half a day, a sensor's small one.
struct Temperature: Scenario {
    static let response = Response.adds(unit: 0.8)
    static let decimals = 2
    private var noise = SmoothNoise(memory: 12)

    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double {
        let slow = 0.7 * noise.next(clock.length, using: &random)
        let fast = 0.05 * disturbance.noise * random.nextNormal()
        let season = clock.mean { 21 + 2 * $0.wave(peak: 16) }
        return season + slow + fast + Self.offset(disturbance)
    }
}

/// Failed requests over all of a step: mostly 0, now and then one or two in some hundreds.
struct ErrorRatio: Scenario {
    static let response = Response.adds(unit: 0.02)
    static let decimals = 3
    /// Failures among quiet requests.
    private static let rate = 0.0002

    mutating func value(
        _ clock: ScenarioClock, _ disturbance: Disturbance, using random: inout Xoshiro256StarStar
    ) -> Double {
        let traffic = clock.mean { 600 * exp(0.5 * $0.wave(peak: 15)) }
        let requests = max(random.nextPoisson(mean: traffic), 1)
        let probability = min(max(Self.rate + Self.offset(disturbance), 0), 1)
        let failures = min(random.nextPoisson(mean: probability * Double(requests)), requests)
        return Double(failures) / Double(requests)
    }
}
