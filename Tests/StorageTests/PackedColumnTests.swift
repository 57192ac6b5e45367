import Foundation
import TestSupport
import Testing

@testable import Storage

/// The bits of a column one by one: the slow twin of the packing.
private func slowColumn(_ values: [UInt64], width: Int) -> [UInt8] {
    var bits: [Bool] = []
    for value in values {
        for bit in 0..<width { bits.append(value >> UInt64(bit) & 1 == 1) }
    }
    while bits.count % 8 != 0 { bits.append(false) }
    return stride(from: 0, to: bits.count, by: 8).map { start in
        (0..<8).reduce(UInt8(0)) { $0 | (bits[start + $1] ? 1 << UInt8($1) : 0) }
    }
}

struct PackedColumnTests {
    @Test(arguments: 0...64)
    func `a column has the bits of its slow twin and comes back`(width: Int) throws {
        for count in [0, 1, 2, 7, 63, 64, 65, 128] {
            var generator = SeededGenerator(seed: UInt64(width * 1_000 + count))
            let mask = width == 0 ? 0 : UInt64.max >> UInt64(64 - width)
            let values = (0..<count).map { _ in generator.next() & mask }
            var writer = PackedWriter()
            writer.column(values.span, width: width)
            #expect(writer.bytes == slowColumn(values, width: width), "\(count) of \(width) bits")
            var reader = PackedReader(writer.bytes)
            var read = [Int64](repeating: 7, count: count)
            try reader.column(&read, from: 0, count: count, width: width)
            #expect(read.map { UInt64(bitPattern: $0) } == values)
            #expect(reader.remaining == 0)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `integers with outliers come back, and a block has the length it said`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...128, using: &generator)
        let width = Int64.random(in: 0...63, using: &generator)
        let values = (0..<count).map { _ -> Int64 in
            let isOutlier = generator.next() % 20 == 0
            let bits = Int64(bitPattern: generator.next())
            return isOutlier ? bits : bits >> (63 - width)
        }
        let block = PackedBlock(for: values.span)
        var writer = PackedWriter()
        block.write(values.span, to: &writer)
        #expect(writer.bytes.count == block.bytes)
        var reader = PackedReader(writer.bytes)
        var read = [Int64](repeating: 0, count: count)
        try PackedBlock.read(&read, from: 0, count: count, &reader)
        #expect(read == values)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `a column of any integers comes back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...400, using: &generator)
        let unit = [1, 15_000, 4_096, Int64.max][Int(seed % 4)]
        let shift = Int64.random(in: 0...63, using: &generator)
        let values = (0..<count).map { _ in (Int64(bitPattern: generator.next()) >> shift) &* unit }
        var writer = PackedWriter()
        PackedIntegers.write(values, to: &writer)
        var reader = PackedReader(writer.bytes)
        #expect(try PackedIntegers.read(count: count, &reader) == values)
        #expect(reader.remaining == 0)
    }

    private static let steps: [(Int64, Int64)] = [
        (0, 1), (5, 0), (-7, 1), (9, -1), (1_700_000_000_000, 15_000), (3, -4_096),
        (.min, .max), (.max, -.max), (0, .min), (-1, .min + 1),
    ]

    @Test(arguments: steps)
    func `steady steps take a few bytes and come back`(first: Int64, step: Int64) throws {
        for count in [1, 2, 3, 64, 200] {
            let values = (0..<Int64(count)).map { first &+ $0 &* step }
            var writer = PackedWriter()
            PackedIntegers.write(values, to: &writer)
            // Those that wrap around are no steady steps of a sensor.
            let isSmall = abs(Double(step)) < 1e6
            #expect(!isSmall || writer.bytes.count <= 12, "\(count) take \(writer.bytes.count)")
            var reader = PackedReader(writer.bytes)
            #expect(try PackedIntegers.read(count: count, &reader) == values)
            #expect(reader.remaining == 0)
        }
    }

    /// Score bytes of one kind: noise, a rule with exceptions, a start without scores, a high plateau, all alike,
    /// two in turns, three at random, a few plateaus, a slow slope.
    private static func scores(_ kind: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<64).map { place in
            let noise = UInt8(min(-log10(Double.random(in: 1e-9...1, using: &generator)) * 12, 200))
            return switch kind {
            case 0: noise
            case 1: generator.next() % 9 == 0 ? noise : 0
            case 2: place < 40 ? ScoreByte.unscored : noise
            case 3: 120 + noise % 8
            case 4: 255
            case 5: 29 + UInt8(place % 2)
            case 6: [2, 6, 14][Int(generator.next() % 3)]
            case 7: [3, 40, 7, 90][place / 16]
            default: UInt8(20 + place / 3)
            }
        }
    }

    /// The bytes of a Rice code: its slow twin.
    private static func riceBytes(_ scores: [UInt8]) -> Int {
        let bits = (0..<8).map { parameter in
            scores.reduce(0) { sum, score in
                let prefix = Int(score &+ 1) >> parameter
                return sum + (prefix < 16 ? prefix + 1 + parameter : 24)
            }
        }
        return 1 + ((bits.min() ?? 0) + 7) / 8
    }

    @Test(arguments: 0..<9)
    func `scores come back, in the smaller of the two forms`(kind: Int) throws {
        var generator = SeededGenerator(seed: UInt64(kind))
        for _ in 0..<40 {
            let scores = Self.scores(kind, &generator)
            var (writer, integers) = (PackedWriter(), PackedWriter())
            PackedScores.write(scores, to: &writer)
            PackedIntegers.write(scores.map(Int64.init), to: &integers)
            #expect(
                writer.bytes.count <= min(Self.riceBytes(scores), 1 + integers.bytes.count), "kind \(kind)")
            var reader = PackedReader(writer.bytes)
            #expect(try PackedScores.read(count: scores.count, &reader) == scores)
            #expect(reader.remaining == 0)
        }
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64(Int64.max), .max])
    func `a number of variable length comes back`(value: UInt64) throws {
        var writer = PackedWriter()
        writer.number(value)
        #expect(writer.bytes.count == PackedWriter.length(ofNumber: value))
        var reader = PackedReader(writer.bytes)
        #expect(try reader.number() == value)
    }

    @Test
    func `a number of more than 64 bits is refused`() {
        #expect(throws: StorageError.self) {
            var reader = PackedReader([UInt8](repeating: 0xFF, count: 9) + [2])
            _ = try reader.number()
        }
    }
}
