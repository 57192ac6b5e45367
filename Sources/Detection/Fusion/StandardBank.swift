/// A bank of evidence that learns the unit and the season of its series by itself.
///
/// The first 64 values set the unit, and are learned together then. The season is looked for at 256, 512 and `kept`
/// values; where it is another one, a new bank learns from all of them. What becomes of the evidence is up to a fusion,
/// which goes on through all of that.
struct StandardBank<
    let kept: Int, let longReach: Int, let shortReach: Int,
    Sample: BinaryFloatingPoint & BitwiseCopyable & Sendable
>: BitwiseCopyable, Sendable {
    private typealias Bank = EvidenceBank<kept, longReach, shortReach, Sample>

    /// The values that set the unit.
    static var unitCount: Int { 64 }
    /// When the season is looked for.
    private static var milestones: (Int, Int, Int) { (256, 512, kept) }
    private static var firstPeriod: Int { 32 }

    private var bank = Bank(period: firstPeriod)
    private var unit = StandardInput()
    /// The values that set the unit, as they came.
    private var first = InlineArray<64, Double>(repeating: 0)
    /// Values taken so far.
    private(set) var count = 0

    init() {}

    /// Steps in the season that windows follow.
    var period: Int { bank.period }

    /// Whether the unit is known, so that the latest value was judged.
    var isReady: Bool { count > Self.unitCount }

    /// Takes the next value, and lets a fusion take the evidence against it.
    ///
    /// - Parameters:
    ///   - value: In the unit of the series; finite.
    ///   - fusion: Takes the evidence against every value once, the first ones together when the unit is known.
    /// - Returns: What the value came to; `nil` for those that set the unit.
    mutating func push<Fusion: EvidenceFusion>(_ value: Double, into fusion: inout Fusion) -> Fusion.Result? {
        let step = count
        count += 1
        guard step >= Self.unitCount else {
            first[step] = value
            if count == Self.unitCount { begin(&fusion) }
            return nil
        }
        beginAgainIfDue(step)
        return take(value, step: step, &fusion)
    }

    /// A step had no value: the bank sees the one a season before in its place, or the last one.
    ///
    /// - Returns: Whether the step counts: not while the unit is unknown.
    mutating func skip() -> Bool {
        guard count >= Self.unitCount else { return false }
        count += 1
        beginAgainIfDue(count - 1)
        bank.pushStandIn()
        return true
    }

    private mutating func begin<Fusion: EvidenceFusion>(_ fusion: inout Fusion) {
        unit = StandardInput(first.span)
        for step in 0..<Self.unitCount { _ = take(first[step], step: step, &fusion) }
    }

    private mutating func take<Fusion: EvidenceFusion>(
        _ value: Double, step: Int, _ fusion: inout Fusion
    ) -> Fusion.Result {
        let standard = unit.standard(value)
        let evidence = bank.push(standard.isFinite ? standard : 0)
        return fusion.take(evidence, step: step, period: bank.period)
    }

    /// Looks for the season; where it is another one, lets a new bank learn it from all that is remembered.
    private mutating func beginAgainIfDue(_ known: Int) {
        guard known == Self.milestones.0 || known == Self.milestones.1 || known == Self.milestones.2
        else { return }
        var old = bank.recent
        let values = (0..<known).map { old[known - 1 - $0] }
        let period = DominantPeriod.of(values)
        // The bank has seen all of them under this season.
        guard period != bank.period else { return }
        bank = Bank(period: period)
        for value in values { _ = bank.push(value) }
    }
}

/// Makes one thing of the evidence of a bank against each value.
protocol EvidenceFusion: BitwiseCopyable, Sendable {
    associatedtype Result

    /// Takes the evidence against the next value, by what it took before, and learns it.
    ///
    /// - Parameters:
    ///   - evidence: In the order of ``Channel``.
    ///   - step: Values before this one, missing ones included.
    ///   - period: Steps in the season that windows follow.
    mutating func take(_ evidence: InlineArray<22, Double>, step: Int, period: Int) -> Result
}
