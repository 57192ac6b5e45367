internal import CSnappy

/// The block format of Snappy, in which Prometheus sends remote write: one length, then the data, no checksum.
///
/// - Source: google/snappy, `format_description.txt`.
public enum Snappy {
    /// The most bytes that one byte of data can stand for: a copy of 64 bytes takes three.
    private static let mostBytesOfThree = 64

    /// Undoes the compression.
    ///
    /// The announced length is checked before memory is taken for it: against the limit, and against what so
    /// little data can hold.
    ///
    /// - Parameters:
    ///   - bytes: One block, the whole of it.
    ///   - limit: The most bytes to give.
    /// - Throws: ``CompressionError/truncated`` for data that ends within its length,
    ///   ``CompressionError/tooLarge(limit:)``, ``CompressionError/corrupt(message:)``.
    /// - Complexity: O(*n*) in the bytes given.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        let announced = try announcedLength(bytes)
        guard announced <= max(limit, 0) else { throw .tooLarge(limit: limit) }
        guard announced <= (bytes.count / 3 + 1) * mostBytesOfThree else {
            throw .corrupt(message: "\(bytes.count) bytes cannot hold the \(announced) announced")
        }
        var isWhole = false
        let output = [UInt8](unsafeUninitializedCapacity: announced) { output, count in
            var length = announced
            let code = bytes.withCharacters { input in
                output.withMemoryRebound(to: CChar.self) { output in
                    snappy_uncompress(input.baseAddress, input.count, output.baseAddress, &length)
                }
            }
            isWhole = code == SNAPPY_OK && length == announced
            count = isWhole ? announced : 0
        }
        guard isWhole else { throw .corrupt(message: "not the block format of Snappy, or damaged") }
        return output
    }

    /// Compresses data into one block.
    ///
    /// - Precondition: `bytes` are less than 4 GiB, the most that the format can announce.
    /// - Complexity: O(*n*); at most a sixth more than the data, and 32 bytes, is allocated.
    public static func compress(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count < 1 << 32, "\(bytes.count) bytes to compress")
        let bound = snappy_max_compressed_length(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            var length = bound
            let code = bytes.withCharacters { input in
                output.withMemoryRebound(to: CChar.self) { output in
                    snappy_compress(input.baseAddress, input.count, output.baseAddress, &length)
                }
            }
            precondition(code == SNAPPY_OK, "Snappy refused its own bound of \(bound) bytes")
            count = length
        }
    }

    /// The length that stands before the data: a varint of at most 32 bits.
    private static func announcedLength(_ bytes: [UInt8]) throws(CompressionError) -> Int {
        var length = 0
        for (index, byte) in bytes.prefix(5).enumerated() {
            length |= Int(byte & 0x7F) << (7 * index)
            if byte < 0x80 {
                guard length < 1 << 32 else { break }
                return length
            }
        }
        guard bytes.count >= 5 else { throw .truncated }
        throw .corrupt(message: "the announced length has more than 32 bits")
    }
}

extension [UInt8] {
    /// The bytes as the `char` of C.
    fileprivate func withCharacters<R>(_ body: (UnsafeBufferPointer<CChar>) -> R) -> R {
        withUnsafeBufferPointer { $0.withMemoryRebound(to: CChar.self, body) }
    }
}
