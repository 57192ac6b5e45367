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
    func find(_ text: UnsafeRawBufferPointer) -> UInt32? { find(text, hash: Self.hash(text, seed)) }

    /// The number of each of many texts; `nil` for one that was never added.
    ///
    /// Senders keep their order, so that the next text is mostly the one that was added next: in each group of 64 it is
    /// compared before a hash is made, until the first that is another. The rest is found together: first all hashes,
    /// then all places, then all comparisons. Reads that do not depend on one another wait for memory together, which
    /// matters for tables beyond the caches.
    func find(count: Int, _ text: (Int) -> UnsafeRawBufferPointer) -> [UInt32?] {
        var found: [UInt32?] = []
        found.reserveCapacity(count)
        var hashes = InlineArray<64, UInt64>(repeating: 0)
        var candidates = InlineArray<64, UInt32>(repeating: 0)
        var next = count > 1 ? find(text(0)) ?? .max : .max
        for start in stride(from: 0, to: count, by: 64) {
            let end = min(64, count - start)
            var first = 0
            while first < end, Int(next) < ends.count, matches(next, text(start + first)) {
                found.append(next)
                next += 1
                first += 1
            }
            guard first < end else { continue }
            let group = first..<end
            for place in group { hashes[place] = Self.hash(text(start + place), seed) }
            for place in group { candidates[place] = candidate(hashes[place]) }
            for place in group {
                let text = text(start + place)
                let candidate = candidates[place]
                if candidate > 0, matches(candidate - 1, text) {
                    found.append(candidate - 1)
                } else {
                    found.append(candidate > 0 ? find(text, hash: hashes[place]) : nil)
                }
            }
            next = found[found.count - 1].map { $0 + 1 } ?? .max
        }
        return found
    }

    /// The number + 1 of the first entry with a hash; 0 when there is none.
    private func candidate(_ hash: UInt64) -> UInt32 {
        let mask = hashes.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while numbers[place] != 0, hashes[place] != hash { place = (place + 1) & mask }
        return numbers[place]
    }

    private func find(_ text: UnsafeRawBufferPointer, hash: UInt64) -> UInt32? {
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
        guard range.count == text.count else { return false }
        guard let wanted = text.baseAddress else { return true }
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

    /// Multiply and fold, sixteen bytes at a time, the last sixteen anew where some are left; scores depend on it, see
    /// `StreamSeries.delay(of:)`. Both factors depend on the seed, so that no text makes one 0.
    ///
    /// - Source: the scheme of Wang Yi, *wyhash*, 2019, with constants of our own.
    static func hash(_ text: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        let secret = mix(seed, 0xD6E8_FEB8_6659_FD93)
        var state = seed ^ (UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15)
        var offset = 0
        while offset + 16 <= text.count {
            let first = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let second = text.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            state = mix(first ^ secret, second ^ state)
            offset += 16
        }
        var rest: (UInt64, UInt64) = (0, 0)
        if text.count > offset, offset > 0 {
            // The last sixteen, some of them again.
            rest.0 = text.loadUnaligned(fromByteOffset: text.count - 16, as: UInt64.self)
            rest.1 = text.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self)
        } else if text.count > offset {
            for byte in 0..<min(text.count, 8) { rest.0 = rest.0 << 8 | UInt64(text[byte]) }
            for byte in 8..<max(text.count, 8) { rest.1 = rest.1 << 8 | UInt64(text[byte]) }
        }
        state = mix(rest.0 ^ secret, rest.1 ^ state)
        return mix(state, 0xD6E8_FEB8_6659_FD93)
    }

    @inline(__always)
    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low ^ 0xA076_1D64_78BD_642F
    }
}
