/// On which side of its expectation a value lies.
public enum Direction: String, Sendable, Hashable {
    case above
    case below
}

/// Something worth telling about a stretch of one series.
public struct Insight: Sendable, Hashable {
    /// The first unusual row, as an index into the scored values.
    public var first: Int
    /// The last unusual row, as an index into the scored values; at least `first`.
    public var last: Int
    /// The largest score in the stretch; above 1.
    public var peakScore: Double
    /// The side of the expectation on which the strongest value lies.
    public var direction: Direction
    /// What happened, in words and numbers.
    public var sentence: String

    /// An insight about rows `first ... last`.
    public init(first: Int, last: Int, peakScore: Double, direction: Direction, sentence: String) {
        self.first = first
        self.last = last
        self.peakScore = peakScore
        self.direction = direction
        self.sentence = sentence
    }
}
