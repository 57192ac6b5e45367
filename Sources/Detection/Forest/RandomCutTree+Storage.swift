import TimeSeries

extension RandomCutTree {
    /// Appends the nodes from the root down, left before right; masses and boxes follow from the leaves.
    func write(to writer: inout BinaryWriter) {
        var slots = [[Int]](repeating: [], count: nodes.count)
        for (slot, leaf) in leaves.enumerated() where leaf >= 0 { slots[Int(leaf)].append(slot) }
        writer.write(leaves.count)
        writer.write(count)
        var pending = root < 0 ? [] : [root]
        while let at = pending.popLast() {
            let node = nodes[Int(at)]
            writer.write(node.isLeaf ? -1 : Int(node.place))
            if node.isLeaf {
                writer.write(slots[Int(at)])
                for j in 0..<Point.scalarCount { writer.write(Double(node.low[j])) }
            } else {
                writer.write(Double(node.height))
                pending += [node.right, node.left]
            }
        }
    }

    /// Reads a stored tree.
    ///
    /// - Parameter capacity: Points that the tree must be for.
    init(from reader: inout BinaryReader, capacity: Int) throws(BinaryFormatError) {
        self.init(capacity: capacity)
        let start = reader.byte
        guard try reader.readInt() == capacity else {
            throw .invalid(byte: start, reason: "a tree for another number of points than \(capacity)")
        }
        let mass = try reader.readInt()
        guard mass != 0 else { return }
        root = try readNode(from: &reader, below: -1)
        guard mass == count else { throw .invalid(byte: start, reason: "\(count) points of \(mass)") }
    }

    private mutating func readNode(
        from reader: inout BinaryReader, below parent: Int32
    ) throws(BinaryFormatError) -> Int32 {
        let start = reader.byte
        let place = try reader.readInt()
        guard nodes.count < 2 * leaves.count - 1, (-1..<Point.scalarCount).contains(place) else {
            throw .invalid(byte: start, reason: "a node that cuts \(place)")
        }
        let node = add(Node(parent: parent, low: .zero, high: .zero))
        guard place >= 0 else {
            try readLeaf(from: &reader, into: node)
            return node
        }
        let height = Float(try reader.readDouble())
        let left = try readNode(from: &reader, below: node)
        let right = try readNode(from: &reader, below: node)
        nodes[Int(node)] = Node(
            parent: parent, left: left, right: right,
            mass: nodes[Int(left)].mass + nodes[Int(right)].mass, place: Int32(place), height: height,
            low: pointwiseMin(nodes[Int(left)].low, nodes[Int(right)].low),
            high: pointwiseMax(nodes[Int(left)].high, nodes[Int(right)].high))
        guard nodes[Int(left)].high[place] <= height, height < nodes[Int(right)].low[place] else {
            throw .invalid(byte: start, reason: "a cut at \(height) that does not part its points")
        }
        return node
    }

    private mutating func readLeaf(
        from reader: inout BinaryReader, into node: Int32
    ) throws(BinaryFormatError) {
        let start = reader.byte
        let slots = try reader.readInts()
        for slot in slots {
            guard leaves.indices.contains(slot), leaves[slot] < 0 else {
                throw .invalid(byte: start, reason: "a point \(slot)")
            }
            leaves[slot] = node
        }
        var point = Point.zero
        for j in 0..<Point.scalarCount { point[j] = Float(try reader.readDouble()) }
        guard !slots.isEmpty, (0..<Point.scalarCount).allSatisfy({ point[$0].isFinite }) else {
            throw .invalid(byte: start, reason: "a leaf of \(slots.count) points")
        }
        nodes[Int(node)] = Node(
            parent: nodes[Int(node)].parent, mass: Int32(slots.count), low: point, high: point)
    }
}
