/// Blobs whose damage is told: a CRC-32C follows the bytes, since SQLite does not look into its pages.
enum SealedBytes {
    /// Bytes that are added to each blob.
    static let overhead = 4

    /// The bytes with their checksum.
    static func seal(_ bytes: [UInt8]) -> [UInt8] {
        let sum = CRC32C.checksum(bytes.span.bytes)
        var sealed: [UInt8] = []
        sealed.reserveCapacity(bytes.count + overhead)
        sealed += bytes
        withUnsafeBytes(of: sum.littleEndian) { sealed.append(contentsOf: $0) }
        return sealed
    }

    /// The bytes without it; `nil` when it is not theirs.
    static func open(_ sealed: [UInt8]) -> [UInt8]? {
        guard sealed.count >= overhead else { return nil }
        let bytes = Array(sealed.dropLast(overhead))
        let sum = (0..<overhead).reduce(UInt32(0)) {
            $0 | UInt32(sealed[bytes.count + $1]) << (8 * UInt32($1))
        }
        return CRC32C.checksum(bytes.span.bytes) == sum ? bytes : nil
    }
}

extension Statement {
    /// The sealed bytes of a column.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)`` when they do not have their checksum.
    borrowing func sealed(
        _ column: Int32, of what: @autoclosure () -> String, in path: String
    ) throws(StorageError) -> [UInt8] {
        guard let bytes = SealedBytes.open(self.bytes(column)) else {
            throw .corrupt(path: path, detail: "\(what()) does not have its checksum")
        }
        return bytes
    }
}
