/// Reads what ``PackedWriter`` wrote; every length is checked before it is believed.
struct PackedReader {
    /// The bytes, and zeros behind them so that eight can be loaded at any of their places.
    let padded: [UInt8]
    /// How many of them are real.
    let count: Int
    /// The next byte.
    private(set) var position = 0

    private static let padding = 16

    init(_ bytes: [UInt8]) {
        var padded: [UInt8] = []
        padded.reserveCapacity(bytes.count + Self.padding)
        padded += bytes
        padded.append(contentsOf: repeatElement(0, count: Self.padding))
        self.padded = padded
        count = bytes.count
    }

    /// How many bytes are not read yet.
    var remaining: Int { count - position }

    /// What is thrown when the bytes make no sense.
    func corrupt(_ detail: String) -> StorageError {
        .corrupt(path: "chunk", detail: "byte \(position) of \(count): \(detail)")
    }

    /// One byte.
    mutating func byte() throws(StorageError) -> UInt8 {
        guard remaining >= 1 else { throw corrupt("cut short") }
        defer { position += 1 }
        return padded[position]
    }

    /// Eight bytes.
    mutating func word() throws(StorageError) -> UInt64 {
        let place = try skip(8)
        return UInt64(
            littleEndian: padded.span.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    /// A number of variable length.
    mutating func number() throws(StorageError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw corrupt("a number of more than 64 bits") }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    /// A number with a sign.
    mutating func signed() throws(StorageError) -> Int64 { ZigZag.decode(try number()) }

    /// Goes on behind some bytes and answers where they begin.
    mutating func skip(_ bytes: Int) throws(StorageError) -> Int {
        guard remaining >= bytes else { throw corrupt("\(bytes) bytes wanted, cut short") }
        defer { position += bytes }
        return position
    }

    /// A column of equal width, from `start` of `values` on.
    ///
    /// - Parameter width: 0 … 64.
    mutating func column(
        _ values: inout [Int64], from start: Int, count: Int, width: Int
    ) throws(StorageError) {
        let place = try skip(PackedWriter.length(ofColumn: count, width: width))
        guard width > 0 else {
            for i in start..<start + count { values[i] = 0 }
            return
        }
        let mask = UInt64.max >> UInt64(64 - width)
        let raw = padded.span.bytes
        for i in 0..<count {
            let bit = i &* width
            let at = place &+ bit &>> 3
            let shift = UInt64(bit & 7)
            let low = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
            var value = low &>> shift
            if width > 57, shift > 0 {
                let high = raw.unsafeLoadUnaligned(fromByteOffset: at + 8, as: UInt8.self)
                value |= UInt64(high) &<< (64 - shift)
            }
            values[start + i] = Int64(bitPattern: value & mask)
        }
    }
}
