/// The bounds of each variable.
struct Box {
    let lower: [Double]
    let upper: [Double]

    func clamp(_ value: Double, _ i: Int) -> Double {
        min(max(value, lower[i]), upper[i])
    }
}

/// The *n + 1* vertices with the best first, and the scratch points beside them.
struct Simplex {
    var vertices: [[Double]]
    var values: [Double]
    var centroid: [Double]
    var first: [Double]
    var second: [Double]

    init(start: [Double], steps: [Double], box: Box) {
        for i in start.indices {
            precondition(steps[i] != 0, "the step of variable \(i) is 0")
            precondition(box.lower[i] <= box.upper[i], "bounds \(box.lower[i]) and \(box.upper[i])")
        }
        let base = start.indices.map { box.clamp(start[$0], $0) }
        vertices = [[Double]](repeating: base, count: start.count + 1)
        values = [Double](repeating: .infinity, count: start.count + 1)
        centroid = base
        first = base
        second = base
        spread(steps: steps, fraction: 1, box)
    }

    /// Puts every vertex but the best a fraction of one step away from it, into the box.
    mutating func spread(steps: [Double], fraction: Double, _ box: Box) {
        let base = vertices[0]
        for i in steps.indices {
            let ahead = box.clamp(base[i] + fraction * steps[i], i)
            let behind = box.clamp(base[i] - fraction * steps[i], i)
            vertices[i + 1] = base
            vertices[i + 1][i] = abs(ahead - base[i]) >= abs(behind - base[i]) ? ahead : behind
            values[i + 1] = .infinity
        }
    }

    /// Insertion sort: nearly in order already, and stable.
    mutating func sort() {
        for i in vertices.indices { sink(i) }
    }

    private mutating func sink(_ index: Int) {
        var i = index
        while i > 0 && values[i] < values[i - 1] {
            values.swapAt(i, i - 1)
            vertices.swapAt(i, i - 1)
            i -= 1
        }
    }

    /// The mean of all vertices but the worst.
    mutating func findCentroid() {
        for i in centroid.indices {
            var sum = 0.0
            for vertex in vertices.dropLast() { sum += vertex[i] }
            centroid[i] = sum / Double(centroid.count)
        }
    }

    /// Puts the first scratch point on the line from the worst vertex through the centroid.
    mutating func placeFirst(_ factor: Double, _ box: Box) {
        for i in first.indices { first[i] = pointOnLine(factor, i, box) }
    }

    /// Puts the second scratch point on the line from the worst vertex through the centroid.
    mutating func placeSecond(_ factor: Double, _ box: Box) {
        for i in second.indices { second[i] = pointOnLine(factor, i, box) }
    }

    private func pointOnLine(_ factor: Double, _ i: Int, _ box: Box) -> Double {
        box.clamp(centroid[i] + factor * (centroid[i] - vertices[vertices.count - 1][i]), i)
    }

    /// Replaces the worst vertex by the first scratch point; their memory changes places.
    mutating func takeFirst(_ value: Double) {
        swap(&vertices[vertices.count - 1], &first)
        sinkWorst(value)
    }

    /// Replaces the worst vertex by the second scratch point; their memory changes places.
    mutating func takeSecond(_ value: Double) {
        swap(&vertices[vertices.count - 1], &second)
        sinkWorst(value)
    }

    private mutating func sinkWorst(_ value: Double) {
        values[values.count - 1] = value
        sink(values.count - 1)
    }

    mutating func shrink(by factor: Double) {
        for k in 1..<vertices.count {
            for i in centroid.indices {
                vertices[k][i] = vertices[0][i] + factor * (vertices[k][i] - vertices[0][i])
            }
            values[k] = .infinity
        }
    }

    /// Whether the values are all but equal; an infinite one gives inf or nan here, neither of which is.
    func isFlat(_ tolerance: Double, _ scale: Double) -> Bool {
        values[values.count - 1] - values[0] <= tolerance * max(abs(values[0]), scale)
    }

    func isNarrow(_ tolerance: Double, _ steps: [Double]) -> Bool {
        for vertex in vertices {
            for i in steps.indices where abs(vertex[i] - vertices[0][i]) > tolerance * abs(steps[i]) {
                return false
            }
        }
        return true
    }
}
