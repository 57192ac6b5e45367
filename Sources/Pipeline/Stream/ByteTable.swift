import Glibc

/// Numbers of byte strings, dense, in the order in which they were added.
///
/// Open addressing over 64-bit hashes; the bytes lie in one arena and are compared, so that equal hashes do no harm.
/// About 20 bytes an entry besides its text.
struct ByteTable {
    private var hashes: [UInt64]
    /// The number + 1 of the entry in each place; 0 where there is none.
    private var numbers: [UInt32]
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private let seed: UInt64

    /// - Parameter seed: Differs between runs, so that nobody can prepare texts that collide.
    init(seed: UInt64) {
        self.seed = seed
        hashes = Array(repeating: 0, count: 1 << 10)
        numbers = Array(repeating: 0, count: 1 << 10)
    }

    /// How many entries there are.
    var count: Int { ends.count }

    /// Bytes of memory.
    var bytes: Int { arena.capacity + ends.capacity * 8 + hashes.count * 12 }

    /// The number of a text; `nil` when it was never added.
    func find(_ text: UnsafeRawBufferPointer) -> UInt32? {
        let hash = Self.hash(text, seed)
        let mask = hashes.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while numbers[place] != 0 {
            if hashes[place] == hash, matches(numbers[place] - 1, text) { return numbers[place] - 1 }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds a text that is not there, and answers its number.
    mutating func add(_ text: UnsafeRawBufferPointer) -> UInt32 {
        if (ends.count + 1) * 4 > hashes.count * 3 { grow() }
        let number = UInt32(ends.count)
        arena.append(contentsOf: text)
        ends.append(arena.count)
        place(number, Self.hash(text, seed))
        return number
    }

    /// The text of a number.
    subscript(number: UInt32) -> [UInt8] { Array(arena[range(number)]) }

    /// Reads the text of a number in place.
    func withText<R>(_ number: UInt32, _ body: (Span<UInt8>) -> R) -> R {
        body(arena.span.extracting(range(number)))
    }

    private func range(_ number: UInt32) -> Range<Int> {
        (number == 0 ? 0 : ends[Int(number) - 1])..<ends[Int(number)]
    }

    private func matches(_ number: UInt32, _ text: UnsafeRawBufferPointer) -> Bool {
        let range = range(number)
        guard range.count == text.count, let wanted = text.baseAddress else { return range.count == text.count }
        return arena.withUnsafeBytes { held in
            held.baseAddress.map { memcmp($0 + range.lowerBound, wanted, range.count) == 0 } ?? false
        }
    }

    private mutating func place(_ number: UInt32, _ hash: UInt64) {
        let mask = hashes.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while numbers[place] != 0 { place = (place + 1) & mask }
        hashes[place] = hash
        numbers[place] = number + 1
    }

    private mutating func grow() {
        let old = zip(hashes, numbers).filter { $0.1 != 0 }
        hashes = Array(repeating: 0, count: hashes.count * 2)
        numbers = Array(repeating: 0, count: numbers.count * 2)
        for (hash, number) in old { place(number - 1, hash) }
    }

    /// Multiply and fold, eight bytes at a time.
    ///
    /// - Source: the scheme of Wang Yi, *wyhash*, 2019, with constants of our own.
    static func hash(_ text: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var state = seed ^ (UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15)
        var offset = 0
        while offset + 8 <= text.count {
            state = mix(state ^ text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        if offset < text.count {
            var rest: UInt64 = 0
            for byte in offset..<text.count { rest = rest << 8 | UInt64(text[byte]) }
            state = mix(state ^ rest)
        }
        return mix(state)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low ^ 0xA076_1D64_78BD_642F
    }
}
