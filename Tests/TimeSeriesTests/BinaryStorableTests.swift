import Testing

@testable import TimeSeries

@Suite struct BinaryStorableTests {
    @Test(arguments: [[], [0], [0xFF, 0xC3, 0], [UInt8](0...255)] as [[UInt8]])
    func `bytes come back as they are, whatever text they would make`(blob: [UInt8]) throws {
        var writer = BinaryWriter()
        writer.write(blob: blob)
        writer.write(7)
        #expect(writer.bytes.count == 8 + blob.count + 8)
        var reader = BinaryReader(writer.bytes)
        #expect(try reader.readBlob() == blob)
        #expect(try reader.readInt() == 7)
        #expect(reader.isAtEnd)
    }

    @Test func `a count that cannot be is refused before anything is allocated`() {
        for (count, error) in [
            (3, BinaryFormatError.truncated(byte: 10, needed: 1)),
            (.max, .truncated(byte: 10, needed: .max - 2)), (-1, .invalid(byte: 0, reason: "a count of -1")),
        ] {
            var writer = BinaryWriter()
            writer.write(count)
            var reader = BinaryReader(writer.bytes + [1, 2])
            #expect(throws: error) { try reader.readBlob() }
        }
    }
}
