import Glibc
import Synchronization
import TestSupport

/// A line to a port of this machine that can be cut: a forwarder of TCP connections.
final class CuttableLine: Sendable {
    /// Where it listens.
    let port: Int
    private let target: Int
    private let listener: Int32
    private let state = Mutex<(isCut: Bool, sockets: Set<Int32>)>((false, []))

    init(to target: Int) throws {
        self.target = target
        port = try FreePort.next()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let file = listener
        guard Self.withAddress(port, { bind(file, $0, $1) }) == 0, listen(file, 64) == 0 else {
            throw Browser.Failure(description: "port \(port) cannot be listened on")
        }
        Self.detach { [weak self] in
            while true {
                let near = accept(file, nil, nil)
                guard near >= 0, let self else { return }
                self.take(near)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        cut()
    }

    /// Ends every connection, and each new one at once.
    func cut() {
        state.withLock { (state: inout (isCut: Bool, sockets: Set<Int32>)) in
            state.isCut = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// Lets new connections through again.
    func mend() { state.withLock { $0.isCut = false } }

    private func take(_ near: Int32) {
        let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isOpen = state.withLock { state in
            guard !state.isCut, Self.withAddress(target, { connect(far, $0, $1) }) == 0 else { return false }
            state.sockets.formUnion([near, far])
            return true
        }
        guard isOpen else {
            close(near)
            close(far)
            return
        }
        Self.detach { self.pump(near, far) }
        Self.detach { self.pump(far, near) }
    }

    /// Sends on what comes until one side ends; descriptors stay open until then, so that no number is reused.
    private func pump(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0, send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
        let isLast = state.withLock { state in
            state.sockets.remove(from) == nil || !state.sockets.contains(to)
        }
        if isLast {
            close(from)
            close(to)
        }
    }

    private static func detach(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        pthread_detach(thread)
    }

    private static func withAddress(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// What a thread runs.
private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
