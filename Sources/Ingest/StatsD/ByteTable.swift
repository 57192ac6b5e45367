import Glibc

/// Numbers byte strings from 0 up in the order in which they come.
///
/// The hash is the standard library's, seeded anew in each process, so that nobody can choose strings that meet; the
/// numbers do not depend on it.
struct ByteTable: Sendable {
    /// The strings by number.
    private(set) var keys: [[UInt8]] = []
    private var hashes: [Int] = []
    /// A power of two of places, each empty (-1) or a number.
    private var slots: [Int32] = Array(repeating: -1, count: 16)

    /// The number of a string; `nil` when it is not here.
    func index(of key: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = Self.hash(key)
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash, Self.isEqual(keys[index], key) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds a string that is not here; it gets the next number.
    mutating func add(_ key: [UInt8]) {
        keys.append(key)
        hashes.append(key.withUnsafeBufferPointer(Self.hash))
        if keys.count * 2 > slots.count {
            rebuild(slots.count * 2)
        } else {
            place(keys.count - 1)
        }
    }

    /// Keeps some strings, which are numbered anew in their order.
    mutating func keep(_ kept: [Int]) {
        keys = kept.map { keys[$0] }
        hashes = kept.map { hashes[$0] }
        rebuild(slots.count)
    }

    private mutating func rebuild(_ size: Int) {
        slots = Array(repeating: -1, count: size)
        for index in keys.indices { place(index) }
    }

    private mutating func place(_ index: Int) {
        var slot = hashes[index] & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(index)
    }

    private static func isEqual(_ key: [UInt8], _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard key.count == other.count else { return false }
        guard let base = other.baseAddress else { return true }
        return key.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memcmp($0, base, other.count) == 0 } ?? true
        }
    }

    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(key))
        return hasher.finalize()
    }
}
