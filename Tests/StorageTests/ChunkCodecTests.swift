import Foundation
import Storage
import TestSupport
import Testing

/// Families of values as they occur, and some that do not.
enum ChunkFamily: String, CaseIterable, Sendable {
    case constant, integers, counter, bytes, twoDecimals, decimalsWithGaps, steps, walk, randomBits, special

    /// The most bytes that a time and a value may take, on 1,000 points of a regular step.
    var limit: Double {
        switch self {
        case .constant: 0.1
        case .integers: 0.7
        case .counter: 1
        case .bytes: 1.2
        case .twoDecimals: 1.1
        case .decimalsWithGaps: 1.4
        case .steps: 0.5
        case .walk: 8
        case .randomBits, .special: 8.2
        }
    }

    func values(_ count: Int, seed: UInt64) -> [Double] {
        var made = SeededSeries(seed: seed)
        var generator = SeededGenerator(seed: seed)
        var level = 100.0
        switch self {
        case .constant: return [Double](repeating: 0.1 + 0.2, count: count)
        case .integers: return (0..<count).map { _ in Double(Int.random(in: 0...20, using: &generator)) }
        case .counter:
            return (0..<count).map { _ in
                level += (1_000 + 30 * made.normal()).rounded()
                return level
            }
        case .bytes:
            return (0..<count).map { _ in
                level += (20 * made.normal()).rounded()
                return (4_194_304 + level) * 4096
            }
        case .twoDecimals: return made.noise(count).map { (50 + $0 / 2) * 100 }.map { $0.rounded() / 100 }
        case .decimalsWithGaps:
            return (0..<count).map { i in
                i % 100 == 17
                    ? Double(bitPattern: 0x7FF0_0000_0000_0002) : (made.uniform() * 100).rounded() / 100
            }
        case .steps:
            return (0..<count).map { i in
                if i % 50 == 0 { level = made.normal() }
                return level
            }
        case .walk: return made.autoregression(count, 1).map { $0 + 100 }
        case .randomBits: return (0..<count).map { _ in Double(bitPattern: generator.next()) }
        case .special:
            let special: [UInt64] = [
                0x7FF0_0000_0000_0002, 0x8000_0000_0000_0000, 0x7FF0_0000_0000_0000, 0xFFF0_0000_0000_0000,
                1, 0xFFF8_0000_0000_1234, 0, 0x3FF0_0000_0000_0000, 0x7FEF_FFFF_FFFF_FFFF,
            ]
            return (0..<count).map { _ in Double(bitPattern: special.randomElement(using: &generator) ?? 0) }
        }
    }
}

/// Columns with regular times and skewed scores, some unscored.
func chunkPoints(_ values: [Double], seed: UInt64) -> PointColumns {
    var made = SeededSeries(seed: seed)
    var points = PointColumns()
    for (i, value) in values.enumerated() {
        let score = i < 20 ? ScoreByte.unscored : ScoreByte.encode(negativeLog10: -log10(1 - made.uniform()))
        points.append(1_700_000_000_000 + Int64(i) * 15_000, value, score)
    }
    return points
}

struct ChunkCodecTests {
    @Test(arguments: ChunkFamily.allCases, [1, 2, 3, 127, 128, 129, 130, 1_000])
    func `every family comes back bit by bit`(family: ChunkFamily, count: Int) throws {
        for seed in 0..<4 as Range<UInt64> {
            let points = chunkPoints(family.values(count, seed: seed), seed: seed)
            let decoded = try ChunkCodec.decode(ChunkCodec.encode(points))
            #expect(decoded == points, "\(family) \(count) \(seed)")
        }
    }

    @Test(arguments: ChunkFamily.allCases)
    func `every family is as small as it should be`(family: ChunkFamily) {
        let points = chunkPoints(family.values(1_000, seed: 1), seed: 1)
        var unscored = points
        unscored.scores = [UInt8](repeating: ScoreByte.unscored, count: points.count)
        let bytes = Double(ChunkCodec.encode(unscored).count) / 1_000
        #expect(bytes <= family.limit, "\(family): \(bytes) bytes a point")
        let scores = Double(ChunkCodec.encode(points).count) / 1_000 - bytes
        #expect(scores <= 0.65, "\(family): \(scores) bytes a score")
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `any ascending times come back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...700, using: &generator)
        let widths = Int64.random(in: 1...53, using: &generator)
        var time = Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &generator)
        var points = PointColumns()
        for i in 0..<count {
            points.append(time, Double(i), UInt8.random(in: 0...255, using: &generator))
            let gap = Int64.random(
                in: 1...(1 << Int64.random(in: 0...widths, using: &generator)), using: &generator)
            time += generator.next() % 4 == 0 ? gap : 15_000
        }
        #expect(try ChunkCodec.decode(ChunkCodec.encode(points)) == points)
    }

    @Test(arguments: [
        [Int64.min], [Int64.max], [Int64.min, Int64.max], [Int64.min, 0], [0, Int64.max],
        [Int64.min, -1, 0, 1, Int64.max], [Int64.min, Int64.min + 1, Int64.max - 1, Int64.max],
    ])
    func `the ends of time come back`(times: [Int64]) throws {
        var points = PointColumns()
        for time in times { points.append(time, Double(time), 0) }
        #expect(try ChunkCodec.decode(ChunkCodec.encode(points)) == points)
    }

    @Test(arguments: 0...9)
    func `decimals of every number of places are packed and exact`(places: Int) throws {
        var generator = SeededGenerator(seed: UInt64(places))
        let scale = pow(10, Double(places))
        let values = (0..<500).map { _ in
            Double(Int.random(in: -5_000_000...5_000_000, using: &generator)) / scale
        }
        let points = chunkPoints(values, seed: 0)
        let bytes = ChunkCodec.encode(points)
        #expect(try ChunkCodec.decode(bytes) == points)
        #expect(bytes.count < 500 * 4, "\(places) places: \(bytes.count) bytes")
    }

    @Test(arguments: [[UInt8](repeating: 255, count: 5_000), [UInt8](repeating: 7, count: 5_000)])
    func `equal scores cost nothing`(scores: [UInt8]) throws {
        var points = chunkPoints([Double](repeating: 1, count: 5_000), seed: 0)
        points.scores = scores
        let bytes = ChunkCodec.encode(points)
        #expect(bytes.count < 50)
        #expect(try ChunkCodec.decode(bytes) == points)
    }

    @Test
    func `the largest chunk comes back`() throws {
        var points = PointColumns()
        points.times = (0..<Int64(ChunkCodec.largestCount)).map { $0 }
        points.values = points.times.map { Double($0 % 1_000) }
        points.scores = points.times.map { UInt8(truncatingIfNeeded: $0) }
        #expect(try ChunkCodec.decode(ChunkCodec.encode(points)) == points)
    }

    @Test
    func `a newer version and more points than a chunk holds are refused`() {
        #expect(throws: StorageError.newer(path: "chunk", found: 3, known: 2)) {
            try ChunkCodec.decode([3, 1, 0, 0])
        }
        // 1,048,577 points at one time with a unit of 0.
        #expect(throws: StorageError.self) { try ChunkCodec.decode([1, 0x81, 0x80, 0x40, 0, 0, 0]) }
        #expect(throws: StorageError.self) { try ChunkCodec.decode([1, 0, 0, 0]) }
    }
}

struct ChunkDamageTests {
    @Test(arguments: ChunkFamily.allCases)
    func `a chunk that is cut short anywhere is refused`(family: ChunkFamily) {
        let bytes = ChunkCodec.encode(chunkPoints(family.values(300, seed: 5), seed: 5))
        for length in 0..<bytes.count {
            #expect(throws: StorageError.self, "\(family) cut at \(length)") {
                try ChunkCodec.decode(Array(bytes[..<length]))
            }
        }
        #expect(throws: StorageError.self) { try ChunkCodec.decode(bytes + [0]) }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `flipped bits never crash`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let family = ChunkFamily.allCases.randomElement(using: &generator) ?? .walk
        var bytes = ChunkCodec.encode(chunkPoints(family.values(200, seed: seed), seed: seed))
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            // The head decides most, so it is hit more often.
            let reach = generator.next() % 2 == 0 ? min(bytes.count, 40) : bytes.count
            bytes[Int.random(in: 0..<reach, using: &generator)] ^=
                1 << UInt8.random(in: 0...7, using: &generator)
        }
        if let points = try? ChunkCodec.decode(bytes) {
            #expect(points.values.count == points.count && points.scores.count == points.count)
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `random bytes never crash`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let length = Int.random(in: 0...200, using: &generator)
        let bytes = [1] + (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
        _ = try? ChunkCodec.decode(bytes)
    }
}
