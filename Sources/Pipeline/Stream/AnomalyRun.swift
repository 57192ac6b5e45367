import Detection
import Storage

/// A stretch of anomalous values of one series while it lasts: opened by the first, closed by quiet.
struct AnomalyRun: BitwiseCopyable, Sendable {
    private(set) var isOpen = false
    private var from: Int64 = 0
    private var to: Int64 = 0
    private var count: Int32 = 0
    private var quiet: Int32 = 0
    private var peak = Peak()

    /// Quiet values after which a stretch is over, where a definition says nothing else.
    static let closeAfter: Int32 = 10

    /// The most unusual value of a stretch.
    struct Peak: BitwiseCopyable, Sendable {
        var time: Int64 = 0
        var value = 0.0
        var expected = 0.0
        var lower = 0.0
        var upper = 0.0
        var score = 0.0
        var pValue = 1.0
        var direction: Int8 = 0
        /// The place of the evidence in `EvidenceKind.allCases`.
        var evidence: UInt8 = 0
    }

    /// Takes an anomalous value.
    mutating func add(_ value: Peak) {
        if !isOpen {
            isOpen = true
            from = value.time
            count = 0
            peak = value
        }
        to = value.time
        count += 1
        quiet = 0
        if value.score > peak.score { peak = value }
    }

    /// Takes a quiet value.
    ///
    /// - Returns: Whether the stretch is over now.
    mutating func pass(closeAfter: Int32) -> Bool {
        guard isOpen else { return false }
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
            series: series, from: from, to: to, count: Int(count), isOpen: isOpen, peak: peak.time,
            value: peak.value, expected: peak.expected, lower: peak.lower, upper: peak.upper,
            score: peak.score, pValue: peak.pValue, direction: peak.direction,
            evidence: EvidenceKind.allCases[Int(peak.evidence)].rawValue, definition: definition,
            definitionHash: definitionHash)
    }
}

extension EvidenceKind {
    /// Its place in `allCases`.
    var place: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }
}
