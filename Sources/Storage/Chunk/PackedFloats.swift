/// A column of numbers of full precision: each as the bits in which it differs from the one before.
///
/// Two bits say how: the same (0), a window of differing bits with zeros on both sides (1), the same number of
/// leading zeros as last time (2), another number of them (3).
///
/// - Source: Liakos, Papakonstantinopoulou & Kotidis, *Chimp: efficient lossless floating point compression
///   for time series databases*, PVLDB 15, 2022; its leading zeros and its threshold of six trailing zeros.
enum PackedFloats {
    /// Leading zeros, rounded down to one of these.
    private static let leading: InlineArray<8, Int> = [0, 8, 12, 16, 18, 20, 22, 24]
    /// A window pays from so many trailing zeros on.
    private static let fewestTrailing = 7

    /// Writes a column.
    static func write(_ values: [Double], to writer: inout PackedWriter) {
        var bits = BitWriter()
        var last = values[0].bitPattern
        var lastCode = -1
        writer.word(last)
        for value in values.dropFirst() {
            let difference = value.bitPattern ^ last
            last = value.bitPattern
            if difference == 0 {
                bits.write(0, 2)
                continue
            }
            let code = code(of: difference.leadingZeroBitCount)
            let trailing = difference.trailingZeroBitCount
            if trailing >= fewestTrailing {
                let width = 64 - leading[code] - trailing
                bits.write(1 | UInt64(code) << 2 | UInt64(width) << 5, 11)
                bits.write(difference >> UInt64(trailing), width)
            } else if code == lastCode {
                bits.write(2, 2)
                bits.write(difference, 64 - leading[code])
            } else {
                bits.write(3 | UInt64(code) << 2, 5)
                bits.write(difference, 64 - leading[code])
                lastCode = code
            }
        }
        writer.append(bits.finish())
    }

    /// Reads a column.
    static func read(count: Int, _ reader: inout PackedReader) throws(StorageError) -> [Double] {
        var last = try reader.word()
        // The cheapest value takes two bits.
        guard reader.remaining >= (count - 1) / 4 else { throw reader.corrupt("\(count) values, cut short") }
        var values = [Double](repeating: Double(bitPattern: last), count: count)
        var bits = BitReader(reader)
        var width = 64
        for i in 1..<max(count, 1) {
            let head = bits.peek()
            switch head & 3 {
            case 0:
                bits.take(2)
            case 1:
                bits.take(11)
                let window = Int(head >> 5 & 63)
                let trailing = 64 - leading[Int(head >> 2 & 7)] - window
                guard trailing >= 0 else { throw reader.corrupt("a window of \(window) bits") }
                last ^= bits.read(window) << UInt64(trailing)
            case 2:
                bits.take(2)
                last ^= bits.read(width)
            default:
                bits.take(5)
                width = 64 - leading[Int(head >> 2 & 7)]
                last ^= bits.read(width)
            }
            values[i] = Double(bitPattern: last)
        }
        guard !bits.isOverrun else { throw reader.corrupt("\(count) values, cut short") }
        _ = try reader.skip(bits.bytes)
        return values
    }

    private static func code(of zeros: Int) -> Int {
        var code = 7
        while leading[code] > zeros { code -= 1 }
        return code
    }
}
