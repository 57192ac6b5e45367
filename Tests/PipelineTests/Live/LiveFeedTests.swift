import Alerting
import Synchronization
import Testing
import TimeSeries

@testable import Pipeline

/// A feed on a clock that a test moves, and the orders that its shards got.
private final class Desk: Sendable {
    let world = World()
    let orders = Mutex<[String]>([])

    func feed(events: Int = 100, bytes: Int = 1 << 20, boot: String = "run") -> LiveFeed {
        var limits = LiveFeed.Limits()
        limits.events = events
        limits.bytes = bytes
        return LiveFeed(boot: boot, limits: limits, steady: world.surroundings().steady) {
            series, isWatched in
            self.orders.withLock { $0.append("\(isWatched ? "+" : "-")\(series)") }
        }
    }
}

private func sample(_ series: UInt32, _ time: Int64) -> LiveSample {
    LiveSample(series: series, time: time, value: 1, score: nil, band: nil, isAnomaly: false)
}

extension LiveReading {
    fileprivate var times: [Int64] {
        events.compactMap { event in
            if case .sample(let sample) = event.content { return sample.time }
            return nil
        }
    }
}

@Suite struct LiveFeedTests {
    @Test func `a follower hears of its series and topics alone, in order`() {
        let feed = Desk().feed()
        var (follower, isResumed) = feed.follow([1, 2], [.incidents])
        feed.publish([sample(1, 10), sample(3, 11), sample(2, 12)])
        feed.publish(event: ChangeEvent(title: "deploy", text: "", starts: 0, ends: 0, labels: .none))
        feed.publish(
            incident: Incident(
                id: 7, state: .open, kind: .manual, severity: .error, title: "", opened: 0, started: 0))
        let reading = feed.read(&follower)
        #expect(!isResumed && reading.gap == nil && reading.times == [10, 12] && reading.events.count == 3)
        #expect(reading.events.map(\.sequence) == [1, 3, 5] && reading.at == 5)
        #expect(feed.read(&follower).events.isEmpty)
    }

    @Test func `a reading may be cut and goes on where it was`() {
        let feed = Desk().feed()
        var follower = feed.follow([1], []).follower
        feed.publish((0..<10).map { sample($0 % 2 == 0 ? 1 : 2, Int64($0)) })
        #expect(feed.read(&follower, most: 2).times == [0, 2])
        #expect(feed.read(&follower, most: 2).times == [4, 6])
        #expect(feed.read(&follower).times == [8])
    }

    @Test func `who comes back in time has missed nothing`() {
        let desk = Desk()
        let feed = desk.feed()
        var follower = feed.follow([1], []).follower
        feed.publish([sample(1, 10), sample(1, 11)])
        let heard = feed.read(&follower, most: 1)
        feed.leave(follower)
        desk.world.pass(seconds: 119)
        feed.publish([sample(1, 12)])
        var (again, isResumed) = feed.follow([1], [], after: feed.name(of: heard.at))
        #expect(isResumed && feed.read(&again).times == [11, 12])
        #expect(desk.orders.withLock { $0 } == ["+1"])
    }

    @Test func `who comes back after the watch has ended is told of a gap`() {
        let desk = Desk()
        let feed = desk.feed()
        var follower = feed.follow([1], []).follower
        feed.publish([sample(1, 10)])
        let name = feed.name(of: feed.read(&follower).at)
        feed.leave(follower)
        desk.world.pass(seconds: 121)
        feed.prune()
        #expect(desk.orders.withLock { $0 } == ["+1", "-1"] && feed.counts.watched == 0)
        feed.publish(event: ChangeEvent(title: "", text: "", starts: 0, ends: 0, labels: .none))
        var (again, isResumed) = feed.follow([1], [], after: name)
        #expect(!isResumed && feed.read(&again).gap == LiveGap(reason: .expired, dropped: 1))
        feed.publish([sample(1, 13)])
        #expect(feed.read(&again).times == [13] && feed.counts.gaps == 1)
    }

    @Test(arguments: ["other-3", "run-99", "run", "run--1", "run-x", "", "run-18446744073709551615"])
    func `a name of another run or of nothing is a gap`(name: String) {
        let feed = Desk().feed()
        let first = feed.follow([1], []).follower
        feed.publish((0..<5).map { sample(1, $0) })
        var (again, isResumed) = feed.follow([1], [], after: name)
        #expect(!isResumed && feed.read(&again).gap == LiveGap(reason: .expired, dropped: nil))
        feed.leave(first)
    }

    @Test func `who is away for longer than the ring reaches is told of a gap`() {
        let feed = Desk().feed(events: 10)
        let stays = feed.follow([1], []).follower
        feed.publish([sample(1, 0)])
        feed.publish((1...11).map { sample(1, $0) })
        #expect(feed.follow([1], [], after: "run-1").isResumed == false)
        var (again, isResumed) = feed.follow([1], [], after: "run-2")
        #expect(isResumed && feed.read(&again).times == Array(2...11))
        feed.leave(stays)
    }

    @Test func `who is too slow goes on with the latest`() {
        let feed = Desk().feed(events: 10)
        var follower = feed.follow([1], []).follower
        feed.publish((0..<15).map { sample(1, $0) })
        #expect(feed.read(&follower).gap == LiveGap(reason: .slow, dropped: 15))
        #expect(feed.read(&follower).events.isEmpty)
        feed.publish([sample(1, 15)])
        #expect(feed.read(&follower).times == [15])
    }

    @Test func `the ring holds no more than its bytes`() {
        var ring = LiveRing(mostEvents: 1_000, mostBytes: 10_000)
        let text = String(repeating: "x", count: 900)
        for _ in 0..<100 {
            ring.append(.change(ChangeEvent(title: "", text: text, starts: 0, ends: 0, labels: .none)))
            #expect(ring.bytes <= 10_000)
        }
        #expect(ring.count < 12 && ring.count > 3 && ring.next == 101)
        #expect(ring.suffix(from: ring.first).map(\.sequence) == Array(ring.first..<101))
        ring.append(
            .change(
                ChangeEvent(
                    title: "", text: String(repeating: "x", count: 20_000), starts: 0, ends: 0, labels: .none)
            ))
        #expect(ring.count == 1)
    }

    @Test func `of several followers the last one's leaving counts`() {
        let desk = Desk()
        let feed = desk.feed()
        let (a, b) = (feed.follow([1], []).follower, feed.follow([1, 2], []).follower)
        feed.leave(a)
        desk.world.pass(seconds: 500)
        feed.prune()
        #expect(desk.orders.withLock { $0 } == ["+1", "+2"])
        feed.leave(b)
        desk.world.pass(seconds: 121)
        feed.prune()
        #expect(Set(desk.orders.withLock { $0.suffix(2) }) == ["-1", "-2"])
    }

    @Test func `a wait ends when something is published`() {
        let feed = Desk().feed()
        feed.publish([sample(1, 0)])
        let time = ContinuousClock().measure { feed.wait(seconds: 30) }
        #expect(time < .seconds(10))
    }
}
