/// A value for each series, found by the bytes of its labels, without an allocation for a known one.
struct SeriesMemory<Value: Sendable>: Sendable {
    private struct Slot {
        var key: Range<Int>
        /// The next slot with the same hash; -1 for none.
        var next: Int
        /// When it was used last, in nanoseconds of the sender's time.
        var time: UInt64
        var value: Value
    }

    /// The most series that are remembered.
    let mostSeries: Int
    private var heads: [Int: Int] = [:]
    private var slots: [Slot] = []
    private var keys: [UInt8] = []

    init(mostSeries: Int) {
        self.mostSeries = mostSeries
    }

    var count: Int { slots.count }

    /// Where the value of a series is.
    func index(of key: UnsafeBufferPointer<UInt8>) -> Int? {
        guard var place = heads[Self.hash(key)] else { return nil }
        while place >= 0 {
            let slot = slots[place]
            if slot.key.count == key.count, isEqual(slot.key, key) { return place }
            place = slot.next
        }
        return nil
    }

    /// The value at an index.
    subscript(index: Int) -> Value {
        get { slots[index].value }
        set { slots[index].value = newValue }
    }

    /// Says that a value was used.
    mutating func touch(_ index: Int, at time: UInt64) {
        slots[index].time = max(slots[index].time, time)
    }

    /// Remembers a value of a series that is not known.
    ///
    /// - Returns: Whether there was room.
    @discardableResult
    mutating func insert(_ value: Value, at time: UInt64, for key: UnsafeBufferPointer<UInt8>) -> Bool {
        guard slots.count < mostSeries else { return false }
        let start = keys.count
        keys.append(contentsOf: key)
        add(Slot(key: start..<keys.count, next: -1, time: time, value: value), Self.hash(key))
        return true
    }

    /// Forgets what was last used before a time. O(*n*) in the series remembered.
    mutating func forget(before time: UInt64) {
        guard slots.contains(where: { $0.time < time }) else { return }
        var kept = SeriesMemory(mostSeries: mostSeries)
        keys.withUnsafeBufferPointer { keys in
            for slot in slots where slot.time >= time {
                kept.insert(slot.value, at: slot.time, for: UnsafeBufferPointer(rebasing: keys[slot.key]))
            }
        }
        self = kept
    }

    private mutating func add(_ slot: Slot, _ hash: Int) {
        slots.append(slot)
        if let first = heads[hash] { slots[slots.count - 1].next = first }
        heads[hash] = slots.count - 1
    }

    private func isEqual(_ range: Range<Int>, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        keys.withUnsafeBufferPointer { $0[range].elementsEqual(key) }
    }

    /// Keyed anew in every process, so that nobody can send labels that all have one hash; nothing depends on its
    /// order.
    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(key))
        return hasher.finalize()
    }
}
