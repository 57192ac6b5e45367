public import TimeSeries

/// A series that says something of another one; the raw value is its name.
public enum ExportedName: String, Sendable, CaseIterable {
    case score = "anomaly_score"
    case expected = "anomaly_expected"
    case lower = "anomaly_lower"
    case upper = "anomaly_upper"
    case pValue = "anomaly_p_value"
    case state = "anomaly_state"

    /// What it says, in a sentence.
    public var help: String {
        switch self {
        case .score: "ln p / ln p* of the newest judged value; above 1 it is anomalous."
        case .expected: "What was expected of the value, in its unit; of counters the rate a second."
        case .lower: "Where the value's error alone would score 1, below."
        case .upper: "Where the value's error alone would score 1, above."
        case .pValue: "How likely a value at least as odd is on quiet data."
        case .state: "0 well, 1 a stretch of anomalies goes on, 2 warming up."
        }
    }
}

/// What is told of one judged value to who keeps scores elsewhere.
public struct ExportedScore: Sendable, Equatable {
    /// The number of the series.
    public var series: UInt32
    /// Milliseconds since 1970: of the point, or of the beginning of its step.
    public var time: Int64
    /// How the series did with it.
    public var state: FleetState
    /// ln p / ln p\*; `nil` during the warm-up.
    public var score: Double?
    /// The calibrated tail probability; `nil` during the warm-up.
    public var pValue: Double?
    /// What was expected; `nil` during the warm-up.
    public var band: LiveBand?
    /// Whether the series ends here: its source says that no value will come.
    public var isEnd = false

    /// How many samples it comes to.
    public var sampleCount: Int { ExportedName.allCases.count { value(of: $0) != nil } }

    /// What goes into a series of this name; `nil`: nothing.
    public func value(of name: ExportedName) -> Double? {
        guard !isEnd else { return Double(bitPattern: Point.staleMarkerBits) }
        let value: Double? =
            switch name {
            case .score: score
            case .expected: band?.expected
            case .lower: band?.lower
            case .upper: band?.upper
            case .pValue: pValue
            case .state: Double(state.number)
            }
        return value.flatMap { $0.isNaN ? nil : $0 }
    }
}

/// What a shard hands over of a batch of points.
public struct ExportBatch: Sendable {
    /// Of each series in the order of their times.
    public var scores: [ExportedScore] = []
    /// Judged values that were older than is wanted.
    public var tooOld = 0
    /// Judged values that were no newer than what was handed over of their series before.
    public var outOfOrder = 0

    /// Nothing.
    public init() {}

    var isEmpty: Bool { scores.isEmpty && tooOld == 0 && outOfOrder == 0 }
}

extension FleetState {
    /// The value of ``ExportedName/state``; permanent.
    var number: Int {
        switch self {
        case .ok: 0
        case .anomalous: 1
        case .warming: 2
        case .noData: 3
        }
    }
}

extension Labels {
    /// What holds the name of the series that an exported one is about.
    private static let subject = "for"

    /// The labels of the series that says something of this one: its own, and its name in the label `for`. Labels of
    /// that name get the prefix `exported_`, as Prometheus renames what is in the way.
    public func exported(as name: ExportedName) -> Labels {
        var label = Self.subject
        while self[label] != nil { label = "exported_" + label }
        var members = pairs.filter { $0.name != Self.metricName }.map { pair in
            (name: pair.name == Self.subject ? label : pair.name, value: pair.value)
        }
        members.append((name: Self.subject, value: self[Self.metricName] ?? ""))
        members.append((name: Self.metricName, value: name.rawValue))
        do throws(LabelsError) {
            return try Labels(members)
        } catch {
            preconditionFailure("\(self) as \(name): \(error)")
        }
    }
}
