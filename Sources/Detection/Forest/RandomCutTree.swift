import Numerics

/// A tree of random cuts through points, from which points come and go.
///
/// Whatever came and went, the tree is distributed as if grown anew on the points it holds: a node cuts a
/// place with a probability in proportion to the range of its points there, at a height uniform in that
/// range. O(depth) a change.
///
/// - Source: Guha, Mishra, Roy & Schrijvers, *Robust random cut forest based anomaly detection on streams*,
///   ICML 2016, algorithms 1 and 2.
struct RandomCutTree: Sendable {
    typealias Point = EvidenceShingle.Point

    /// A cut, or a leaf with all the equal points in one place.
    struct Node {
        var parent: Int32 = -1
        /// The children, −1 for a leaf.
        var left: Int32 = -1
        var right: Int32 = -1
        /// How many points lie below.
        var mass: Int32 = 1
        /// Points not above `height` at `place` go left.
        var place: Int32 = 0
        var height: Float = 0
        /// The least box around all points below.
        var low: Point
        var high: Point

        var isLeaf: Bool { left < 0 }
    }

    /// In any order; some are free.
    var nodes: [Node] = []
    private var free: [Int32] = []
    /// −1 without points.
    var root: Int32 = -1
    /// The leaf of each point.
    var leaves: [Int32]

    /// A tree for so many points, without any.
    init(capacity: Int) {
        leaves = [Int32](repeating: -1, count: capacity)
        nodes.reserveCapacity(2 * capacity)
    }

    /// Points in the tree.
    var count: Int { root < 0 ? 0 : Int(nodes[Int(root)].mass) }

    // MARK: - Displacement

    /// How many points a new point would push down, at most, for each that is pushed with it: its collusive
    /// displacement, were it inserted now.
    ///
    /// The greatest, over the subtrees that would hold it, of the points beside the subtree over those in it.
    func displacement(of point: Point, _ generator: inout Xoshiro256StarStar) -> Double {
        guard root >= 0 else { return 0 }
        return nodes.withUnsafeBufferPointer { nodes in
            var most = 0.0
            var at = Int(root)
            while true {
                let node = nodes[at]
                if Self.cut(node, point, &generator) != nil { return max(most, Double(node.mass)) }
                guard !node.isLeaf else { return most }
                let isLeft = point[Int(node.place)] <= node.height
                let (way, other) = isLeft ? (node.left, node.right) : (node.right, node.left)
                most = max(most, Double(nodes[Int(other)].mass) / Double(nodes[Int(way)].mass + 1))
                at = Int(way)
            }
        }
    }

    private struct Cut {
        let place: Int
        let height: Float
        /// Whether the new point lies on the left of the cut and the node on the right.
        let isPointLeft: Bool
    }

    /// A random cut of the box around a node and a new point, where it parts the two.
    ///
    /// A point inside the node's box needs no draw: whatever the cut, it would be the node's own.
    @inline(__always)
    private static func cut(_ node: Node, _ point: Point, _ generator: inout Xoshiro256StarStar) -> Cut? {
        let low = pointwiseMin(node.low, point)
        let high = pointwiseMax(node.high, point)
        guard any((low .!= node.low) .| (high .!= node.high)) else { return nil }
        let range = high - low
        // Twenty-four random bits, all that a Float has room for.
        var rest = range.sum() * Float(generator.next() >> 40) * 0x1p-24
        var place = 0
        for candidate in 0..<Point.scalarCount where range[candidate] > 0 {
            place = candidate
            if rest < range[candidate] { break }
            rest -= range[candidate]
        }
        // Rounding must not carry a cut to the end or past it, where it would part nothing.
        let height = min(low[place] + max(rest, 0), high[place].nextDown)
        if point[place] <= height && height < node.low[place] {
            return Cut(place: place, height: height, isPointLeft: true)
        }
        if node.high[place] <= height && height < point[place] {
            return Cut(place: place, height: height, isPointLeft: false)
        }
        return nil
    }

    // MARK: - Coming and going

    /// Adds a point.
    ///
    /// - Parameter slot: Its number, below the capacity, that of no other.
    mutating func insert(_ point: Point, as slot: Int, _ generator: inout Xoshiro256StarStar) {
        precondition(leaves[slot] < 0, "a point \(slot) is there")
        guard root >= 0 else {
            root = add(Node(low: point, high: point))
            leaves[slot] = root
            return
        }
        var at = root
        while true {
            let node = nodes[Int(at)]
            if let cut = Self.cut(node, point, &generator) {
                leaves[slot] = part(at, from: point, cut)
                return
            }
            nodes[Int(at)].mass += 1
            guard !node.isLeaf else {
                leaves[slot] = at
                return
            }
            nodes[Int(at)].low = pointwiseMin(node.low, point)
            nodes[Int(at)].high = pointwiseMax(node.high, point)
            at = point[Int(node.place)] <= node.height ? node.left : node.right
        }
    }

    /// Puts a cut in the place of a node, with the node on one side and a new leaf on the other.
    private mutating func part(_ at: Int32, from point: Point, _ cut: Cut) -> Int32 {
        let node = nodes[Int(at)]
        let leaf = add(Node(low: point, high: point))
        let branch = add(
            Node(
                parent: node.parent, left: cut.isPointLeft ? leaf : at, right: cut.isPointLeft ? at : leaf,
                mass: node.mass + 1, place: Int32(cut.place), height: cut.height,
                low: pointwiseMin(node.low, point), high: pointwiseMax(node.high, point)))
        replace(at, below: node.parent, with: branch)
        nodes[Int(at)].parent = branch
        nodes[Int(leaf)].parent = branch
        return leaf
    }

    /// Removes a point.
    ///
    /// - Parameter slot: Its number.
    mutating func remove(_ slot: Int) {
        let leaf = leaves[slot]
        precondition(leaf >= 0, "no point \(slot)")
        leaves[slot] = -1
        guard nodes[Int(leaf)].mass == 1 else {
            var at = leaf
            while at >= 0 {
                nodes[Int(at)].mass -= 1
                at = nodes[Int(at)].parent
            }
            return
        }
        let branch = nodes[Int(leaf)].parent
        free.append(leaf)
        guard branch >= 0 else {
            root = -1
            return
        }
        let node = nodes[Int(branch)]
        let sibling = node.left == leaf ? node.right : node.left
        replace(branch, below: node.parent, with: sibling)
        nodes[Int(sibling)].parent = node.parent
        free.append(branch)
        var at = node.parent
        while at >= 0 {
            let (left, right) = (nodes[Int(nodes[Int(at)].left)], nodes[Int(nodes[Int(at)].right)])
            nodes[Int(at)].mass -= 1
            nodes[Int(at)].low = pointwiseMin(left.low, right.low)
            nodes[Int(at)].high = pointwiseMax(left.high, right.high)
            at = nodes[Int(at)].parent
        }
    }

    private mutating func replace(_ node: Int32, below parent: Int32, with other: Int32) {
        if parent < 0 {
            root = other
        } else if nodes[Int(parent)].left == node {
            nodes[Int(parent)].left = other
        } else {
            nodes[Int(parent)].right = other
        }
    }

    /// Takes a place for a node.
    mutating func add(_ node: Node) -> Int32 {
        if let place = free.popLast() {
            nodes[Int(place)] = node
            return place
        }
        nodes.append(node)
        return Int32(nodes.count - 1)
    }
}
