import Alerting
import Storage
import Synchronization

extension Monitor {
    /// How often the shards are asked for silences, in nanoseconds.
    static let lookForSilenceEvery: UInt64 = 1_000_000_000
    /// How long the desk waits for the newest values of a series, in seconds; a message is sent without them then.
    private static let patience = 0.5

    /// Asks shards for the newest values of series; only while their threads run, and never for long.
    ///
    /// It does not keep the shards alive, which keep those alive who ask.
    static func recentValues(
        _ shards: [Shard], _ isRunning: Flag
    ) -> @Sendable (_ series: UInt32, _ count: Int) -> [Double] {
        let asks = shards.map { shard in
            { @Sendable [weak shard] (series: UInt32, count: Int) -> [Double] in
                let promise = Promise<[Double]>()
                let isAsked = shard?.mailbox.put(
                    .task { promise.fulfil($0.recent(series, count)) }, weight: 0)
                return isAsked == true ? promise.wait(seconds: patience) ?? [] : []
            }
        }
        return { series, count in
            guard isRunning.value.load(ordering: .acquiring) else { return [] }
            return asks[Int(series) % asks.count](series, count)
        }
    }

    /// Something that becomes true once.
    final class Flag: Sendable {
        let value = Atomic(false)
    }

    /// Tells who is told which stretches go on, after a start.
    static func reconcile(_ shards: [Shard], _ sink: VerdictSink) throws(StorageError) {
        var standing = Standing()
        for shard in shards {
            shard.flush()
            standing.add(try shard.standing())
        }
        sink.reconcile(standing)
    }

    /// Lets every shard look for series that have been silent for too long.
    ///
    /// Points that wait come first, since they end a silence; nobody looks while no point can be accepted.
    func lookForSilence() {
        guard isListening.load(ordering: .relaxed), lastingFailure == nil else { return }
        for shard in shards where !shard.isLookWaiting.exchange(true, ordering: .acquiringAndReleasing) {
            shard.mailbox.put(
                .task { shard in
                    shard.isLookWaiting.store(false, ordering: .releasing)
                    shard.lookForSilence()
                }, weight: 0)
        }
    }
}
