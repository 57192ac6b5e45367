import Synchronization
public import Storage

/// What became of the points of one request.
public struct IngestCounts: Sendable, Equatable {
    /// Newer than all before in their series: stored and scored.
    public var newest = 0
    /// Older than the newest of their series: stored, not scored.
    public var late = 0
    /// There already, with the same value.
    public var duplicates = 0
    /// There already, with another value: refused.
    public var conflicts = 0
    /// In the points of a series with several senders, and not stored alone.
    public var combined = 0
    /// One of the conflicts: its series and its time, milliseconds since 1970.
    public var conflict: Conflict?

    /// Where a value is stored that differs.
    public struct Conflict: Sendable, Equatable {
        /// The number of the series.
        public var series: UInt32
        /// Milliseconds since 1970.
        public var time: Int64
    }

    /// Nothing counted.
    public init() {}

    /// How many points are stored now, whether or not they were before.
    public var accepted: Int { newest + late + duplicates + combined }

    static func += (a: inout IngestCounts, b: IngestCounts) {
        a.newest += b.newest
        a.late += b.late
        a.duplicates += b.duplicates
        a.conflicts += b.conflicts
        a.combined += b.combined
        a.conflict = a.conflict ?? b.conflict
    }
}

/// Why a request was not acknowledged; nothing is lost when its sender comes again.
public enum IngestFailure: Error, Equatable, Sendable {
    /// The queues are full.
    case busy
    /// The points could not be made durable.
    case storage(StorageError)
    /// The service is stopping.
    case stopping
}

/// One request on its way: done when every part of it is.
final class Ticket: Sendable {
    private struct State {
        var missing: Int
        var counts = IngestCounts()
        var failure: IngestFailure?
    }

    private let state: Mutex<State>
    private let done: @Sendable (Result<IngestCounts, IngestFailure>) -> Void

    /// - Parameters:
    ///   - parts: How many times ``finish(_:)`` or ``fail(_:)`` will be called, at least once.
    ///   - done: Called once, by whoever is last.
    init(parts: Int, done: @escaping @Sendable (Result<IngestCounts, IngestFailure>) -> Void) {
        precondition(parts > 0, "\(parts) parts")
        state = Mutex(State(missing: parts))
        self.done = done
    }

    func finish(_ counts: IngestCounts = IngestCounts()) {
        end { $0.counts += counts }
    }

    func fail(_ failure: IngestFailure) {
        end { $0.failure = failure }
    }

    private func end(_ change: (inout sending State) -> Void) {
        let result: Result<IngestCounts, IngestFailure>? = state.withLock { state in
            change(&state)
            state.missing -= 1
            guard state.missing == 0 else { return nil }
            return state.failure.map { .failure($0) } ?? .success(state.counts)
        }
        if let result { done(result) }
    }
}
