internal import Glibc
internal import Synchronization

/// The thread at the door: accepts connections, ends those that dawdle, and reads away what late senders still send.
final class HTTPDoorman: Sendable {
    private let doorbell: Doorbell
    private let thread: Mutex<SystemThread?>

    init(_ core: HTTPCore, _ daemon: HTTPDaemon, _ socket: ListeningSocket) throws(NetworkingError) {
        doorbell = core.doorbell
        let rounds = Rounds(core, daemon, socket)
        thread = Mutex(try SystemThread(stackBytes: 256 << 10) { rounds.run() })
    }

    /// Accepts what waits already, then nothing more.
    func stopAccepting() { doorbell.ring(.stopAccepting) }

    /// Ends the thread and waits for it.
    func stop() {
        thread.withLock { thread in
            guard let running = thread else { return }
            doorbell.ring(.stop)
            running.join()
            thread = nil
        }
    }
}

/// What the doorman does, again and again.
private final class Rounds: @unchecked Sendable {  // Variables are touched by the doorman's thread alone.
    private let core: HTTPCore
    private let daemon: HTTPDaemon
    /// `nil` once nothing more is accepted.
    private var listener: ListeningSocket?
    private var lingering: [Lingering] = []
    private var acceptsAgainAt: UInt64 = 0

    private struct Lingering {
        var socket: Int32
        var end: UInt64
        var bytesLeft: Int
    }

    /// How long and how much is read of a body that was refused, so that the answer is not lost to a reset.
    private static let lingerNanoseconds: UInt64 = 2_000_000_000
    private static let lingerBytes = 64 << 20
    private static let lingerSockets = 256
    /// How long accepting pauses when the process has no descriptor left.
    private static let pauseNanoseconds: UInt64 = 100_000_000

    init(_ core: HTTPCore, _ daemon: HTTPDaemon, _ listener: ListeningSocket) {
        self.core = core
        self.daemon = daemon
        self.listener = listener
    }

    func run() {
        let deadline = UInt64(max(core.configuration.requestDeadline, 0.001) * 1e9)
        // An eighth of the deadline is how late a dawdler may be noticed.
        let interval = min(max(deadline / 8, 10_000_000), 1_000_000_000)
        let notice = HTTPExchange.wire(
            core.handler.failure(
                status: 408,
                detail: "The request was not complete within \(core.configuration.requestDeadline) s.",
                request: nil))
        var nextSweep = monotonicNanoseconds() + interval
        while true {
            let now = monotonicNanoseconds()
            if now >= nextSweep {
                let count = core.connections.expire(after: deadline, pause: interval, notice: notice)
                core.deadlinesMissed.add(count, ordering: .relaxed)
                nextSweep = now + interval
            }
            guard wait(until: nextSweep) else { break }
        }
        listener = nil
        for closing in lingering { close(closing.socket) }
    }

    /// Sleeps until something happens and sees to it; `false` when that was the order to stop.
    private func wait(until end: UInt64) -> Bool {
        adoptLingering()
        let now = monotonicNanoseconds()
        let hasRoom = core.openConnections.load(ordering: .relaxed) < core.configuration.maximumConnections
        let accepts = hasRoom && now >= acceptsAgainAt
        let door = accepts ? listener?.descriptor : nil
        var descriptors = [core.doorbell.descriptor, door ?? -1].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        descriptors += lingering.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        // Nobody tells when there is room again.
        let patience = accepts || listener == nil ? end : min(end, now + 20_000_000)
        let milliseconds = patience <= now ? 0 : (patience - now + 999_999) / 1_000_000
        poll(&descriptors, UInt(descriptors.count), Int32(milliseconds))
        for (index, descriptor) in descriptors.enumerated().dropFirst(2) where descriptor.revents != 0 {
            readAway(index - 2)
        }
        expireLingering()
        if descriptors[1].revents != 0 { accept() }
        return descriptors[0].revents == 0 || obey()
    }

    private func obey() -> Bool {
        switch core.doorbell.order() {
        case .stop: return false
        case .stopAccepting:
            accept()
            listener = nil
            return true
        case .look, nil: return true
        }
    }

    private func accept() {
        /// Connections taken before other work has its turn.
        let batch = 256
        for _ in 0..<batch {
            guard let door = listener?.descriptor,
                core.openConnections.load(ordering: .relaxed) < core.configuration.maximumConnections
            else { return }
            var peer = SocketAddress()
            let socket = peer.withMutableAddress { Glibc.accept(door, $0, $1) }
            guard socket >= 0 else {
                switch errno {
                case EINTR, ECONNABORTED: continue
                case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                    acceptsAgainAt = monotonicNanoseconds() + Self.pauseNanoseconds
                    return
                default: return
                }
            }
            _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
            core.openConnections.add(1, ordering: .relaxed)
            if !peer.withAddress({ daemon.add(socket, $0, $1) }) {
                core.openConnections.subtract(1, ordering: .relaxed)
            }
        }
    }
}

/// How other threads get the doorman's attention: a pipe.
final class Doorbell: Sendable {
    enum Order: UInt8 {
        /// There is something new to look after.
        case look = 1
        /// Accept what waits, then nothing more.
        case stopAccepting
        /// End.
        case stop
    }

    /// Readable when there is an order.
    let descriptor: Int32
    private let writer: Int32

    init() throws(NetworkingError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .last("pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        descriptor = ends[0]
        writer = ends[1]
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    func ring(_ order: Order) {
        var byte = order.rawValue
        _ = write(writer, &byte, 1)
    }

    /// The oldest order; waits for one.
    func order() -> Order? {
        var byte: UInt8 = 0
        return read(descriptor, &byte, 1) == 1 ? Order(rawValue: byte) : nil
    }
}

// MARK: - Lingering

extension Rounds {
    private func adoptLingering() {
        let new = core.takeLingering()
        let end = monotonicNanoseconds() + Self.lingerNanoseconds
        for socket in new {
            if lingering.count < Self.lingerSockets {
                lingering.append(Lingering(socket: socket, end: end, bytesLeft: Self.lingerBytes))
            } else {
                close(socket)
            }
        }
    }

    private func readAway(_ index: Int) {
        /// Bytes read before other work has its turn.
        let turn = 1 << 20
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            var left = min(turn, lingering[index].bytesLeft)
            while left > 0 {
                let count = recv(
                    lingering[index].socket, buffer.baseAddress, buffer.count, 0)
                if count < 0, errno == EAGAIN || errno == EINTR { return }
                guard count > 0 else {
                    lingering[index].end = 0
                    return
                }
                left -= count
                lingering[index].bytesLeft -= count
            }
            if lingering[index].bytesLeft <= 0 { lingering[index].end = 0 }
        }
    }

    private func expireLingering() {
        guard !lingering.isEmpty else { return }
        let now = monotonicNanoseconds()
        lingering.removeAll { closing in
            guard closing.end <= now else { return false }
            close(closing.socket)
            return true
        }
    }
}
