/// The checksum CRC-32C (Castagnoli): reflected polynomial 0x82F63B78, all ones before and after.
///
/// - Source: RFC 3720, appendix B.4; Kounavis & Berry, *Novel table lookup-based algorithms for
///   high-performance CRC generation* (slicing by 8), IEEE Transactions on Computers 57, 2008.
enum CRC32C {
    static let polynomial: UInt32 = 0x82F6_3B78

    /// Eight tables of 256: entry b of table t is the register after byte b and t zeros.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var register = UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ polynomial : register >> 1 }
            tables[byte] = register
        }
        for i in 256..<tables.count {
            let shorter = tables[i - 256]
            tables[i] = shorter >> 8 ^ tables[Int(shorter & 0xFF)]
        }
        return tables
    }()

    /// The checksum of some bytes.
    static func checksum(_ bytes: RawSpan) -> UInt32 { ~register(~0, after: bytes) }

    /// The register after more bytes, without the inversions before and after.
    static func register(_ start: UInt32, after bytes: RawSpan) -> UInt32 {
        // Every place is a byte within one of the eight tables.
        let tables = tables.span
        var register = start
        var place = 0
        while place + 8 <= bytes.byteCount {
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
            let mixed = word ^ UInt64(register)
            let near =
                tables[unchecked: 7 * 256 + Int(mixed & 0xFF)]
                ^ tables[unchecked: 6 * 256 + Int(mixed >> 8 & 0xFF)]
                ^ tables[unchecked: 5 * 256 + Int(mixed >> 16 & 0xFF)]
                ^ tables[unchecked: 4 * 256 + Int(mixed >> 24 & 0xFF)]
            let far =
                tables[unchecked: 3 * 256 + Int(mixed >> 32 & 0xFF)]
                ^ tables[unchecked: 2 * 256 + Int(mixed >> 40 & 0xFF)]
                ^ tables[unchecked: 256 + Int(mixed >> 48 & 0xFF)] ^ tables[unchecked: Int(mixed >> 56)]
            register = near ^ far
            place += 8
        }
        while place < bytes.byteCount {
            let byte = bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt8.self)
            register = register >> 8 ^ tables[unchecked: Int((register ^ UInt32(byte)) & 0xFF)]
            place += 1
        }
        return register
    }

    /// The register after `bytes` zeros: a product with x to the power of their bits.
    ///
    /// - Parameter bytes: Less than 2²⁸.
    /// - Complexity: O(log *n*) products.
    static func register(_ start: UInt32, afterZeros bytes: Int) -> UInt32 {
        precondition(0..<1 << 28 ~= bytes, "\(bytes) zeros")
        var register = start
        var rest = bytes
        var power = 3
        while rest > 0 {
            if rest & 1 == 1 { register = product(register, squares[power]) }
            rest >>= 1
            power += 1
        }
        return register
    }

    /// x to the power of 2ⁱ, modulo the polynomial; the highest bit stands for x⁰.
    private static let squares: [UInt32] = {
        var squares: [UInt32] = [1 << 30]
        for _ in 1..<32 { squares.append(product(squares[squares.count - 1], squares[squares.count - 1])) }
        return squares
    }()

    private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
        var (a, b) = (a, b)
        var sum: UInt32 = 0
        while a != 0 {
            if a & 0x8000_0000 != 0 { sum ^= b }
            a <<= 1
            b = b & 1 == 1 ? b >> 1 ^ polynomial : b >> 1
        }
        return sum
    }
}
