/// Points of the light tier that a shard has accepted and not scored yet, by slot.
///
/// The slot that waits longest is next, and all that waits for it is scored at once: most of what a point costs is to
/// bring the state of its series into the caches, and under load, or out of a journal, a visit is worth several points.
/// Constant work a point; the memory stays as large as the most that ever waited. Points stand in the order in which they
/// came, so that those of requests that have the same series, and of their slots in turn, are read side by side.
struct WaitingPoints {
    struct Waiting: BitwiseCopyable {
        var time: Int64
        var value: Double
        /// Which point of the slot is next; meaningless in the last.
        fileprivate(set) var next: UInt32
        fileprivate var isTaken: Bool
    }

    /// The points of one slot, from the first on; points are numbered as they come.
    struct Chain: BitwiseCopyable {
        fileprivate(set) var first: UInt32 = 0
        fileprivate var last: UInt32 = 0
        fileprivate(set) var count: Int32 = 0
        /// When the first of them was received, nanoseconds of the steady clock.
        fileprivate(set) var since: UInt64 = 0
    }

    /// A ring, whose size is a power of two: a point stands at its number.
    private var ring: [Waiting] = []
    /// The number of the first point that may not be taken, and of the next that comes; they wrap around.
    private var first: UInt32 = 0
    private var next: UInt32 = 0
    /// One a slot.
    private var chains: [Chain] = []
    /// Slots in turn, from `head` on; one whose points were asked for before its turn stays in it, without any.
    private var queue: [Int32] = []
    private var head = 0
    /// Points that wait, and slots that have any.
    private(set) var count = 0
    private var slotCount = 0

    /// How far the queue is read before what is read is removed.
    private static let mostRead = 4_096
    private static let leastRing = 1_024

    var isEmpty: Bool { count == 0 }

    /// Appends a point to those of its slot.
    ///
    /// - Parameter received: Nanoseconds of the steady clock.
    mutating func append(_ slot: Int, _ time: Int64, _ value: Double, received: UInt64) {
        while slot >= chains.count { chains.append(Chain()) }
        if Int(next &- first) == ring.count { grow() }
        let number = next
        next &+= 1
        self[number] = Waiting(time: time, value: value, next: 0, isTaken: false)
        if chains[slot].count > 0 {
            self[chains[slot].last].next = number
            chains[slot].last = number
            chains[slot].count += 1
        } else {
            chains[slot] = Chain(first: number, last: number, count: 1, since: received)
            slotCount += 1
            if queue.count - head > 2 * slotCount + Self.mostRead { compact() }
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
            if chains[slot].count > 0 { return slot }
        }
        return nil
    }

    /// Takes out of the queue what is out of its turn: slots whose points were asked for, and the later of two places.
    private mutating func compact() {
        var kept: Set<Int32> = []
        queue = queue[head...].filter { chains[Int($0)].count > 0 && kept.insert($0).inserted }
        head = 0
    }

    /// How many points of a slot wait.
    func count(of slot: Int) -> Int { holds(slot) ? Int(chains[slot].count) : 0 }

    /// Places in the queue, at most some thousand more than twice the slots that wait.
    var queueLength: Int { queue.count - head }

    /// Whether points of a slot wait.
    func holds(_ slot: Int) -> Bool { slot < chains.count && chains[slot].count > 0 }

    /// What waits for a slot, which waits no more: to be taken by ``takeFirst(of:)`` to its end before anything is
    /// appended. `nil` when nothing waits.
    mutating func detach(_ slot: Int) -> Chain? {
        guard holds(slot) else { return nil }
        defer { chains[slot] = Chain() }
        slotCount -= 1
        return chains[slot]
    }

    /// A point by its number.
    private(set) subscript(number: UInt32) -> Waiting {
        @inline(__always) get { ring[Int(number & UInt32(truncatingIfNeeded: ring.count - 1))] }
        @inline(__always) _modify {
            yield &ring[Int(number & UInt32(truncatingIfNeeded: ring.count - 1))]
        }
    }

    /// Takes the first point off a detached chain; its end is `nil`.
    @inline(__always)
    mutating func takeFirst(of chain: inout Chain) -> Waiting? {
        guard chain.count > 0 else { return nil }
        let point = self[chain.first]
        self[chain.first].isTaken = true
        chain.first = point.next
        chain.count -= 1
        count -= 1
        return point
    }

    /// Makes room where the oldest points are taken, or else twice the room.
    private mutating func grow() {
        while first != next, self[first].isTaken { first &+= 1 }
        guard Int(next &- first) == ring.count else { return }
        let old = ring
        let size = max(Self.leastRing, 2 * old.count)
        let free = Waiting(time: 0, value: 0, next: 0, isTaken: true)
        ring = [Waiting](repeating: free, count: size)
        var number = first
        while number != next {
            self[number] = old[Int(number & UInt32(truncatingIfNeeded: old.count - 1))]
            number &+= 1
        }
    }
}
