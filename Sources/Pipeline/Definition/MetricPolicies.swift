public import TimeSeries

/// How the samples of one step become one value.
public enum Aggregation: String, Sendable, Hashable, CaseIterable {
    case mean
    case sum
    case last
    case max
    /// The increase of a counter a second; a smaller sample is a reset.
    case rate
}

/// On which side of the expected value a deviation counts.
public enum Direction: String, Sendable, Hashable, CaseIterable {
    case above
    case below
    case both
}

/// What values can be, ends included.
public struct ValueRange: Sendable, Hashable {
    /// The smallest value there can be; `nil`: there is none.
    public let min: Double?
    /// The largest value there can be; `nil`: there is none.
    public let max: Double?

    /// Any value.
    public static let any = ValueRange(min: nil, max: nil)

    /// A range of values.
    ///
    /// - Precondition: Ends are finite, and `min` is not above `max`.
    public init(min: Double?, max: Double?) {
        precondition((min?.isFinite ?? true) && (max?.isFinite ?? true), "an end that is not finite")
        if let min, let max { precondition(min <= max, "\(min) is above \(max)") }
        self.min = min
        self.max = max
    }

    /// Whether a value can be; `nan` cannot.
    public func contains(_ value: Double) -> Bool {
        value >= (min ?? -.infinity) && value <= (max ?? .infinity)
    }
}

/// How small a deviation from the expected value must be to be ignored.
public struct IgnoredDeviation: Sendable, Hashable {
    /// Below this many units of the metric; at least 0.
    public let absolute: Double
    /// Below this share of the expected value's magnitude; at least 0.
    public let relative: Double

    /// Nothing is ignored.
    public static let none = IgnoredDeviation(absolute: 0, relative: 0)

    /// Deviations below either are ignored.
    ///
    /// - Precondition: Both are finite and at least 0.
    public init(absolute: Double, relative: Double) {
        precondition(absolute >= 0 && absolute.isFinite, "\(absolute)")
        precondition(relative >= 0 && relative.isFinite, "\(relative)")
        self.absolute = absolute
        self.relative = relative
    }

    /// Whether a value is too near to what was expected to matter; `nan` never is.
    public func covers(value: Double, expected: Double) -> Bool {
        let deviation = abs(value - expected)
        return deviation < absolute || deviation < relative * abs(expected)
    }
}

/// What a step without a sample means.
public enum MissingPolicy: Sendable, Hashable {
    /// Nothing is known.
    case unknown
    /// Nothing happened.
    case zero
    /// The value is still the one before.
    case last
    /// On the line between the neighbours, where at most so many steps in a row are missing.
    case interpolate(most: Int)
}

extension MissingPolicy: CustomStringConvertible {
    /// The policy as the configuration writes it.
    public var description: String {
        switch self {
        case .unknown: "unknown"
        case .zero: "zero"
        case .last: "last"
        case .interpolate(let most): "interpolate(max \(most))"
        }
    }
}

/// When a level that moved becomes the one that is expected.
public enum AdoptionPolicy: Sendable, Hashable {
    /// After a day, but no later than a quarter of what the model is known by.
    case automatic
    /// After so long without a value inside the band.
    case after(Length)
    /// Not by itself: what lies outside stays anomalous until a model is trained on it.
    case never
}

extension AdoptionPolicy: CustomStringConvertible {
    /// The policy as the configuration writes it.
    public var description: String {
        switch self {
        case .automatic: "auto"
        case .after(let length): "\(length)"
        case .never: "never"
        }
    }
}

/// A number of steps, or a time that is as many steps as fit.
public enum Length: Sendable, Hashable {
    /// So many steps, at least 1.
    case steps(Int)
    /// A time; rounded up to whole steps.
    case time(Step)

    /// How many steps of this length it is, by nominal days and months; at least 1.
    public func steps(of step: Step) -> Int {
        switch self {
        case .steps(let count): return Swift.max(count, 1)
        case .time(let time):
            let (whole, part) = time.nominalMilliseconds.quotientAndRemainder(
                dividingBy: Swift.max(step.nominalMilliseconds, 1))
            return Swift.max(Int(whole) + (part > 0 ? 1 : 0), 1)
        }
    }
}

extension Length: CustomStringConvertible {
    /// The length as the configuration writes it.
    public var description: String {
        switch self {
        case .steps(let count): "\(count)"
        case .time(let time): "\(time)"
        }
    }
}
