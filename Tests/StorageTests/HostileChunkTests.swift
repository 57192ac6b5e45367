import Storage
import TestSupport
import Testing

/// Attempts to find points that a chunk does not give back as they were.
struct HostileChunkTests {
    private static let nasty: [UInt64] = [
        0, 0x8000_0000_0000_0000,  // 0, -0
        1, 0x8000_0000_0000_0001, 0x000F_FFFF_FFFF_FFFF, 0x0010_0000_0000_0000,  // subnormal, least normal
        0x7FEF_FFFF_FFFF_FFFF, 0xFFEF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0000, 0xFFF0_0000_0000_0000,
        0x7FF0_0000_0000_0002, 0x7FF8_0000_0000_0001, 0x7FF8_0000_0000_0000, 0xFFF8_0000_0000_0000,
        0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0001, 0xFFF4_0000_DEAD_BEEF,
        0x3FF0_0000_0000_0000, 0x3FF0_0000_0000_0001, 0x3FEF_FFFF_FFFF_FFFF, 0x4340_0000_0000_0000,
        0x4340_0000_0000_0001, 0x43E0_0000_0000_0000, 0xC3E0_0000_0000_0000, 0x3FB9_9999_9999_999A,
    ]

    private func expectExact(_ points: PointColumns, _ seed: UInt64) throws {
        let back = try ChunkCodec.decode(ChunkCodec.encode(points))
        #expect(back == points, "seed \(seed)")
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func `the worst numbers among usual ones come back bit by bit`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...700, using: &generator)
        let usual = ChunkFamily.allCases.randomElement(using: &generator) ?? .integers
        var values = usual.values(count, seed: seed)
        let share = [1, 2, 10, 100].randomElement(using: &generator) ?? 1
        for place in values.indices where Int.random(in: 0..<share, using: &generator) == 0 {
            values[place] = Double(bitPattern: Self.nasty.randomElement(using: &generator) ?? 0)
        }
        try expectExact(chunkPoints(values, seed: seed), seed)
    }

    @Test(arguments: nasty)
    func `each alone, among zeros, and repeated comes back bit by bit`(bits: UInt64) throws {
        let value = Double(bitPattern: bits)
        for values in [[value], [0, value], [value, 0, value], [Double](repeating: value, count: 513)] {
            try expectExact(chunkPoints(values, seed: 1), bits)
        }
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func `times at the ends of their range and irregular ones come back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var times = Set<Int64>()
        for _ in 0..<Int.random(in: 1...600, using: &generator) {
            let near = Int64(bitPattern: generator.next() >> UInt64.random(in: 1...62, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: times.insert(.min + near / 2)
            case 1: times.insert(.max - near / 2)
            case 2: times.insert(near)
            case 3: times.insert(-near)
            case 4: times.insert(Int64(truncatingIfNeeded: generator.next()))
            default: times.insert(1_700_000_000_000 + 15_000 * (near % 1_000) + near % 7)
            }
        }
        var points = PointColumns()
        for time in times.sorted() {
            points.append(time, Double(time), UInt8(truncatingIfNeeded: generator.next()))
        }
        try expectExact(points, seed)
    }

    @Test func `the whole range of times in two points comes back`() throws {
        for times in [[Int64.min, .max], [.min, .min + 1, .max - 1, .max], [.min], [.max], [-1, 0, .max]] {
            var points = PointColumns()
            for time in times { points.append(time, .nan, 255) }
            try expectExact(points, UInt64(times.count))
        }
    }
}
