internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// What we know of one connection, from its first to its last callback.
final class HTTPConnection: Sendable {
    enum Phase: UInt8, AtomicRepresentable {
        /// Idle, or a request is arriving: the deadline runs.
        case receiving
        /// A whole request has arrived and its answer is not sent.
        case answering
        /// The deadline has passed.
        case expired
    }

    let socket: Int32
    let phase = Atomic(Phase.receiving)
    /// When it was last known that no byte of the next request had arrived, and how many bytes had come by then.
    private let idle: Mutex<(at: UInt64, bytes: UInt64)>
    /// Whether the client is still sending what nobody will read.
    let lingers = Atomic(false)
    /// The request that is being read or answered.
    let exchange = Mutex<HTTPExchange?>(nil)

    init(socket: Int32) {
        self.socket = socket
        idle = Mutex((monotonicNanoseconds(), 0))
    }

    /// A request is through, and the deadline of the next has not begun.
    func becomeIdle() {
        let bytes = transport().bytesReceived
        idle.withLock { $0 = (monotonicNanoseconds(), bytes) }
        _ = phase.compareExchange(expected: .answering, desired: .receiving, ordering: .acquiringAndReleasing)
    }

    /// What is to be done with a connection on which a request may be arriving.
    enum Verdict {
        case patience, deadlineMissed, abandoned
    }

    /// - Parameters:
    ///   - deadline: How long a request may take to arrive, in nanoseconds.
    ///   - pause: How long a client that will send no more is given, in nanoseconds.
    func verdict(deadline: UInt64, pause: UInt64) -> Verdict {
        let transport = transport()
        return idle.withLock { idle in
            let now = monotonicNanoseconds()
            let age = now - min(now, idle.at)
            // libmicrohttpd 0.9.75 does not see the end of a stream that comes with the last bytes: its epoll is
            // edge-triggered, and it takes a short read for the last.
            if transport.isHalfClosed, age > pause, unreadBytes() == 0 { return .abandoned }
            if transport.bytesReceived != idle.bytes { return age > deadline ? .deadlineMissed : .patience }
            if !transport.isHalfClosed { idle.at = now }
            return .patience
        }
    }

    /// The stream that is being answered, if its client is gone: libmicrohttpd does not look at a suspended connection.
    var desertedStream: HTTPStream? {
        guard let stream = exchange.withLock({ $0?.stream }), transport().isGone else { return nil }
        return stream
    }

    private func unreadBytes() -> Int32 {
        var count: Int32 = 0
        return ioctl(socket, UInt(FIONREAD), &count) == 0 ? count : 0
    }

    /// All bytes that the client has sent so far, whether it has said that it will send no more, and whether that or
    /// the loss of the connection makes it useless to stream to it.
    private func transport() -> (bytesReceived: UInt64, isHalfClosed: Bool, isGone: Bool) {
        // The C library's `tcp_info` ends before the kernel's, whose layout is fixed.
        let bytesOffset = 128
        return withUnsafeTemporaryAllocation(byteCount: bytesOffset + 8, alignment: 8) { info in
            var length = socklen_t(info.count)
            guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, info.baseAddress, &length) == 0,
                Int(length) == info.count
            else { return (0, false, false) }
            let isHalfClosed = Int(info[0]) == Int(TCP_CLOSE_WAIT)
            let isGone = isHalfClosed || Int(info[0]) == Int(TCP_CLOSE)
            return (info.load(fromByteOffset: bytesOffset, as: UInt64.self), isHalfClosed, isGone)
        }
    }
}

/// All open connections.
///
/// Its lock is also what keeps a socket's number from being reused while it is worked on: libmicrohttpd closes a
/// socket only after the callback that removes the connection.
final class HTTPConnections: Sendable {
    private let all = Mutex<[ObjectIdentifier: HTTPConnection]>([:])

    func insert(_ connection: HTTPConnection) {
        all.withLock { $0[ObjectIdentifier(connection)] = connection }
    }

    func remove(_ connection: HTTPConnection) {
        all.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    /// Ends the connections whose client has not delivered a request in time, or has gone.
    ///
    /// - Parameters:
    ///   - deadline: In nanoseconds.
    ///   - pause: Since the last look, in nanoseconds.
    ///   - notice: The bytes that late clients are told.
    /// - Returns: How many were late.
    func expire(after deadline: UInt64, pause: UInt64, notice: [UInt8]) -> Int {
        var deserted: [HTTPStream] = []
        defer { for stream in deserted { stream.abandon() } }
        return all.withLock { all in
            var late = 0
            for connection in all.values {
                guard connection.phase.load(ordering: .acquiring) == .receiving else {
                    if let stream = connection.desertedStream { deserted.append(stream) }
                    continue
                }
                let verdict = connection.verdict(deadline: deadline, pause: pause)
                guard verdict != .patience else { continue }
                let (isExpired, _) = connection.phase.compareExchange(
                    expected: .receiving, desired: .expired, ordering: .acquiringAndReleasing)
                guard isExpired else { continue }
                if verdict == .deadlineMissed {
                    send(connection.socket, notice, notice.count, Int32(MSG_NOSIGNAL))
                    late += 1
                }
                shutdown(connection.socket, Int32(SHUT_RDWR))
            }
            return late
        }
    }

    /// Ends all streams, each when what it was told is sent.
    func endStreams() {
        let streams = all.withLock { all in all.values.compactMap { $0.exchange.withLock { $0?.stream } } }
        for stream in streams { stream.close() }
    }

    /// Answers 503 to all requests that still wait for their handler.
    func refuseWaiting() {
        let waiting = all.withLock { all in all.values.compactMap { $0.exchange.withLock { $0 } } }
        for exchange in waiting {
            exchange.answer(exchange.failure(503, "The server is stopping."))
        }
    }
}
