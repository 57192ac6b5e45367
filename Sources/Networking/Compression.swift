internal import CZlib

/// The content codings of HTTP that zlib knows.
///
/// - Source: RFC 9110, section 8.4.1; RFC 1950 (zlib), 1951 (deflate), 1952 (gzip).
public enum ContentCoding: String, Sendable {
    /// One gzip member, or several in a row.
    case gzip
    /// The zlib format, as the RFC says; bare deflate data too, as some clients send.
    case deflate

    /// The coding with this name in a `Content-Encoding` field, in any case; `x-gzip` is gzip.
    public init?(fieldValue: String) {
        switch fieldValue.lowercased() {
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: return nil
        }
    }
}

/// Why a compression could not be undone, by zlib or Snappy.
public enum CompressionError: Error, Equatable, Sendable {
    /// There would be more than `limit` bytes.
    case tooLarge(limit: Int)
    /// The data ends before the stream does.
    case truncated
    /// The data is not of its format; `message` says how, in the words of the library where it has any.
    case corrupt(message: String)
    /// There was no memory to work with.
    case outOfMemory
}

extension CompressionError: CustomStringConvertible {
    /// A sentence for the one who sent the data.
    public var description: String {
        switch self {
        case .tooLarge(let limit): "the data is larger than \(limit) bytes when decompressed"
        case .truncated: "the compressed data ends too early"
        case .corrupt(let message): "the compressed data is corrupt: \(message)"
        case .outOfMemory: "no memory to decompress"
        }
    }
}

extension ContentCoding {
    /// Undoes the coding.
    ///
    /// - Parameters:
    ///   - data: The whole of it, less than 4 GiB.
    ///   - limit: The most bytes to give; memory grows with what is there, never past twice the limit.
    /// - Throws: ``CompressionError``.
    public func decode(_ data: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        switch self {
        case .gzip: return try Inflater.inflate(data, windowBits: 15 + 16, limit: limit)
        case .deflate:
            // A zlib header names method 8 and is a multiple of 31; RFC 1950, section 2.2.
            let isZlib =
                data.count >= 2 && data[0] & 0x0F == 8 && (Int(data[0]) << 8 | Int(data[1])) % 31 == 0
            return try Inflater.inflate(data, windowBits: isZlib ? 15 : -15, limit: limit)
        }
    }

    /// Applies the coding.
    ///
    /// - Parameter level: 1, fastest, to 9, smallest.
    /// - Precondition: `data` is less than 2 GiB.
    public func encode(_ data: [UInt8], level: Int = 6) throws(CompressionError) -> [UInt8] {
        precondition((1...9).contains(level), "compression level \(level)")
        precondition(data.count < 1 << 31, "\(data.count) bytes to compress")
        var stream = z_stream()
        let memoryLevel: Int32 = 8
        guard
            deflateInit2_(
                &stream, Int32(level), Z_DEFLATED, self == .gzip ? 15 + 16 : 15, memoryLevel,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .outOfMemory }
        defer { deflateEnd(&stream) }
        // With room for the bound one call does it all.
        let bound = Int(deflateBound(&stream, UInt(data.count)))
        var input = data
        var code = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                code = CZlib.deflate(&stream, Z_FINISH)
                count = bound - Int(stream.avail_out)
            }
        }
        guard code == Z_STREAM_END else { throw .outOfMemory }
        return output
    }
}

/// A decompression in progress.
private struct Inflater {
    /// Bytes decompressed at a time.
    private static let block = 64 << 10

    static func inflate(_ data: [UInt8], windowBits: Int32, limit: Int) throws(CompressionError) -> [UInt8] {
        precondition(data.count < 1 << 32, "\(data.count) bytes to decompress")
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            throw .outOfMemory
        }
        defer { inflateEnd(&stream) }
        var input = data
        var output: [UInt8] = []
        let outcome = input.withUnsafeMutableBufferPointer { input -> Result<Void, CompressionError> in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            return Result { () throws(CompressionError) in
                try inflateAll(&stream, mayContinue: windowBits > 15, limit: limit, into: &output)
            }
        }
        try outcome.get()
        return output
    }

    private static func inflateAll(
        _ stream: inout z_stream, mayContinue: Bool, limit: Int, into output: inout [UInt8]
    ) throws(CompressionError) {
        // On the stack, not in the output, so that a bomb is refused before there is room for it.
        let failure = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: block) {
            buffer -> CompressionError? in
            while true {
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(block)
                let code = CZlib.inflate(&stream, Z_NO_FLUSH)
                let count = block - Int(stream.avail_out)
                guard output.count + count <= limit else { return .tooLarge(limit: limit) }
                output += UnsafeBufferPointer(rebasing: buffer[..<count])
                switch code {
                case Z_OK: continue
                case Z_STREAM_END:
                    guard stream.avail_in > 0 else { return nil }
                    guard mayContinue, inflateReset(&stream) == Z_OK else {
                        return .corrupt(message: "data after the end")
                    }
                case Z_BUF_ERROR: return .truncated
                case Z_MEM_ERROR: return .outOfMemory
                default:
                    return .corrupt(message: stream.msg.map { String(cString: $0) } ?? "not of its format")
                }
            }
        }
        if let failure { throw failure }
    }
}
