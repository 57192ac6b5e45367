import Detection
import Storage
import TimeSeries

/// A stretch of anomalous values of one series while it lasts: opened by the first, closed by quiet.
struct AnomalyRun: BitwiseCopyable, Sendable {
    /// When the first and the last anomalous value were, milliseconds since 1970.
    private(set) var from: Int64 = 0
    private(set) var to: Int64 = 0
    private var count: Int32 = 0
    private var quiet: Int32 = 0
    private var peak = Peak()
    /// How often the past of the series had been said anew when it was found.
    var revision: Int32 = 0
    private var open: Int32 = 0

    /// Whether a stretch goes on.
    private(set) var isOpen: Bool {
        get { open != 0 }
        set { open = newValue ? 1 : 0 }
    }

    /// Quiet values after which a stretch is over, where a definition says nothing else.
    static let closeAfter: Int32 = 10

    /// A value of a lower score is quiet. It lies below 1, where values become anomalous, so that a score that swings
    /// around the threshold stays one stretch: 0.7 is p = p\*^0.7, several times as probable as the threshold.
    static let quietScore = 0.7

    /// What lasts so many steps without a break is the new level: those of a day, at least a fortnight of daily ones and at
    /// most those of a day of minutes.
    static func longestHold(of step: Step) -> Int {
        min(max(Int(86_400_000 / max(step.nominalMilliseconds, 1)), 14), 1_440)
    }

    /// The most unusual value of a stretch.
    struct Peak: BitwiseCopyable, Sendable {
        var time: Int64 = 0
        /// When what it belongs to began, by estimate; at most `time`.
        var began: Int64 = 0
        var value = 0.0
        var expected = 0.0
        var lower = 0.0
        var upper = 0.0
        var score = 0.0
        var pValue = 1.0
        /// −1, 0 or 1.
        var direction: Int32 = 0
        /// The place of the evidence in `EvidenceKind.allCases`.
        var evidence: UInt32 = 0
    }

    /// Takes an anomalous value.
    ///
    /// - Parameter revision: How often the past of the series was said anew.
    mutating func add(_ value: Peak, revision: Int32 = 0) {
        if !isOpen {
            isOpen = true
            self.revision = revision
            from = value.time
            count = 0
            peak = value
        }
        to = value.time
        count += 1
        quiet = 0
        if value.score > peak.score { peak = value }
    }

    /// Takes a value that is not anomalous.
    ///
    /// - Parameter isQuiet: Whether it counts towards the end; one that does not begins the count anew.
    /// - Returns: Whether the stretch is over now.
    mutating func pass(isQuiet: Bool = true, closeAfter: Int32) -> Bool {
        guard isOpen else { return false }
        guard isQuiet else {
            quiet = 0
            return false
        }
        quiet += 1
        guard quiet >= closeAfter else { return false }
        isOpen = false
        return true
    }

    /// The stretch as it is when it is over.
    var ended: AnomalyRun {
        var run = self
        run.isOpen = false
        return run
    }

    /// Ends the stretch, if there is one.
    mutating func close() -> Bool {
        defer { isOpen = false }
        return isOpen
    }

    /// The stretch as it is stored.
    func stored(series: UInt32, definition: String, definitionHash: String) -> StoredAnomaly {
        StoredAnomaly(
            series: series, from: from, to: to, began: min(peak.began, from), count: Int(count),
            isOpen: isOpen, peak: peak.time,
            value: peak.value, expected: peak.expected, lower: peak.lower, upper: peak.upper,
            score: peak.score, pValue: peak.pValue, direction: Int8(peak.direction),
            evidence: EvidenceKind.allCases[Int(peak.evidence)].rawValue, definition: definition,
            definitionHash: definitionHash, revision: Int(revision))
    }
}

/// Whether a stretch has lasted long enough that somebody is told of it.
struct Confirmation: BitwiseCopyable, Sendable {
    /// Not 0 once it has, until the stretch is over: a number, since the bytes beside a Bool may be any.
    private var confirmed: Int32 = 0
    /// Anomalous values in a row.
    private var inARow: Int32 = 0

    /// Whether it has; it stays so until the stretch is over.
    var isConfirmed: Bool { confirmed != 0 }

    /// Takes an anomalous value.
    ///
    /// - Parameter openAfter: How many in a row confirm the stretch.
    mutating func add(openAfter: Int32) {
        if inARow < .max { inARow += 1 }
        if inARow >= openAfter { confirmed = 1 }
    }

    /// Takes a value that is not anomalous.
    mutating func pass() { inARow = 0 }

    /// The stretch is over.
    ///
    /// - Returns: Whether it was confirmed.
    mutating func end() -> Bool {
        defer { self = Confirmation() }
        return isConfirmed
    }
}

extension EvidenceKind {
    /// Its place in `allCases`.
    var place: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }
}
