import Synchronization
import Testing

@testable import Pipeline

@Suite struct TicketTests {
    private typealias Answer = Result<IngestCounts, IngestFailure>

    @Test func `the last part answers with the sums of all`() {
        let answers = Mailbox<Answer>(capacity: .max)
        let ticket = Ticket(parts: 3) { answers.put($0) }
        var counts = IngestCounts()
        (counts.newest, counts.late, counts.duplicates, counts.conflicts) = (1, 2, 3, 4)
        ticket.finish(counts)
        ticket.finish()
        #expect(answers.weight == 0)
        ticket.finish(counts)
        #expect(answers.takeAll() == [.success(counts + counts)])
    }

    @Test(arguments: 0..<3)
    func `one failure among the parts is the answer, when all are done`(failing: Int) {
        let answers = Mailbox<Answer>(capacity: .max)
        let ticket = Ticket(parts: 3) { answers.put($0) }
        for part in 0..<3 {
            #expect(answers.weight == 0)
            if part == failing { ticket.fail(.busy) } else { ticket.finish() }
        }
        #expect(answers.takeAll() == [.failure(.busy)])
    }

    @Test func `many threads finish a ticket once`() {
        for _ in 0..<50 {
            let calls = Atomic<Int>(0)
            let sum = Atomic<Int>(0)
            let ticket = Ticket(parts: 8) { result in
                calls.wrappingAdd(1, ordering: .relaxed)
                if case .success(let counts) = result { sum.store(counts.newest, ordering: .relaxed) }
            }
            let joins = (0..<4).compactMap { _ in
                Threads.real.start {
                    var counts = IngestCounts()
                    counts.newest = 1
                    ticket.finish(counts)
                    ticket.finish(counts)
                }
            }
            for join in joins { join() }
            #expect(calls.load(ordering: .relaxed) == 1)
            #expect(sum.load(ordering: .relaxed) == 8)
        }
    }

    @Test func `points that are stored count as accepted`() {
        var counts = IngestCounts()
        (counts.newest, counts.late, counts.duplicates, counts.conflicts) = (1, 2, 4, 8)
        #expect(counts.accepted == 7)
    }
}

private func + (a: IngestCounts, b: IngestCounts) -> IngestCounts {
    var sum = a
    sum += b
    return sum
}
