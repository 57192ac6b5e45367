import Alerting
import TimeSeries

/// The newest events, at most so many and of about so many bytes.
struct LiveRing {
    private let mostEvents: Int
    private let mostBytes: Int
    private var events: [(event: LiveEvent, bytes: Int)] = []
    /// Events at the front of `events` that are gone.
    private var gone = 0
    /// Bytes of those that are kept, about.
    private(set) var bytes = 0
    /// The number that the next event gets.
    private(set) var next: UInt64 = 1

    init(mostEvents: Int, mostBytes: Int) {
        precondition(mostEvents > 0, "a ring of \(mostEvents)")
        self.mostEvents = mostEvents
        self.mostBytes = mostBytes
    }

    /// How many events are kept.
    var count: Int { events.count - gone }
    /// The number of the oldest that is kept; that of the next when none is.
    var first: UInt64 { next - UInt64(count) }

    /// Adds what happened; the oldest go when there are too many. The newest is always kept.
    mutating func append(_ content: LiveEvent.Content) {
        let size = Self.bytes(of: content)
        events.append((LiveEvent(sequence: next, content: content), size))
        next += 1
        bytes += size
        while count > mostEvents || (bytes > mostBytes && count > 1) {
            bytes -= events[gone].bytes
            gone += 1
        }
        if gone > 1_024, gone > events.count / 2 {
            events.removeFirst(gone)
            gone = 0
        }
    }

    /// The events from a number on, which must be kept, oldest first.
    func suffix(from sequence: UInt64) -> some Collection<LiveEvent> {
        precondition(sequence >= first && sequence <= next, "\(sequence) of \(first) ..< \(next)")
        return events[(gone + Int(sequence - first))...].lazy.map(\.event)
    }

    /// About how much memory an event takes.
    private static func bytes(of content: LiveEvent.Content) -> Int {
        let plain = MemoryLayout<(LiveEvent, Int)>.stride
        switch content {
        case .sample: return plain
        case .incident(let incident):
            // A member has a dozen labels, a sentence and figures; a moment a line of text.
            return plain + 200 + 1_000 * incident.members.count + 150 * incident.timeline.count
        case .change(let event):
            let labels = event.labels.pairs.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
            return plain + event.title.utf8.count + event.text.utf8.count + labels
        }
    }
}
