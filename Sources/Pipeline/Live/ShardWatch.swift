/// Which series of a shard somebody looks at, and what they are to see of the batch at hand.
struct ShardWatch {
    /// Counted within the shard.
    private var series: Set<UInt32> = []
    private var samples: [LiveSample] = []
    /// Where the values go.
    var publish: @Sendable ([LiveSample]) -> Void = { _ in }

    /// Whether anybody looks at anything: all that a batch costs when nobody does.
    var isWanted: Bool { !series.isEmpty }

    /// Whether somebody looks at a series.
    func contains(_ local: UInt32) -> Bool { series.contains(local) }

    /// Begins or ends to publish a series.
    mutating func set(_ local: Int, _ isWatched: Bool) {
        if isWatched {
            series.insert(UInt32(local))
        } else {
            series.remove(UInt32(local))
        }
    }

    /// Takes a value that was judged; without one, nothing.
    mutating func add(_ judged: JudgedValue?, of id: UInt32) {
        if let judged { samples.append(judged.sample(of: id)) }
    }

    /// Takes a value that is not judged at all.
    mutating func add(_ point: Shard.Arrival, of id: UInt32) {
        guard point.value.isFinite else { return }
        samples.append(
            LiveSample(
                series: id, time: point.time, value: point.value, score: nil, band: nil, isAnomaly: false))
    }

    /// Takes the steps that a point has ended.
    mutating func add(stepsOf full: FullSeries, of id: UInt32) {
        for judged in full.watched ?? [] { samples.append(judged.sample(of: id)) }
        full.watched = nil
    }

    /// Publishes what came of a batch.
    mutating func flush() {
        guard !samples.isEmpty else { return }
        publish(samples)
        samples = []
    }
}
