public import TimeSeries

/// What a body of any format becomes: points in runs, each run of one series, and what was not taken.
///
/// Labels are ranges of ``bytes``, in the byte form that ``TimeSeries/Labels/init(encoded:)`` reads: a known series
/// is looked up by them as they came, with no string made. Points of a rejected record are not here.
public struct DecodedPoints: Sendable {
    /// One run of points of one series; a series may have several.
    public struct Entry: Equatable, Sendable {
        /// Where in ``DecodedPoints/bytes`` the labels stand.
        public let labels: Range<Int>
        /// Which of ``DecodedPoints/points`` are the series', in the order of the sender; never empty.
        public let points: Range<Int>
        /// What the sender said that the series is; `unknown` where its format does not say.
        public let kind: MetricKind

        init(labels: Range<Int>, points: Range<Int>, kind: MetricKind = .unknown) {
            self.labels = labels
            self.points = points
            self.kind = kind
        }
    }

    /// Holds the labels; it may be the whole body.
    public internal(set) var bytes: [UInt8]
    /// The runs, in the order of the body.
    public internal(set) var series: [Entry] = []
    /// The points of all runs.
    public internal(set) var points: [Point] = []
    /// How many points were not taken; a record of which that cannot be told counts as one.
    public internal(set) var rejected = 0
    /// The first of the reasons, at most ``errorLimit``.
    public internal(set) var errors: [DecodeError] = []
    /// Native histograms, which are not kept.
    public internal(set) var ignoredHistograms = 0
    /// Exemplars, which are not kept.
    public internal(set) var ignoredExemplars = 0

    /// Values that are texts, which are not kept.
    public internal(set) var ignoredTexts = 0
    /// Samples that say when a counter began, as OpenMetrics has them, which are not kept.
    public internal(set) var ignoredCreations = 0

    /// The most errors that are kept.
    public static let errorLimit = 10
    /// The most bytes that the labels of one series may have.
    public static let labelBytesLimit = 64 << 10

    /// The most bytes that the labels of all series of a body may have where the format repeats them on each.
    public static let bodyLabelBytesLimit = 256 << 20

    /// Nothing yet.
    public init() {
        bytes = []
    }

    /// The labels of a run, checked; to be called once for a series that is new.
    ///
    /// - Throws: ``DecodeError`` for labels that are no labels, or lack `__name__`; its byte is that of ``bytes`` at which they begin.
    public func labels(at index: Int) throws(DecodeError) -> Labels {
        let range = series[index].labels
        let labels: Labels
        do {
            labels = try Labels(encoded: bytes.span.extracting(range))
        } catch {
            throw DecodeError(byte: range.lowerBound, reason: "\(error)")
        }
        guard labels[Labels.metricName] != nil else {
            throw DecodeError(byte: range.lowerBound, reason: Self.nameMissing(labels))
        }
        return labels
    }

    /// Adds a run of points, with its labels; nothing when there is no point.
    public mutating func append(_ labels: Labels, _ run: some Sequence<Point>) {
        let first = points.count
        points += run
        guard points.count > first else { return }
        let start = bytes.count
        bytes += labels.encoded
        series.append(Entry(labels: start..<bytes.count, points: first..<points.count))
    }

    /// Counts points that are not taken.
    mutating func reject(_ count: Int, _ error: @autoclosure () -> DecodeError) {
        rejected += count
        if errors.count < Self.errorLimit { errors.append(error()) }
    }

    /// What to say of labels without a metric's name.
    static func nameMissing(_ labels: Labels) -> String {
        "the series \(labels) has no name; add the label \"__name__\""
    }
}

// MARK: - Records taken whole or not at all

extension DecodedPoints {
    /// How much there is before a record.
    struct Mark {
        fileprivate let bytes: Int
        fileprivate let series: Int
        fileprivate let points: Int
        fileprivate let ignoredTexts: Int
    }

    var mark: Mark {
        Mark(bytes: bytes.count, series: series.count, points: points.count, ignoredTexts: ignoredTexts)
    }

    /// Forgets what came after a mark.
    mutating func takeBack(to mark: Mark) {
        bytes.removeLast(bytes.count - mark.bytes)
        series.removeLast(series.count - mark.series)
        points.removeLast(points.count - mark.points)
        ignoredTexts = mark.ignoredTexts
    }
}
