internal import Ingest
internal import Synchronization
internal import TimeSeries

/// What is remembered of the senders of OTLP, for all requests of a service.
///
/// A request that is answered with 503 has left its traces here already; what comes again is known by its times and
/// counted once.
final class OTLPSenders: Sendable {
    private struct State {
        var memory = OTLPMemory()
        /// Steady nanoseconds at which series were last forgotten.
        var swept: UInt64
    }

    private let state: Mutex<State>

    /// Nanoseconds between two times of forgetting, each a pass over all that is remembered.
    private static let sweepNanoseconds: UInt64 = 600_000_000_000
    /// A series that sent nothing for so long is forgotten, in milliseconds: an hour, for which a sender of one point a
    /// minute may be cut off.
    private static let idleMilliseconds: Int64 = 3_600_000

    /// - Parameter begun: Now, in nanoseconds of the steady clock.
    init(begun: UInt64) {
        state = Mutex(State(swept: begun))
    }

    /// Reads a request, one at a time.
    ///
    /// - Throws: `DecodeError` when the framing is lost.
    func decode(
        _ body: [UInt8], as encoding: OTLPMetrics.Encoding, at now: Timestamp, steady: UInt64
    ) throws(DecodeError) -> DecodedPoints {
        try state.withLock { state throws(DecodeError) in
            if steady >= state.swept &+ Self.sweepNanoseconds {
                state.memory.forget(
                    before: Timestamp(milliseconds: now.milliseconds - Self.idleMilliseconds))
                state.swept = steady
            }
            return try OTLPMetrics.decode(body, as: encoding, memory: &state.memory)
        }
    }
}
