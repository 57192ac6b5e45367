/// The alarm stream of one series: each value's alarm by earlier values only, in constant memory.
///
/// Distance from the usual level, novelty, spread and shape are the evidence, see ``EvidenceBank``; their excess over
/// what one value in three has is summed, and only the peaks of the sum are let through.
struct AlarmRanking<
    let kept: Int, let longReach: Int, let shortReach: Int,
    Sample: BinaryFloatingPoint & BitwiseCopyable & Sendable
>: BitwiseCopyable, Sendable {
    private var bank = StandardBank<kept, longReach, shortReach, Sample>()
    private var fusion = AlarmFusion<Sample>()

    init() {}

    /// Takes the next value and judges it by those before it.
    ///
    /// - Parameter value: In the unit of the series; finite.
    mutating func push(_ value: Double) -> Alarm { bank.push(value, into: &fusion) ?? Alarm() }

    /// A step had no value: the bank sees the one a season before in its place, or the last one, and nothing is said.
    mutating func skip() { _ = bank.skip() }
}

/// What one value came to.
struct Alarm: Equatable {
    /// Where a peak is an alarm: at this raw strength.
    ///
    /// The best threshold of the Numenta benchmark on its development files.
    static let threshold = 9.14

    /// The summed evidence, whether or not it is a peak.
    var raw = 0.0
    /// The evidence of a peak, else 0.
    var peak = 0.0

    /// The strength of the alarm, 0 ..< 1: 1/2 at the threshold.
    var score: Double { peak / (peak + Self.threshold) }
}

/// Makes alarms of the evidence of a bank.
///
/// Of twenty-two channels four were chosen greedily; each adds to the others.
struct AlarmFusion<Value: BinaryFloatingPoint & BitwiseCopyable & Sendable>: EvidenceFusion {
    /// Evidence below this, that of one value in e, says nothing.
    private static var offset: Double { 1 }

    private var amplitude = TailEvidence<Value>()
    private var novelty = TailEvidence<Value>()
    private var spread = TailEvidence<Value>()
    private var shape = TailEvidence<Value>()
    private var refractory = Refractory()

    mutating func take(_ evidence: InlineArray<22, Double>, step: Int, period: Int) -> Alarm {
        func strength(_ channel: Channel) -> Double { max(0, evidence[channel.rawValue]) }
        func excess(_ evidence: Double) -> Double { max(0, evidence - Self.offset) }
        let level = excess(amplitude.push(strength(.amplitude))) + excess(novelty.push(strength(.novelty)))
        let raw =
            level + excess(spread.push(strength(.spread))) + excess(shape.push(strength(.shortShape)))
        return Alarm(raw: raw, peak: refractory.push(raw, at: step))
    }
}
