import Glibc
import Numerics
import TimeSeries

/// How few of the last points fell into the half-spaces that the latest eight values fall into.
///
/// Twenty-five trees halve a random place of the point fifteen times, whatever the points are. The first 250
/// points set the range and are counted, node by node; what they counted judges the next 250, which are
/// counted meanwhile. A tree scores the count of the first node on the way down that has at most 25 points,
/// times 2^depth: the fewer, the more unusual. The evidence is −ln of the sum's share of the most that it can
/// be. O(25 · 15) a value.
///
/// - Source: Tan, Ting & Liu, *Fast anomaly detection for streaming data*, IJCAI 2011.
struct HalfSpaceTrees: CausalEvidence {
    /// Trees, cuts on a way down, and points in a window: the settings of the paper.
    static let trees = 25
    static let depth = 15
    static let window = 250
    /// A node with at most a tenth of the window ends the way down.
    static let leastMass = UInt8(window / 10)
    /// Any number would do; the same one gives the same trees.
    static let seed: UInt64 = 2011
    static let floor = 1.0
    /// Counts of two windows.
    static let heapBytes = 2 * trees * HalfSpaceCuts.nodes

    private let shingle: EvidenceShingle
    /// What brings values to 0 ... 1: the lowest of the first window, and one over their range.
    private var unit: (low: Float, scale: Float) = (0, 1)
    /// Points by node, tree by tree: of the last whole window, and of the one that is being counted.
    private var reference: [UInt8] = []
    private var latest: [UInt8] = []
    /// Points in the window that is being counted.
    private var counted = 0

    init(period: Int) {
        shingle = EvidenceShingle(period: period)
    }

    mutating func push(_ recent: inout EvidenceMemory) -> Double {
        guard !reference.isEmpty else {
            if recent.count == Self.window + shingle.reach - 1 { begin(&recent) }
            return 0
        }
        let strength = -log((1 + pass(shingle.point(&recent))) / Self.most)
        counted += 1
        if counted == Self.window { turn() }
        return max(strength, 0)
    }

    /// What the score of a point cannot exceed.
    static let most = 1 + Double(trees * window) * Double(1 << depth)

    /// Sets the range, and counts the first window.
    private mutating func begin(_ recent: inout EvidenceMemory) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for lag in 0..<recent.count {
            low = min(low, recent[lag])
            high = max(high, recent[lag])
        }
        let scale = high > low ? 1 / (high - low) : 1
        unit = (Float(low), Float(scale))
        reference = [UInt8](repeating: 0, count: Self.trees * HalfSpaceCuts.nodes)
        latest = reference
        for lag in (0..<Self.window).reversed() { _ = pass(shingle.point(&recent, before: lag)) }
        turn()
    }

    private mutating func turn() {
        swap(&reference, &latest)
        counted = 0
        latest.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }

    /// Judges a point by the last whole window, and counts it in this one.
    private mutating func pass(_ point: EvidenceShingle.Point) -> Double {
        let scaled = (point - unit.low) * unit.scale
        return HalfSpaceCuts.all.withUnsafeBufferPointer { cuts in
            reference.withUnsafeBufferPointer { reference in
                latest.withUnsafeMutableBufferPointer { latest in
                    var sum = 0.0
                    for tree in 0..<Self.trees {
                        let (first, firstCut) = (tree * HalfSpaceCuts.nodes, tree * HalfSpaceCuts.branches)
                        var node = 0
                        var score: Double?
                        for level in 0...Self.depth {
                            latest[first + node] += 1
                            let mass = reference[first + node]
                            if score == nil, mass <= Self.leastMass || level == Self.depth {
                                score = Double(mass) * Double(1 << level)
                            }
                            guard level < Self.depth else { break }
                            let cut = cuts[firstCut + node]
                            node = 2 * node + (scaled[Int(cut.place)] < cut.height ? 1 : 2)
                        }
                        sum += score ?? 0
                    }
                    return sum
                }
            }
        }
    }
}

/// The cuts of all half-space trees: they depend on nothing but the seed.
enum HalfSpaceCuts {
    struct Cut {
        let place: Int32
        let height: Float
    }

    /// Nodes in a tree, those on a level side by side, and those that are cut.
    static let nodes = (2 << HalfSpaceTrees.depth) - 1
    static let branches = (1 << HalfSpaceTrees.depth) - 1

    /// Every cut, tree by tree.
    ///
    /// Places lie in 0 ... 1. A tree works in a range of its own around them: with s uniform in 0 ... 1,
    /// s ± 2 max(s, 1 − s).
    static let all: [Cut] = {
        var generator = Xoshiro256StarStar(seed: HalfSpaceTrees.seed)
        var cuts: [Cut] = []
        cuts.reserveCapacity(HalfSpaceTrees.trees * branches)
        for _ in 0..<HalfSpaceTrees.trees {
            var (low, high) = (EvidenceShingle.Point.zero, EvidenceShingle.Point.zero)
            for place in 0..<EvidenceShingle.Point.scalarCount {
                let centre = Float.random(in: 0..<1, using: &generator)
                let half = 2 * max(centre, 1 - centre)
                (low[place], high[place]) = (centre - half, centre + half)
            }
            // The ranges of the nodes of one level, from the left.
            var ranges = [(low: low, high: high)]
            for _ in 0..<HalfSpaceTrees.depth {
                var next: [(low: EvidenceShingle.Point, high: EvidenceShingle.Point)] = []
                next.reserveCapacity(2 * ranges.count)
                for range in ranges {
                    let place = Int.random(in: 0..<EvidenceShingle.Point.scalarCount, using: &generator)
                    let height = (range.low[place] + range.high[place]) / 2
                    cuts.append(Cut(place: Int32(place), height: height))
                    var (below, above) = (range, range)
                    (below.high[place], above.low[place]) = (height, height)
                    next += [below, above]
                }
                ranges = next
            }
        }
        return cuts
    }()
}

extension HalfSpaceTrees: PeriodStorable {
    private static let version = 1

    /// Appends the range and the counts.
    func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(Double(unit.low))
        writer.write(Double(unit.scale))
        writer.write(counted)
        writer.write(blob: reference)
        writer.write(blob: latest)
    }

    /// Reads stored counts.
    init(from reader: inout BinaryReader, period: Int) throws(BinaryFormatError) {
        self.init(period: period)
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "half-space trees") }
        let start = reader.byte
        unit = (Float(try reader.readDouble()), Float(try reader.readDouble()))
        counted = try reader.readInt()
        reference = try reader.readBlob()
        latest = try reader.readBlob()
        let size = Self.trees * HalfSpaceCuts.nodes
        guard (0..<Self.window).contains(counted), reference.count == latest.count,
            reference.isEmpty || reference.count == size, latest.allSatisfy({ Int($0) <= counted })
        else { throw .invalid(byte: start, reason: "\(reference.count) and \(latest.count) counts") }
    }
}
