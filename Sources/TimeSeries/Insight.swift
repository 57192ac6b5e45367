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
    /// The row at which what is told began, by estimate; at most `first`.
    public var since: Int
    /// The largest score in the stretch; above 1.
    public var peakScore: Double
    /// The permanent name of the evidence that speaks loudest.
    public var evidence: String
    /// The side of the expectation on which the strongest value lies.
    public var direction: Direction
    /// What happened, in words and numbers.
    public var sentence: String
    /// Earlier windows of the series whose course is the most like it, the most similar first.
    public var related: [RelatedWindow] = []

    /// An insight about rows `first ... last`.
    public init(
        first: Int, last: Int, since: Int, peakScore: Double, evidence: String, direction: Direction,
        sentence: String
    ) {
        self.first = first
        self.last = last
        self.since = since
        self.peakScore = peakScore
        self.evidence = evidence
        self.direction = direction
        self.sentence = sentence
    }
}

/// An earlier stretch of a series that is like another one.
public struct RelatedWindow: Sendable, Hashable {
    /// Its first row.
    public var first: Int
    /// Its last row; at least `first`.
    public var last: Int
    /// How alike they are: the correlation of their values, at most 1.
    public var similarity: Double

    /// Rows `first ... last`.
    public init(first: Int, last: Int, similarity: Double) {
        self.first = first
        self.last = last
        self.similarity = similarity
    }
}
