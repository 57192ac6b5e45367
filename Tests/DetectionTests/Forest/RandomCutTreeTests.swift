import Foundation
import Numerics
import TestSupport
import Testing
import TimeSeries

@testable import Detection

/// Trees of random cuts against the definition of displacement and against a reference implementation.
@Suite struct RandomCutTreeTests {
    private typealias Point = RandomCutTree.Point

    /// A tree as its stored form tells it.
    private indirect enum Shape {
        case leaf(point: Point, slots: [Int])
        case branch(place: Int, height: Float, left: Shape, right: Shape)

        init(_ reader: inout BinaryReader) throws {
            let place = try reader.readInt()
            guard place >= 0 else {
                let slots = try reader.readInts()
                var point = Point.zero
                for j in 0..<8 { point[j] = Float(try reader.readDouble()) }
                self = .leaf(point: point, slots: slots)
                return
            }
            let height = Float(try reader.readDouble())
            let left = try Shape(&reader)
            self = .branch(place: place, height: height, left: left, right: try Shape(&reader))
        }

        /// Every point and how deep it lies.
        func depths(_ depth: Int = 0) -> [Int: Int] {
            switch self {
            case .leaf(_, let slots): Dictionary(uniqueKeysWithValues: slots.map { ($0, depth) })
            case .branch(_, _, let left, let right):
                left.depths(depth + 1).merging(right.depths(depth + 1)) { a, _ in a }
            }
        }

        var points: [Int: Point] {
            switch self {
            case .leaf(let point, let slots): Dictionary(uniqueKeysWithValues: slots.map { ($0, point) })
            case .branch(_, _, let left, let right): left.points.merging(right.points) { a, _ in a }
            }
        }

        /// Every subtree that holds a point, this one first.
        func subtrees(holding slot: Int) -> [Shape] {
            switch self {
            case .leaf(_, let slots): return slots.contains(slot) ? [self] : []
            case .branch(_, _, let left, let right):
                let below = left.subtrees(holding: slot) + right.subtrees(holding: slot)
                return below.isEmpty ? [] : [self] + below
            }
        }

        /// The tree without some points; a branch with one side gone is the other side.
        func without(_ gone: Set<Int>) -> Shape? {
            switch self {
            case .leaf(let point, let slots):
                let rest = slots.filter { !gone.contains($0) }
                return rest.isEmpty ? nil : .leaf(point: point, slots: rest)
            case .branch(let place, let height, let left, let right):
                guard let a = left.without(gone) else { return right.without(gone) }
                guard let b = right.without(gone) else { return a }
                return .branch(place: place, height: height, left: a, right: b)
            }
        }

        /// Whether every cut parts its points.
        var isSound: Bool {
            guard case .branch(let place, let height, let left, let right) = self else { return true }
            return left.points.values.allSatisfy { $0[place] <= height }
                && right.points.values.allSatisfy { $0[place] > height } && left.isSound && right.isSound
        }
    }

    private func bytes(_ tree: RandomCutTree) -> [UInt8] {
        var writer = BinaryWriter()
        tree.write(to: &writer)
        return writer.bytes
    }

    private func shape(_ tree: RandomCutTree) throws -> Shape? {
        var reader = BinaryReader(bytes(tree))
        _ = try reader.readInt()
        return try reader.readInt() == 0 ? nil : Shape(&reader)
    }

    private func points(_ count: Int, seed: UInt64, isRounded: Bool = false) -> [Point] {
        var random = SeededSeries(seed: seed)
        return (0..<count).map { _ in
            var point = Point.zero
            for j in 0..<8 { point[j] = Float(isRounded ? (random.normal() / 2).rounded() : random.normal()) }
            return point
        }
    }

    /// The most, over the sets of points that hold one, of what the others rise by when the set is gone, a
    /// point of the set; only subtrees count, the whole tree does not.
    private func displacement(of slot: Int, in shape: Shape) -> Double {
        let before = shape.depths()
        return shape.subtrees(holding: slot).dropFirst().reduce(0) { most, subtree in
            let gone = Set(subtree.depths().keys)
            let after = shape.without(gone)?.depths() ?? [:]
            let risen = after.reduce(0) { $0 + (before[$1.key] ?? 0) - $1.value }
            return max(most, Double(risen) / Double(gone.count))
        }
    }

    @Test(arguments: [(1, false), (2, false), (9, false), (40, false), (40, true)])
    func `displacement is that of the definition`(count: Int, isRounded: Bool) throws {
        let points = points(count + 6, seed: 101, isRounded: isRounded)
        var generator = Xoshiro256StarStar(seed: 102)
        var tree = RandomCutTree(capacity: count + 1)
        for slot in 0..<count { tree.insert(points[slot], as: slot, &generator) }
        for point in points[count...] {
            // The same draws put the point where it was judged.
            var same = generator
            let got = tree.displacement(of: point, &generator)
            tree.insert(point, as: count, &same)
            #expect(same == generator)
            let shape = try #require(try shape(tree))
            #expect(shape.isSound && got == displacement(of: count, in: shape))
            tree.remove(count)
        }
    }

    @Test func `a tree without points, or of equal ones, displaces nothing`() {
        var generator = Xoshiro256StarStar(seed: 103)
        var tree = RandomCutTree(capacity: 4)
        #expect(tree.displacement(of: .zero, &generator) == 0 && tree.count == 0)
        for slot in 0..<3 { tree.insert(.one, as: slot, &generator) }
        #expect(tree.displacement(of: .one, &generator) == 0 && tree.count == 3)
        #expect(tree.displacement(of: .zero, &generator) == 3)
        for slot in 0..<3 { tree.remove(slot) }
        #expect(tree.count == 0)
    }

    @Test(arguments: [false, true])
    func `points come and go, and the tree stays sound`(isRounded: Bool) throws {
        let points = points(400, seed: 104, isRounded: isRounded)
        var generator = Xoshiro256StarStar(seed: 105)
        var tree = RandomCutTree(capacity: 30)
        var held: [Int: Point] = [:]
        for (step, point) in points.enumerated() {
            let slot = Int.random(in: 0..<30, using: &generator)
            if held[slot] != nil {
                tree.remove(slot)
                held[slot] = nil
            }
            if step % 3 > 0 {
                tree.insert(point, as: slot, &generator)
                held[slot] = point
            }
            guard step % 20 == 0 else { continue }
            let shape = try shape(tree)
            #expect(shape?.points ?? [:] == held && shape?.isSound ?? true && tree.count == held.count)
        }
    }

    @Test func `a stored tree goes on to the last bit`() throws {
        let points = points(300, seed: 106)
        var generator = Xoshiro256StarStar(seed: 107)
        var tree = RandomCutTree(capacity: 40)
        for step in 0..<150 {
            if step >= 40 { tree.remove(step % 40) }
            tree.insert(points[step], as: step % 40, &generator)
        }
        var reader = BinaryReader(bytes(tree))
        var again = try RandomCutTree(from: &reader, capacity: 40)
        #expect(reader.isAtEnd && bytes(again) == bytes(tree))
        var same = generator
        for step in 150..<300 {
            let expected = tree.displacement(of: points[step], &generator)
            #expect(expected == again.displacement(of: points[step], &same))
            tree.remove(step % 40)
            tree.insert(points[step], as: step % 40, &generator)
            again.remove(step % 40)
            again.insert(points[step], as: step % 40, &same)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `a damaged tree is refused or sound`(seed: UInt64) throws {
        let points = points(12, seed: 108)
        var generator = Xoshiro256StarStar(seed: seed)
        var tree = RandomCutTree(capacity: 12)
        for slot in 0..<12 { tree.insert(points[slot], as: slot, &generator) }
        var damaged = bytes(tree)
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] ^=
            1 << UInt8.random(in: 0..<8, using: &generator)
        if seed % 3 == 0 { damaged.removeLast(Int.random(in: 1..<damaged.count, using: &generator)) }
        var reader = BinaryReader(damaged)
        guard let again = try? RandomCutTree(from: &reader, capacity: 12) else { return }
        #expect(try shape(again)?.isSound ?? false, "seed \(seed)")
    }

    @Test func `the mean displacement is that of a reference implementation`() throws {
        let golden = try GoldenFile("Tests/DetectionTests/Golden/displacement.json").cases[0]
        func point(_ row: [Double]) -> Point { Point(row.map { Float($0) }) }
        let known = golden.rows("points").map(point)
        let new = golden.rows("new").map(point)
        let trees = 2_000
        var generator = Xoshiro256StarStar(seed: 109)
        var sums = new.map { _ in 0.0 }
        for _ in 0..<trees {
            var tree = RandomCutTree(capacity: known.count)
            for (slot, point) in known.enumerated() { tree.insert(point, as: slot, &generator) }
            for i in new.indices { sums[i] += tree.displacement(of: new[i], &generator) }
        }
        // Both are means over random trees: five deviations of their difference.
        let deviations = golden.numbers("deviation")
        for (i, want) in golden.numbers("displacement").enumerated() {
            let got = sums[i] / Double(trees)
            #expect(abs(got - want) < 5 * 1.6 * deviations[i], "\(i): \(got) for \(want)")
        }
    }
}
