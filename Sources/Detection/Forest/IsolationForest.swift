import Forecasting
import Glibc
import Numerics

/// How few random cuts it takes to part the windows around a value from all others.
///
/// A hundred trees are grown on 256 random windows each: a node cuts a random place of the window at a random
/// height between the lowest and the highest there, down to ⌈log₂ 256⌉ = 8 cuts. A window that ends after h
/// cuts in a leaf of m windows counts as h + c(m), and scores 2^(−mean / c(256)), c(m) being the mean number
/// of cuts of an unsuccessful search. A value has the mean score of the windows that contain it. O(800 n).
///
/// - Source: Liu, Ting & Zhou, *Isolation forest*, ICDM 2008.
struct IsolationForest: BatchEvidence {
    let names = ["isolation-forest"]
    let summary = "Few random cuts part the windows around from all others."
    let source = "Liu, Ting & Zhou, Isolation forest, ICDM 2008"

    /// The defaults of the paper.
    static let trees = 100
    static let sample = 256
    /// Any number would do; the same one gives the same scores.
    static let seed: UInt64 = 2008
    /// Windows that are scored together.
    private static let block = 1_024

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        guard let windows = WindowMeans(z, window: window) else { return [z.map { _ in 0 }] }
        var generator = Xoshiro256StarStar(seed: Self.seed)
        var trees: [IsolationTree] = []
        for _ in 0..<Self.trees {
            try progress.checkpoint()
            let chosen = RandomSample.of(Self.sample, below: windows.count, &generator)
            trees.append(IsolationTree(windows.rows(chosen), &generator))
        }
        var scores: [Double] = []
        scores.reserveCapacity(windows.count)
        for start in stride(from: 0, to: windows.count, by: Self.block) {
            try progress.checkpoint()
            let points = windows.rows(start..<min(start + Self.block, windows.count))
            scores += Self.scores(of: points, trees, sample: min(Self.sample, windows.count))
        }
        return [windows.covering(scores, values: z.count)]
    }

    /// The score of each point, 0 ... 1: about 0.5 for a usual one.
    ///
    /// - Parameters:
    ///   - points: Shape *(points, coordinates)*.
    ///   - sample: Points that each tree was grown on.
    static func scores(of points: Matrix, _ trees: [IsolationTree], sample: Int) -> [Double] {
        let usual = IsolationTree.meanPath(of: sample)
        guard usual > 0 else { return [Double](repeating: 0, count: points.rows) }
        return points.withElements { cells in
            (0..<points.rows).map { row in
                let point = UnsafeBufferPointer(
                    rebasing: cells[row * points.columns..<(row + 1) * points.columns])
                let sum = trees.reduce(0) { $0 + $1.path(of: point) }
                return exp2(-sum / Double(trees.count) / usual)
            }
        }
    }
}

/// One tree of random cuts.
struct IsolationTree: Sendable {
    /// A cut, or a leaf where the two ways are the same.
    private struct Node {
        var place: Int32 = 0
        /// The node on the left; the other one follows it. 0 for a leaf.
        var left: Int32 = 0
        /// Where the cut is; of a leaf, the cuts up to it and those that its points would still need.
        var height = 0.0
    }

    private var nodes: [Node] = [Node()]

    /// Euler's constant γ, of the harmonic numbers H(n) ≈ ln n + γ.
    private static let euler = 0.577_215_664_901_532_9

    /// c(n) = 2 H(n − 1) − 2 (n − 1) / n: the mean path of an unsuccessful search among n points.
    static func meanPath(of count: Int) -> Double {
        guard count > 2 else { return count == 2 ? 1 : 0 }
        let before = Double(count - 1)
        return 2 * (log(before) + euler) - 2 * before / Double(count)
    }

    /// Grows a tree on some points.
    ///
    /// - Parameter points: Shape *(points, coordinates)*; at least one point.
    init(_ points: Matrix, _ generator: inout Xoshiro256StarStar) {
        var rows = Array(0..<points.rows)
        let most = Int(log2(Double(max(points.rows, 2))).rounded(.up))
        points.withElements { cells in
            var growth = Growth(cells: cells, columns: points.columns, most: most)
            growth.grow(node: 0, rows: &rows, 0..<points.rows, depth: 0, &nodes, &generator)
        }
    }

    /// Cuts down to the leaf of a point, and what its other points would still need.
    func path(of point: UnsafeBufferPointer<Double>) -> Double {
        nodes.withUnsafeBufferPointer { nodes in
            var at = 0
            while nodes[at].left > 0 {
                let node = nodes[at]
                at = Int(node.left) + (point[Int(node.place)] < node.height ? 0 : 1)
            }
            return nodes[at].height
        }
    }

    /// What is needed while a tree grows.
    private struct Growth {
        let cells: UnsafeBufferPointer<Double>
        let columns: Int
        let most: Int
        /// Places of a window at which the points of a node differ.
        var places: [Int] = []

        mutating func grow(
            node: Int, rows: inout [Int], _ own: Range<Int>, depth: Int, _ nodes: inout [Node],
            _ generator: inout Xoshiro256StarStar
        ) {
            guard depth < most, own.count > 1, let cut = cut(rows[own], &generator) else {
                nodes[node].height = Double(depth) + IsolationTree.meanPath(of: own.count)
                return
            }
            var middle = own.lowerBound
            for i in own where cells[rows[i] * columns + cut.place] < cut.height {
                rows.swapAt(i, middle)
                middle += 1
            }
            let left = nodes.count
            nodes[node] = Node(place: Int32(cut.place), left: Int32(left), height: cut.height)
            nodes += [Node(), Node()]
            grow(
                node: left, rows: &rows, own.lowerBound..<middle, depth: depth + 1, &nodes, &generator)
            grow(
                node: left + 1, rows: &rows, middle..<own.upperBound, depth: depth + 1, &nodes, &generator)
        }

        /// A random cut that parts some points; `nil` when they are the same.
        private mutating func cut(
            _ rows: ArraySlice<Int>, _ generator: inout Xoshiro256StarStar
        ) -> (place: Int, height: Double)? {
            places.removeAll(keepingCapacity: true)
            for place in 0..<columns {
                let (low, high) = range(of: rows, at: place)
                if low < high { places.append(place) }
            }
            guard !places.isEmpty else { return nil }
            let place = places[Int.random(in: 0..<places.count, using: &generator)]
            let (low, high) = range(of: rows, at: place)
            let height = low + (high - low) * Double.random(in: 0..<1, using: &generator)
            // A cut at the lowest value would part nothing.
            return (place, height > low ? height : high)
        }

        private func range(of rows: ArraySlice<Int>, at place: Int) -> (low: Double, high: Double) {
            var (low, high) = (Double.infinity, -Double.infinity)
            for row in rows {
                let value = cells[row * columns + place]
                low = min(low, value)
                high = max(high, value)
            }
            return (low, high)
        }
    }
}

/// Numbers drawn without putting them back.
enum RandomSample {
    /// At most `most` different numbers below `count`, ascending.
    ///
    /// - Source: selection sampling, Knuth, *The Art of Computer Programming*, volume 2, section 3.4.2,
    ///   algorithm S.
    static func of(_ most: Int, below count: Int, _ generator: inout Xoshiro256StarStar) -> [Int] {
        guard count > most else { return Array(0..<count) }
        var chosen: [Int] = []
        chosen.reserveCapacity(most)
        for number in 0..<count where chosen.count < most {
            if Int.random(in: 0..<(count - number), using: &generator) < most - chosen.count {
                chosen.append(number)
            }
        }
        return chosen
    }
}
