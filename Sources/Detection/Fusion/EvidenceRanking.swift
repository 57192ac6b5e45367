import Forecasting

/// The values that one evidence by itself looks back on: two seasons of the longest, and what windows need.
typealias EvidenceMemory = RecentValues<612, Float>

/// One reason to find a value unusual, judged against what came before it, that the catalogue ranks by alone.
protocol CausalEvidence: Sendable {
    /// Strengths below this say nothing: the least that a usual one counts as.
    static var floor: Double { get }

    /// Bytes remembered by an evidence that allocates, about; the others say nothing.
    static var heapBytes: Int { get }

    /// An evidence that has seen nothing.
    ///
    /// - Parameter period: Steps in the season that windows follow, 6 ... 303.
    init(period: Int)

    /// Judges the last value by those before it, then learns it.
    ///
    /// - Parameter recent: Values in standard units, see ``StandardInput``; at least one.
    /// - Returns: At least 0; finite.
    mutating func push(_ recent: inout EvidenceMemory) -> Double
}

extension CausalEvidence {
    static var heapBytes: Int { 0 }
}

/// Ranks the values of one series by one evidence, each by earlier ones only, in constant memory.
///
/// The first 64 values set the unit and have no rank. The season is looked for at 256, 512 and 612 values;
/// when another is found, a new evidence learns from all that is remembered. Strengths are counted on a
/// logarithmic scale in what is usual for them (``EvidenceScale``), rise to their full size over 800 values,
/// and are averaged exponentially over a quarter of the season: an anomaly is a window, and is found by
/// several of its values.
struct EvidenceRanking<Part: CausalEvidence>: Sendable {
    /// The frame around the evidence: a plain value whose bytes are its stored form.
    struct Frame: BitwiseCopyable, Sendable {
        var recent = EvidenceMemory()
        /// The values that set the unit, as they came.
        var first = InlineArray<64, Double>(repeating: 0)
        var unit = StandardInput()
        var scale = EvidenceScale()
        /// The exponential mean of the scaled strength.
        var mean = 0.0
        /// Values taken so far, missing ones included once the unit is known.
        var count = 0
        /// Steps in the season that windows follow.
        var period = 32
    }

    /// The values that set the unit.
    static var unitCount: Int { 64 }
    /// When the season is looked for.
    private static var milestones: [Int] { [256, 512, 612] }
    /// Ranks rise to their full size over so many values, as the square root: early evidence is uncertain.
    private static var ramp: (from: Double, over: Double) { (32, 800) }

    /// The caller is asked each so many values whether the answer is still wanted.
    private static var stepsBetweenQuestions: Int { 1_024 }

    private(set) var frame = Frame()
    private(set) var part: Part

    /// The ranking of a series of which nothing is known.
    init() {
        part = Part(period: frame.period)
    }

    /// A ranking that goes on from what was stored.
    init(frame: Frame, part: Part) {
        (self.frame, self.part) = (frame, part)
    }

    /// Bytes remembered of one series, about.
    static var stateBytes: Int { MemoryLayout<EvidenceRanking>.size + Part.heapBytes }

    /// Takes the next value and ranks it by those before it.
    ///
    /// - Parameter value: In the unit of the series; `nan` for a step without a value, which the one a season
    ///   before stands in for.
    /// - Returns: At least 0 and finite; `nil` for the first 64 values and for a step without one.
    mutating func push(_ value: Double) -> Double? {
        let step = frame.count
        guard step >= Self.unitCount else {
            guard value.isFinite else { return nil }
            frame.first[step] = value
            frame.count += 1
            if frame.count == Self.unitCount { setUnit() }
            return nil
        }
        frame.count += 1
        if Self.milestones.contains(step) { findSeason(known: step) }
        guard value.isFinite else {
            let isSeasonKnown = frame.recent.count > 2 * frame.period
            _ = frame.recent.append(frame.recent[isSeasonKnown ? frame.period - 1 : 0])
            _ = part.push(&frame.recent)
            return nil
        }
        let mean = ranked(value, step: step)
        let share = min(max(Double(step) - Self.ramp.from, 0) / Self.ramp.over, 1)
        return share.squareRoot() * mean
    }

    /// The ranks of all values of a series.
    ///
    /// - Parameter values: Oldest first; `nan` marks a missing value.
    /// - Returns: One a value, as ``push(_:)`` has them; `nan` where there is none.
    /// - Throws: ``ForecastError/cancelled``.
    static func ranks(
        of values: [Double], progress: FitProgress = .ignored
    ) throws(ForecastError) -> [Double] {
        var ranking = EvidenceRanking()
        var ranks: [Double] = []
        ranks.reserveCapacity(values.count)
        for (step, value) in values.enumerated() {
            if step.isMultiple(of: stepsBetweenQuestions) { try progress.checkpoint() }
            ranks.append(ranking.push(value) ?? .nan)
        }
        return ranks
    }

    private mutating func ranked(_ value: Double, step: Int) -> Double {
        let standard = frame.unit.standard(value)
        _ = frame.recent.append(standard.isFinite ? standard : 0)
        let strength = max(0, part.push(&frame.recent))
        let scaled = frame.scale.push(strength, floor: Part.floor, step: step)
        frame.mean += 2 / (Double(max(1, frame.period / 4)) + 1) * (scaled - frame.mean)
        return frame.mean
    }

    private mutating func setUnit() {
        frame.unit = StandardInput(frame.first.span)
        for step in 0..<Self.unitCount { _ = ranked(frame.first[step], step: step) }
    }

    /// Looks for the season; an evidence that follows another one learns it from all that is remembered.
    private mutating func findSeason(known: Int) {
        let values = (0..<known).map { frame.recent[known - 1 - $0] }
        let period = DominantPeriod.of(values)
        guard period != frame.period else { return }
        frame.period = period
        part = Part(period: period)
        frame.recent = EvidenceMemory()
        for value in values {
            _ = frame.recent.append(value)
            _ = part.push(&frame.recent)
        }
    }
}

extension EvidenceRanking: BitwiseCopyable where Part: BitwiseCopyable {}
