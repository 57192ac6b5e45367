import Numerics

/// Incidents that a detector must find, in a series whose noise has a standard deviation of 1.
public enum PlantedIncident: String, Sendable, CaseIterable {
    /// One value 8 standard deviations off.
    case spike
    /// The level 4 standard deviations off, for two hours.
    case shift
    /// A level that leaves evenly, up to 6 standard deviations in six hours.
    case ramp
    /// Noise of three times the standard deviation, for two hours.
    case burst
    /// Noise of three times the variance, for two hours: 24 values tell little of so small a change.
    case variance
    /// The value of the moment before, for two hours.
    case flat
    /// No season for a day: the mean of the series and its noise.
    case noSeason = "no-season"

    /// How many values it changes, at a step of five minutes.
    public var length: Int {
        switch self {
        case .spike: 1
        case .shift, .burst, .variance, .flat: 24
        case .ramp: 72
        case .noSeason: 288
        }
    }

    /// How many values after its end still count as found: a quarter of its length, where it is seen in many values
    /// together only.
    public var delay: Int {
        switch self {
        case .spike, .shift, .ramp, .noSeason: 0
        case .burst, .variance, .flat: length / 4
        }
    }

    /// The part of a series that it changes, with the incident in it.
    ///
    /// - Parameters:
    ///   - values: The series without it.
    ///   - start: Its first step, at least 1.
    ///   - profile: The series without its noise.
    ///   - sign: 1 or -1: the side to which it goes.
    func values(in values: [Double], from start: Int, profile: (Int) -> Double, sign: Double) -> [Double] {
        let day = start..<(start + CleanProcess.day)
        let mean = day.reduce(0) { $0 + profile($1) } / Double(day.count)
        return (0..<length).map { place in
            let step = start + place
            let usual = profile(step)
            let noise = values[step] - usual
            return switch self {
            case .spike: values[step] + 8 * sign
            case .shift: values[step] + 4 * sign
            case .ramp: values[step] + 6 * sign * Double(place + 1) / Double(length)
            case .burst: usual + 3 * noise
            case .variance: usual + 3.0.squareRoot() * noise
            case .flat: values[start - 1]
            case .noSeason: mean + noise
            }
        }
    }
}
