import Storage
import Synchronization

/// The thread that makes requests durable: it writes what waits, synchronises once, and then acknowledges all of it.
///
/// So the group of requests of one synchronisation is as large as the device is slow, and nobody waits for a timer.
final class Journalist: @unchecked Sendable {  // All but `mailbox` belongs to the thread that runs `work`.
    enum Letter: Sendable {
        /// New series; whatever is written later may name them.
        case series([UInt8])
        case points([UInt8], Ticket)
        /// What changed in series that points do not tell; the ticket is that of who waits for it.
        case changes([UInt8], Ticket)
        /// Goes on in another segment; the answer is the segment that follows what was written before.
        case rotate(Promise<Int>)
    }

    let mailbox: Mailbox<Letter>
    private var writer: JournalWriter?
    /// The most bytes of entries in one record, unless one entry alone has more.
    private let mostBytes: Int
    private let counters: PipelineCounters
    private let surroundings: PipelineSurroundings
    /// Entries that are not written yet, in the order of their letters: a replay follows it. Those of series have no ticket,
    /// and stay after a failure.
    private var waiting: [(entry: [UInt8], ticket: Ticket?)] = []
    /// Whether the last write found no room.
    private var isFull = false
    /// Bytes since the last checkpoint began; read by whoever decides when the next is due.
    let grown = Atomic<Int>(0)
    /// Why nothing is acknowledged any more; the first reason stays.
    let failure = Mutex<StorageError?>(nil)

    init(
        _ writer: consuming JournalWriter, capacity: Int, mostBytes: Int = JournalGroup.mostBytes,
        counters: PipelineCounters, surroundings: PipelineSurroundings
    ) {
        self.mostBytes = mostBytes
        self.writer = consume writer
        self.counters = counters
        self.surroundings = surroundings
        mailbox = Mailbox(capacity: capacity)
    }

    /// Reads letters until the mailbox is closed, then closes the segment.
    func work() {
        while let letters = mailbox.takeAll() {
            for letter in letters {
                switch letter {
                case .series(let entry): waiting.append((entry, nil))
                case .points(let entry, let ticket), .changes(let entry, let ticket):
                    waiting.append((entry, ticket))
                case .rotate(let promise):
                    write()
                    promise.fulfil(rotate())
                }
            }
            write()
        }
        writer = nil
    }

    /// Writes what waits, synchronises, acknowledges.
    private func write() {
        while !waiting.isEmpty {
            var bytes = 0
            let some = waiting.prefix { one in
                guard bytes == 0 || bytes + one.entry.count <= mostBytes else { return false }
                bytes += one.entry.count
                return true
            }
            let begin = surroundings.steady()
            let error = append(Journal.frame(JournalGroup.encoded(some.map(\.entry))))
            counters.add(surroundings.steady() - begin, to: .journal)
            if let error {
                // Senders come again with their points; nobody announces the series again, so they stay.
                note(error)
                for one in waiting { one.ticket?.fail(.storage(error)) }
                waiting.removeAll { $0.ticket != nil }
                return
            }
            waiting.removeFirst(some.count)
            grown.wrappingAdd(bytes, ordering: .relaxed)
            counters.journalBytes.add(bytes)
            counters.journalSyncs.add(1)
            if isFull {
                isFull = false
                surroundings.log(false, "there is room again: points are accepted")
            }
            for one in some { one.ticket?.finish() }
        }
    }

    /// Makes changes durable, and waits for that.
    ///
    /// - Returns: Whether they are.
    func keep(_ changes: [StoredSnapshot]) -> Bool {
        let entries = JournalGroup.entries(of: changes)
        guard !entries.isEmpty else { return true }
        let isKept = Promise<Bool>()
        let ticket = Ticket(parts: entries.count) { result in
            if case .success = result { isKept.fulfil(true) } else { isKept.fulfil(false) }
        }
        for entry in entries where !mailbox.put(.changes(entry, ticket), weight: entry.count) {
            ticket.fail(.stopping)
        }
        return isKept.wait() ?? false
    }

    private func append(_ frame: [UInt8]) -> StorageError? {
        do throws(StorageError) {
            try writer?.append([frame])
            return nil
        } catch {
            return error
        }
    }

    private func note(_ error: StorageError) {
        if case .syncFailed = error {
            let isFirst = failure.withLock { failure in
                defer { failure = failure ?? error }
                return failure == nil
            }
            if isFirst { surroundings.log(true, "\(error); no point is accepted until a restart") }
        } else if !isFull {
            isFull = true
            surroundings.log(true, "\(error); points are refused until there is room")
        }
    }

    /// The segment in which what comes next is written: a new one, or the old one when no file can be made.
    private func rotate() -> Int {
        let current = writer?.segment ?? 0
        do throws(StorageError) {
            try writer?.rotate(to: current + 1)
            grown.store(0, ordering: .relaxed)
            return current + 1
        } catch {
            note(error)
            return current
        }
    }
}
