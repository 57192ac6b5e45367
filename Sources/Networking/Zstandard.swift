internal import CZstd

/// The content coding `zstd` of HTTP: one Zstandard frame, or several in a row.
///
/// - Source: RFC 8878, *Zstandard Compression and the 'application/zstd' Media Type*; RFC 9659, *Window Sizing for
///   Zstandard Content Encoding*.
public enum Zstandard {
    /// The largest window that a sender of HTTP may ask a decoder to keep, as a power of two: 8 MiB.
    ///
    /// - Source: RFC 9659, section 3.
    static let largestWindowLog: Int32 = 23
    /// Bytes decompressed at a time, on the stack.
    private static let block = 64 << 10
    /// What the library returns for a frame that does not say how much it holds, and the one below for no frame.
    private static let unknownSize = UInt64.max

    /// Undoes the compression.
    ///
    /// A size that the first frame announces is checked before memory is taken; where none is, or it lies, the
    /// memory grows with what is there.
    ///
    /// - Parameters:
    ///   - bytes: The whole of it.
    ///   - limit: The most bytes to give; memory never passes twice the limit and the window of 8 MiB.
    /// - Throws: ``CompressionError``.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        let announced = bytes.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        guard announced >= unknownSize - 1 || announced <= UInt64(max(limit, 0)) else {
            throw .tooLarge(limit: limit)
        }
        let stream = try DecompressionStream()
        var output: [UInt8] = []
        let failure = bytes.withUnsafeBytes { stream.read($0, limit: limit, block: block, into: &output) }
        if let failure { throw failure }
        return output
    }

    /// Compresses data into one frame that announces its size.
    ///
    /// - Parameter level: 1, fastest, to 19, smallest.
    /// - Throws: ``CompressionError/outOfMemory``.
    public static func compress(_ bytes: [UInt8], level: Int = 3) throws(CompressionError) -> [UInt8] {
        precondition((1...19).contains(level), "compression level \(level)")
        let bound = ZSTD_compressBound(bytes.count)
        let output = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            let size = bytes.withUnsafeBytes {
                ZSTD_compress(output.baseAddress, bound, $0.baseAddress, $0.count, Int32(level))
            }
            count = ZSTD_isError(size) == 0 ? size : 0
        }
        // A frame is never empty.
        guard !output.isEmpty else { throw .outOfMemory }
        return output
    }
}

/// A decompression in progress; its memory goes with its owner.
private struct DecompressionStream: ~Copyable {
    private let context: OpaquePointer

    init() throws(CompressionError) {
        guard let context = ZSTD_createDCtx() else { throw .outOfMemory }
        self.context = context
        let code = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Zstandard.largestWindowLog)
        precondition(ZSTD_isError(code) == 0, "zstd refused a window of 2^\(Zstandard.largestWindowLog)")
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Appends what all frames hold.
    borrowing func read(
        _ bytes: UnsafeRawBufferPointer, limit: Int, block: Int, into output: inout [UInt8]
    ) -> CompressionError? {
        // On the stack, not in the output, so that a bomb is refused before there is room for it.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: block) { buffer in
            var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
            while true {
                var part = ZSTD_outBuffer(dst: buffer.baseAddress, size: block, pos: 0)
                let code = ZSTD_decompressStream(context, &part, &input)
                guard ZSTD_isError(code) == 0 else {
                    return .corrupt(message: String(cString: ZSTD_getErrorName(code)))
                }
                guard output.count + part.pos <= limit else { return .tooLarge(limit: limit) }
                output += UnsafeBufferPointer(rebasing: buffer[..<part.pos])
                if input.pos == input.size {
                    // 0 is the end of a frame; a full buffer may have left more within the library.
                    if code == 0 { return nil }
                    if part.pos < block { return .truncated }
                }
            }
        }
    }
}
