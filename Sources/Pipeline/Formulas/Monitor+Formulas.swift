import Query
import Storage
import Synchronization
import TimeSeries

extension Monitor {
    /// The series of some numbers that a selector matches. O(numbers).
    func series(matching selector: Selector, in numbers: Range<Int>) -> [FormulaSeries] {
        var found: [FormulaSeries] = []
        // Senders wait while the index is read, so that it is read in parts.
        for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: Self.askedAtOnce) {
            let part = first..<min(first + Self.askedAtOnce, numbers.upperBound)
            found += core.withLock { core in
                part.compactMap { place in
                    let id = UInt32(place)
                    guard core.index.withText(id, { selector.matches(encoded: $0) }) else { return nil }
                    return FormulaSeries(id: id, labels: core.index.labels(of: id))
                }
            }
        }
        return found
    }

    /// About a millisecond's work.
    static let askedAtOnce = 4_096

    /// How many series there are.
    var seriesCount: Int { core.withLock { $0.index.count } }

    /// The number of the series with these labels; `nil` when there is none.
    func number(of labels: Labels) -> UInt32? {
        let encoded = labels.encoded
        return core.withLock { core in encoded.withUnsafeBytes { core.index.find($0) } }
    }

    /// The times of the last points of those of some series that are in memory: one letter to each shard.
    ///
    /// - Returns: `nil` when the monitor has stopped.
    func lastTimesInMemory(of series: Set<UInt32>) -> [UInt32: Int64]? {
        let promises = shards.map { shard in
            let promise = Promise<[UInt32: Int64]>()
            let isAsked = shard.mailbox.put(.task { promise.fulfil($0.lastTimes(of: series)) })
            if !isAsked { promise.abandon() }
            return promise
        }
        var times: [UInt32: Int64] = [:]
        for promise in promises {
            guard let answer = promise.wait() else { return nil }
            times.merge(answer) { $1 }
        }
        return times
    }

    /// The points of a series in some times, and the one before them where there is one.
    func pointsWithOneBefore(
        of series: UInt32, in times: ClosedRange<Int64>
    ) throws(StorageError) -> PointColumns {
        // Most series have a point within minutes; further back is looked only where none is found.
        for back in Self.looksBack where times.lowerBound > .min + back {
            let found = try points(of: series, in: (times.lowerBound - back)...times.upperBound)
            if let first = found.times.first, first < times.lowerBound { return found }
        }
        return try points(of: series, in: Int64.min...times.upperBound)
    }

    /// An hour and a month, in milliseconds.
    private static let looksBack: [Int64] = [3_600_000, 30 * Step.millisecondsInDay]
}

extension Shard {
    /// The times of the last points of those series that are in memory and have one.
    func lastTimes(of series: Set<UInt32>) -> [UInt32: Int64] {
        var times: [UInt32: Int64] = [:]
        for id in series where Int(id) % shards == place && local(id) < slots.count {
            // What waits for it in the journal is newer than what the store would tell.
            if unread.holds(local(id)) { _ = slot(local(id)) }
            let slot = slots[local(id)]
            if slot >= 0, lastAccepted[Int(slot)] > .min { times[id] = lastAccepted[Int(slot)] }
        }
        return times
    }
}
