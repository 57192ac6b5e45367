import Foundation
import Testing

@testable import Pipeline

@Suite struct MailboxTests {
    @Test func `letters come in order and their weight is gone when they are taken`() {
        let mailbox = Mailbox<Int>(capacity: 10)
        for letter in 0..<5 { mailbox.put(letter, weight: 2) }
        #expect(mailbox.weight == 10)
        #expect(!mailbox.hasRoom(for: 1))
        #expect(mailbox.hasRoom(for: 0))
        #expect(mailbox.takeAll() == [0, 1, 2, 3, 4])
        #expect(mailbox.weight == 0)
        #expect(mailbox.hasRoom(for: 10))
    }

    @Test func `an empty mailbox has room for any letter and a filled one for what fits`() {
        let mailbox = Mailbox<String>(capacity: 3)
        #expect(mailbox.hasRoom(for: 1_000))
        mailbox.put("a", weight: 2)
        #expect(mailbox.hasRoom(for: 1) && !mailbox.hasRoom(for: 2))
        mailbox.put("whatever its weight", weight: 1_000)
        #expect(mailbox.weight == 1_002)
    }

    @Test func `a closed mailbox takes nothing and gives what it has`() {
        let mailbox = Mailbox<Int>(capacity: 3)
        #expect(mailbox.put(1))
        #expect(!mailbox.isClosed)
        mailbox.close()
        mailbox.close()
        #expect(mailbox.isClosed && !mailbox.put(2) && !mailbox.hasRoom(for: 0))
        #expect(mailbox.takeAll() == [1])
        #expect(mailbox.takeAll() == nil)
        #expect(mailbox.takeAll(waiting: 0.01) == nil)
    }

    @Test func `a timed wait ends without a letter`() {
        let mailbox = Mailbox<Int>(capacity: 3)
        let time = ContinuousClock().measure { #expect(mailbox.takeAll(waiting: 0.02) == []) }
        #expect(time >= .milliseconds(19))
        #expect(mailbox.takeAll(waiting: 0) == [])
    }

    @Test func `closing wakes who waits`() {
        let mailbox = Mailbox<Int>(capacity: 3)
        let join = Threads.real.start { #expect(mailbox.takeAll() == nil) }
        mailbox.close()
        join?()
    }

    @Test func `letters of many threads all arrive, each writer's in order`() {
        let mailbox = Mailbox<(writer: Int, letter: Int)>(capacity: .max)
        let joins = (0..<4).compactMap { writer in
            Threads.real.start { for letter in 0..<2_000 { mailbox.put((writer, letter)) } }
        }
        var next = [0, 0, 0, 0]
        while next.reduce(0, +) < 8_000, let letters = mailbox.takeAll(waiting: 10), !letters.isEmpty {
            for (writer, letter) in letters {
                #expect(letter == next[writer])
                next[writer] += 1
            }
        }
        for join in joins { join() }
        #expect(next == [2_000, 2_000, 2_000, 2_000])
    }

    @Test func `a promise is kept, given up, or late`() {
        let kept = Promise<Int>()
        kept.fulfil(3)
        #expect(kept.wait() == 3)
        let abandoned = Promise<Int>()
        abandoned.abandon()
        #expect(abandoned.wait() == nil)
        #expect(Promise<Int>().wait(seconds: 0.01) == nil)
    }
}
