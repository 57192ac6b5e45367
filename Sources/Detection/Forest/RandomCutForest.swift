import Numerics
import TimeSeries

/// How many earlier points the latest eight values push down in trees of random cuts.
///
/// Fifty trees hold 256 points each, each tree its own sample of the stream: the first 256, then each new one
/// with the probability 256/n, at least a tenth, in the place of a random one, so that a point stays for
/// about 2,560 steps. The evidence is the mean over the trees of the collusive displacement. O(50 · depth) a
/// value.
///
/// - Source: Guha, Mishra, Roy & Schrijvers, *Robust random cut forest based anomaly detection on streams*,
///   ICML 2016; the reservoir: Aggarwal, *On biased reservoir sampling in the presence of stream evolution*,
///   VLDB 2006.
struct RandomCutForest: CausalEvidence {
    /// The defaults of the authors' library.
    static let trees = 50
    static let sample = 256
    /// The least probability that a point is taken, a tenth: the library's decay of 1 / (10 · 256) a step.
    static let leastShare = 0.1
    /// Points are not sampled, and say nothing, before so many were taken.
    static let warmUp = 32
    /// Any number would do; the same one gives the same strengths.
    static let seed: UInt64 = 2016
    /// A point that moves one other is nothing.
    static let floor = 1.0
    /// Nodes of 96 bytes, and the leaves of points.
    static let heapBytes = trees * (2 * sample * 96 + 4 * sample)

    private let shingle: EvidenceShingle
    private var forest: [RandomCutTree]
    private var generator = Xoshiro256StarStar(seed: seed)
    /// Points seen so far.
    private var seen = 0

    init(period: Int) {
        shingle = EvidenceShingle(period: period)
        forest = [RandomCutTree](repeating: RandomCutTree(capacity: Self.sample), count: Self.trees)
    }

    mutating func push(_ recent: inout EvidenceMemory) -> Double {
        guard recent.count >= shingle.reach else { return 0 }
        let point = shingle.point(&recent)
        let strength = seen >= Self.warmUp ? displacement(of: point) : 0
        learn(point)
        return strength
    }

    private mutating func displacement(of point: EvidenceShingle.Point) -> Double {
        var sum = 0.0
        for tree in 0..<Self.trees { sum += forest[tree].displacement(of: point, &generator) }
        return sum / Double(Self.trees)
    }

    private mutating func learn(_ point: EvidenceShingle.Point) {
        let slot = seen
        seen += 1
        let share = max(Double(Self.sample) / Double(seen), Self.leastShare)
        for tree in 0..<Self.trees {
            if slot < Self.sample {
                forest[tree].insert(point, as: slot, &generator)
            } else if Double.random(in: 0..<1, using: &generator) < share {
                let old = Int.random(in: 0..<Self.sample, using: &generator)
                forest[tree].remove(old)
                forest[tree].insert(point, as: old, &generator)
            }
        }
    }
}

extension RandomCutForest: PeriodStorable {
    private static let version = 1

    /// Appends the generator, the count and the trees.
    func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        generator.write(to: &writer)
        writer.write(seen)
        for tree in forest { tree.write(to: &writer) }
    }

    /// Reads a stored forest.
    init(from reader: inout BinaryReader, period: Int) throws(BinaryFormatError) {
        self.init(period: period)
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "random cut forest") }
        generator = try Xoshiro256StarStar(from: &reader)
        let start = reader.byte
        seen = try reader.readInt()
        guard seen >= 0 else { throw .invalid(byte: start, reason: "\(seen) points") }
        for tree in 0..<Self.trees {
            forest[tree] = try RandomCutTree(from: &reader, capacity: Self.sample)
            guard forest[tree].count == min(seen, Self.sample) else {
                throw .invalid(byte: start, reason: "\(forest[tree].count) points of \(seen)")
            }
        }
    }
}
