import Storage

// What a shard is told and asked.

extension Shard {
    /// A point on its way: `series` counts within the shard.
    struct Arrival: BitwiseCopyable, Sendable {
        var series: UInt32
        var time: Int64
        var value: Double
    }

    /// A series that is new to the shard.
    struct Registration: Sendable {
        var id: UInt32
        var isCounter: Bool
        /// Whether it is scored at all: the service's own scores and metrics are not.
        var isScored: Bool
        /// Whether its scores are handed over as they come.
        var isExported = false
        /// See `StreamSeries.delay(of:)`.
        var delay = 0
        /// How a definition wants it judged; `nil` for the light tier.
        var policy: FullPolicy?
    }

    enum Letter: Sendable {
        case register([Registration])
        /// Points, and when they were received: nanoseconds of the steady clock.
        case points([Arrival], Ticket, received: UInt64)
        /// Reads some series for which points of the journal wait. The answer is whether there are more.
        case readUnread(Promise<Bool>)
        /// A checkpoint begins: what is not stored is marked. The answer is the number of series.
        case mark(isLast: Bool, Promise<Int>)
        /// Hands over what is marked, of some series by their numbers within the shard.
        case snapshot(Range<Int>, Promise<ShardSnapshot>)
        case settle
        case read(UInt32, Promise<SeriesHead.Held>)
        case report(Promise<ShardReport>)
        case control(@Sendable (Shard) -> Void)
        /// As `control`, of what neither asks of nor changes series of the light tier: their points may wait on.
        case task(@Sendable (Shard) -> Void)
    }

    /// Puts a question to the shard; one that has stopped leaves it unanswered at once.
    func ask<Answer>(_ letter: (Promise<Answer>) -> Letter) -> Promise<Answer> {
        let promise = Promise<Answer>()
        if !mailbox.put(letter(promise)) { promise.abandon() }
        return promise
    }
}
