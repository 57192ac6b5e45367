public import Storage
import Synchronization
import TimeSeries

/// Who sends series: the labels that scraping sets, and senders of OTLP.
public struct Source: Sendable, Hashable {
    /// The label `job`; `nil` without one.
    public var job: String?
    /// The label `instance`; `nil` without one.
    public var instance: String?
}

extension Source {
    private static let jobName = Array("job".utf8)
    private static let instanceName = Array("instance".utf8)

    /// Who sends a series.
    ///
    /// - Parameter labels: In their canonical byte form.
    init(encoded labels: [UInt8]) {
        job = Labels.value(of: Self.jobName, in: labels)
        instance = Labels.value(of: Self.instanceName, in: labels)
    }
}

/// How far in event time one source of points is.
public struct Watermark: Sendable, Equatable {
    /// Who sends.
    public var source: Source
    /// How many series it has sent.
    public var series: Int
    /// The time of the newest point of all of them, milliseconds since 1970; `nil` when that is not known.
    public var newest: Int64?
}

/// The sources of all series, found as they are asked for.
struct SourceTable {
    private(set) var watermarks: [Watermark] = []
    /// Series of sources beyond the most that are told apart.
    private(set) var leftOut = 0
    /// The source of each series by number; -1 for one that is left out.
    private var sources: [Int32] = []
    private var places: [Source: Int32] = [:]

    /// Sources beyond so many are not told apart.
    static let most = 10_000

    /// How many series are known.
    var count: Int { sources.count }

    /// Takes in the next series.
    mutating func add(_ source: Source) {
        var place = places[source]
        if place == nil, watermarks.count < Self.most {
            place = Int32(watermarks.count)
            places[source] = place
            watermarks.append(Watermark(source: source, series: 0, newest: nil))
        }
        sources.append(place ?? -1)
        if let place { watermarks[Int(place)].series += 1 } else { leftOut += 1 }
    }

    /// Notes the newest point of a series; a watermark never goes back.
    mutating func note(_ time: Int64, of series: UInt32) {
        guard series < sources.count, sources[Int(series)] >= 0, time > .min else { return }
        let place = Int(sources[Int(series)])
        watermarks[place].newest = max(watermarks[place].newest ?? .min, time)
    }

    /// The series of sources of which no point is in memory, at most so many.
    func unknown(most: Int) -> [UInt32] {
        let found = sources.indices.lazy.filter { place in
            sources[place] >= 0 && watermarks[Int(sources[place])].newest == nil
        }
        return found.prefix(most).map { UInt32($0) }
    }
}

extension Shard {
    /// The time of the newest point of each series in memory.
    func newestTimes() -> [(series: UInt32, time: Int64)] {
        slots.compactMap { slot in slot < 0 ? nil : (owner(of: Int(slot)), lastAccepted[Int(slot)]) }
    }
}

extension Monitor {
    /// So many series that are not in memory are looked up at once.
    private static let mostLookedUp = 10_000
    /// The index is not held for longer than it takes to copy the labels of so many series: whoever ingests waits for it.
    private static let atOnce = 512

    /// How far each source is of which a point is in memory or was when somebody asked, in the order in which they came;
    /// and how many series belong to sources beyond the first 10,000.
    ///
    /// A watermark is computed when it is asked for: points cost nothing for it.
    ///
    /// - Parameter patience: Seconds to wait for the shards; without end when `nil`.
    /// - Returns: `nil` when a shard does not answer in time.
    /// - Complexity: O(series), a few nanoseconds each; some more for those that are new.
    public func watermarks(patience: Double? = nil) -> (sources: [Watermark], leftOut: Int)? {
        let promises = shards.map { shard in
            let promise = Promise<[(series: UInt32, time: Int64)]>()
            if !shard.mailbox.put(.task { promise.fulfil($0.newestTimes()) }, weight: 0) {
                promise.abandon()
            }
            return promise
        }
        var times: [(series: UInt32, time: Int64)] = []
        for promise in promises {
            guard let some = promise.wait(seconds: patience) else { return nil }
            times += some
        }
        return sources.withLock { table in
            while true {
                let known = table.count
                let labels = core.withLock { core in
                    (known..<min(known + Self.atOnce, core.index.count)).map {
                        core.index.encoded(UInt32($0))
                    }
                }
                guard !labels.isEmpty else { break }
                for one in labels { table.add(Source(encoded: one)) }
            }
            for (series, time) in times { table.note(time, of: series) }
            return (table.watermarks, table.leftOut)
        }
    }

    /// The same of all sources: those that are not in memory are looked up in the store.
    ///
    /// - Throws: ``StorageError`` when the last point of a series cannot be read.
    public func storedWatermarks() throws(StorageError) -> (sources: [Watermark], leftOut: Int)? {
        guard watermarks() != nil else { return nil }
        let unknown = sources.withLock { $0.unknown(most: Self.mostLookedUp) }
        var found: [(series: UInt32, time: Int64)] = []
        for series in unknown {
            if let last = try store.lastChunk(of: series)?.last { found.append((series, last)) }
        }
        return sources.withLock { table in
            for (series, time) in found { table.note(time, of: series) }
            return (table.watermarks, table.leftOut)
        }
    }
}
