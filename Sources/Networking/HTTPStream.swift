internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// An answer that goes on: bytes are sent to one client, from any thread, until somebody has enough.
///
/// Made by ``HTTPReply/stream(_:capacity:)``. What is sent waits in memory until the client takes it, up to a
/// capacity, so that a slow client costs a bounded amount. Let go, it goes on until the client or the server ends.
///
/// `@unchecked`: everything that changes is behind `state`; libmicrohttpd allows `resume` on any thread.
public final class HTTPStream: @unchecked Sendable {
    private struct Connection: @unchecked Sendable {  // MHD allows `resume` on any thread, once.
        let handle: OpaquePointer
    }

    private struct State {
        /// What waits, the oldest first; `taken` bytes of the first piece are gone.
        var pieces: [[UInt8]] = []
        var next = 0
        var taken = 0
        var pending = 0
        /// Nothing more is taken in; what waits is still sent.
        var isClosed = false
        /// What waits is not wanted: the client is gone.
        var isAbandoned = false
        /// The connection is done with it.
        var isOver = false
        /// There while the connection is suspended: whoever brings something resumes it.
        var suspended: Connection?
        var closers: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// The most bytes that wait for the client.
    public let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Sends bytes; never waits.
    ///
    /// - Returns: `false` when nothing was taken: the stream is closed, or so much waits already that these bytes would
    ///   pass the capacity. A piece that is larger than the capacity is taken when nothing else waits.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            guard !bytes.isEmpty else { return true }
            guard state.pending == 0 || state.pending + bytes.count <= capacity else { return false }
            state.pieces.append(bytes)
            state.pending += bytes.count
            Self.resume(&state)
            return true
        }
    }

    /// Bytes that wait for the client, those on their way in the system's buffers not counted.
    public var pending: Int { state.withLock { $0.pending } }

    /// Whether nothing can be sent any more.
    public var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Ends the answer when what waits is sent; may be called again.
    public func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            Self.resume(&state)
        }
    }

    /// Calls a body once, on any thread, when the answer is over: sent to its end, or the client is gone.
    ///
    /// Called at once when it is over already. The body must not wait.
    public func onClose(_ body: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            if !state.isOver { state.closers.append(body) }
            return state.isOver
        }
        if isOver { body() }
    }

    private static func resume(_ state: inout sending State) {
        guard let connection = state.suspended else { return }
        state.suspended = nil
        // Inside the lock: until it is free the loop thread cannot go on, and so the server cannot end.
        MHD_resume_connection(connection.handle)
    }
}

// MARK: - For the server

extension HTTPStream {
    /// The client is gone: what waits is dropped.
    func abandon() {
        state.withLock { state in
            state.isClosed = true
            state.isAbandoned = true
            Self.resume(&state)
        }
    }

    /// The connection is done with it.
    func end() {
        let closers = state.withLock { state -> [@Sendable () -> Void] in
            let closers = state.closers
            state = State()
            state.isClosed = true
            state.isOver = true
            return closers
        }
        for body in closers { body() }
    }

    /// Fills the room that the connection has, on its loop thread, and suspends it when nothing waits.
    private func read(_ connection: Connection, _ room: Room) -> Int {
        /// What libmicrohttpd calls END_OF_STREAM and END_WITH_ERROR; its macros are casts, which Swift does not see.
        let (ended, failed) = (-1, -2)
        return state.withLock { state in
            if state.isAbandoned { return failed }
            var filled = 0
            while state.next < state.pieces.count, filled < room.bytes.count {
                let piece = state.pieces[state.next]
                let count = min(piece.count - state.taken, room.bytes.count - filled)
                piece.withUnsafeBytes { bytes in
                    let part = UnsafeRawBufferPointer(rebasing: bytes[state.taken..<state.taken + count])
                    UnsafeMutableRawBufferPointer(rebasing: room.bytes[filled...]).copyMemory(from: part)
                }
                filled += count
                state.taken += count
                if state.taken == piece.count {
                    state.next += 1
                    state.taken = 0
                }
            }
            state.pending -= filled
            if state.next == state.pieces.count || state.next >= 64 {
                state.pieces.removeFirst(state.next)
                state.next = 0
            }
            guard filled == 0 else { return filled }
            if state.isClosed { return ended }
            // Inside the lock: nobody can resume what is not suspended yet.
            MHD_suspend_connection(connection.handle)
            state.suspended = connection
            return 0
        }
    }

    /// Where the next bytes go; belongs to the loop thread during one call.
    private struct Room: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer
    }

    /// What libmicrohttpd holds of a stream and its connection while it reads.
    private final class Reader {
        let stream: HTTPStream
        let connection: Connection

        init(_ stream: HTTPStream, _ connection: Connection) {
            self.stream = stream
            self.connection = connection
        }
    }

    /// An answer without a known length, whose body is this stream; `nil` when there is no memory.
    func response(on handle: OpaquePointer) -> OpaquePointer? {
        /// Bytes that are asked for at once.
        let block = 16 << 10
        let reader = Unmanaged.passRetained(Reader(self, Connection(handle: handle)))
        let response = MHD_create_response_from_callback(
            .max, block,
            { context, _, buffer, most in
                guard let context, let buffer else { return -2 }
                let reader = Unmanaged<Reader>.fromOpaque(context).takeUnretainedValue()
                let room = Room(bytes: UnsafeMutableRawBufferPointer(start: buffer, count: most))
                return reader.stream.read(reader.connection, room)
            }, reader.toOpaque(),
            { context in
                if let context { Unmanaged<Reader>.fromOpaque(context).release() }
            })
        if response == nil { reader.release() }
        return response
    }
}
