internal import Glibc

/// A bound TCP socket that listens, until its owner lets go.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    /// The bound port.
    let port: Int

    /// Connections that the kernel holds until they are accepted.
    private static let backlog: Int32 = 1024

    init(_ address: Address) throws(NetworkingError) {
        let bound = try BoundSocket(address, SOCK_STREAM)
        guard listen(bound.descriptor, Self.backlog) == 0 else {
            let error = errno == EADDRINUSE ? NetworkingError.addressInUse(address) : .last("listen")
            close(bound.descriptor)
            throw error
        }
        descriptor = bound.descriptor
        port = bound.port
    }

    deinit { close(descriptor) }
}

/// A socket with an address of its own, which does not block; whoever has it closes it.
struct BoundSocket {
    let descriptor: Int32
    /// The bound port.
    let port: Int

    /// - Parameter type: For connections or for packets.
    init(_ address: Address, _ type: __socket_type) throws(NetworkingError) {
        guard let bound = Self.resolve(address, type) else { throw .hostNotNumeric(address.host) }
        let descriptor = socket(
            Int32(bound.storage.ss_family),
            Int32(type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw .last("socket") }
        do throws(NetworkingError) {
            if type == SOCK_STREAM {
                var yes: Int32 = 1
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            }
            let result = bound.withAddress { bind(descriptor, $0, $1) }
            guard result == 0 else {
                switch errno {
                case EADDRINUSE: throw NetworkingError.addressInUse(address)
                case EACCES, EPERM: throw NetworkingError.addressNotPermitted(address)
                case EADDRNOTAVAIL: throw NetworkingError.addressNotAvailable(address)
                default: throw NetworkingError.last("bind")
                }
            }
            port = try Self.port(of: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// The socket address of a numeric host.
    private static func resolve(_ address: Address, _ type: __socket_type) -> SocketAddress? {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(type.rawValue)
        let host = address.host.lowercased() == "localhost" ? "127.0.0.1" : address.host
        var found: UnsafeMutablePointer<addrinfo>?
        guard !host.isEmpty, getaddrinfo(host, String(address.port), &hints, &found) == 0, let found else {
            return nil
        }
        defer { freeaddrinfo(found) }
        return SocketAddress(copying: found.pointee.ai_addr, length: found.pointee.ai_addrlen)
    }

    private static func port(of descriptor: Int32) throws(NetworkingError) -> Int {
        var address = SocketAddress()
        guard address.withMutableAddress({ getsockname(descriptor, $0, $1) }) == 0 else {
            throw .last("getsockname")
        }
        return address.port
    }
}

/// A socket address of any family.
struct SocketAddress {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    init() {}

    init?(copying address: UnsafeMutablePointer<sockaddr>?, length: socklen_t) {
        guard let address, Int(length) <= MemoryLayout<sockaddr_storage>.size else { return nil }
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
        }
        self.length = length
    }

    /// The port, which stands at the same place in both families.
    var port: Int {
        withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    func withAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        withUnsafePointer(to: storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    mutating func withMutableAddress<R>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> R
    ) -> R {
        withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                withUnsafeMutablePointer(to: &length) { body(address, $0) }
            }
        }
    }
}
