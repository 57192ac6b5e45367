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
        /// Goes on in another segment; the answer is the segment that follows what was written before.
        case rotate(Promise<Int>)
    }

    let mailbox: Mailbox<Letter>
    private var writer: JournalWriter?
    private let counters: PipelineCounters
    private let surroundings: PipelineSurroundings
    /// Entries that are not written yet; those of series also after a failure.
    private var waiting: (series: [[UInt8]], points: [(entry: [UInt8], ticket: Ticket)]) = ([], [])
    /// Whether the last write found no room.
    private var isFull = false
    /// Bytes since the last checkpoint began; read by whoever decides when the next is due.
    let grown = Atomic<Int>(0)
    /// Why nothing is acknowledged any more; the first reason stays.
    let failure = Mutex<StorageError?>(nil)

    init(
        _ writer: consuming JournalWriter, capacity: Int, counters: PipelineCounters,
        surroundings: PipelineSurroundings
    ) {
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
                case .series(let entry): waiting.series.append(entry)
                case .points(let entry, let ticket): waiting.points.append((entry, ticket))
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
        // Series first: points name them.
        while !waiting.series.isEmpty || !waiting.points.isEmpty {
            var entries: [[UInt8]] = []
            var bytes = 0
            for entry in waiting.series {
                guard entries.isEmpty || bytes + entry.count <= JournalGroup.mostBytes else { break }
                entries.append(entry)
                bytes += entry.count
            }
            let announced = entries.count
            var tickets: [Ticket] = []
            if announced == waiting.series.count {
                for (entry, ticket) in waiting.points {
                    guard entries.isEmpty || bytes + entry.count <= JournalGroup.mostBytes else { break }
                    entries.append(entry)
                    tickets.append(ticket)
                    bytes += entry.count
                }
            }
            waiting.points.removeFirst(tickets.count)
            let begin = surroundings.steady()
            let error = append(Journal.frame(JournalGroup.encoded(entries)))
            counters.add(surroundings.steady() - begin, to: .journal)
            if let error {
                // Senders come again with their points; nobody announces the series again, so they stay.
                note(error)
                for ticket in tickets { ticket.fail(.storage(error)) }
                for (_, ticket) in waiting.points { ticket.fail(.storage(error)) }
                waiting.points = []
                return
            }
            waiting.series.removeFirst(announced)
            grown.wrappingAdd(bytes, ordering: .relaxed)
            counters.journalBytes.add(bytes)
            counters.journalSyncs.add(1)
            if isFull {
                isFull = false
                surroundings.log(false, "there is room again: points are accepted")
            }
            for ticket in tickets { ticket.finish() }
        }
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
