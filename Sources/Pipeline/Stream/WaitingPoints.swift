/// Points of the light tier that a shard has accepted and not scored yet, by slot.
///
/// The slot that waits longest is next, and all that waits for it is scored at once: most of what a point costs is to
/// bring the state of its series into the caches, and under load, or out of a journal, a visit is worth several points.
/// Constant work a point; the memory stays as large as the most that ever waited.
struct WaitingPoints {
    struct Waiting: BitwiseCopyable {
        var time: Int64
        var value: Double
        /// The place of the slot's next point; -1 behind the last.
        fileprivate(set) var next: Int32
    }

    /// The points of one slot, from the first on.
    struct Chain: BitwiseCopyable {
        fileprivate(set) var first: Int32 = -1
        fileprivate var last: Int32 = -1
        /// When the first of them was received, nanoseconds of the steady clock.
        fileprivate(set) var since: UInt64 = 0
    }

    private var places: [Waiting] = []
    /// The first place that is free; the others follow it.
    private var free: Int32 = -1
    /// One a slot.
    private var chains: [Chain] = []
    /// Slots in turn, from `head` on; one whose points were asked for before its turn stays in it, without any.
    private var queue: [Int32] = []
    private var head = 0
    /// Points that wait.
    private(set) var count = 0

    /// How far the queue is read before what is read is removed.
    private static let mostRead = 4_096

    var isEmpty: Bool { count == 0 }

    /// Appends a point to those of its slot.
    ///
    /// - Parameter received: Nanoseconds of the steady clock.
    mutating func append(_ slot: Int, _ time: Int64, _ value: Double, received: UInt64) {
        while slot >= chains.count { chains.append(Chain()) }
        let place: Int32
        if free >= 0 {
            place = free
            free = places[Int(place)].next
            places[Int(place)] = Waiting(time: time, value: value, next: -1)
        } else {
            place = Int32(places.count)
            places.append(Waiting(time: time, value: value, next: -1))
        }
        if chains[slot].last >= 0 {
            places[Int(chains[slot].last)].next = place
            chains[slot].last = place
        } else {
            chains[slot] = Chain(first: place, last: place, since: received)
            queue.append(Int32(slot))
        }
        count += 1
    }

    /// The slot whose turn it is; `nil` when nothing waits.
    mutating func nextSlot() -> Int? {
        while head < queue.count {
            let slot = Int(queue[head])
            head += 1
            if head == queue.count || head > Self.mostRead && 2 * head > queue.count {
                queue.removeFirst(head)
                head = 0
            }
            if chains[slot].first >= 0 { return slot }
        }
        return nil
    }

    /// Whether points of a slot wait.
    func holds(_ slot: Int) -> Bool { slot < chains.count && chains[slot].first >= 0 }

    /// What waits for a slot, which waits no more; `nil` when nothing does. To be given back by ``release(_:)``.
    mutating func detach(_ slot: Int) -> Chain? {
        guard holds(slot) else { return nil }
        defer { chains[slot] = Chain() }
        return chains[slot]
    }

    /// The point at a place of a detached chain.
    subscript(place: Int32) -> Waiting { places[Int(place)] }

    /// Frees the places of a chain whose points are scored.
    ///
    /// - Parameter count: How many they are.
    mutating func release(_ chain: Chain, count released: Int) {
        places[Int(chain.last)].next = free
        free = chain.first
        count -= released
    }
}
