internal import Glibc

/// A bound UDP socket that takes packets, until its owner lets go.
///
/// One thread receives; ``stop()`` and ``dropped`` may be called from any.
public final class DatagramSocket: Sendable {
    /// Where it is bound; the port is the one that the system chose when 0 was asked for.
    public let address: Address
    private let descriptor: Int32
    private let doorbell: Doorbell

    /// The largest packet that there can be over UDP.
    static let mostBytes = 65_535
    /// Packets that are taken before the receiver has its turn.
    private static let batch = 1024
    /// Bytes of packets that the kernel is asked to hold; it gives less where `net.core.rmem_max` says so.
    private static let kernelBytes: Int32 = 4 << 20
    /// The option that tells the counters of a socket's memory, their number, and the place of the drops among them.
    ///
    /// - Source: Linux, `include/uapi/asm-generic/socket.h` and `include/uapi/linux/sock_diag.h`.
    private static let memoryOption: Int32 = 55, memoryCounters = 9, dropsPlace = 8

    /// Binds a socket; packets wait in the kernel from now on.
    ///
    /// - Throws: ``NetworkingError``.
    public init(_ address: Address) throws(NetworkingError) {
        doorbell = try Doorbell()
        let bound = try BoundSocket(address, SOCK_DGRAM)
        descriptor = bound.descriptor
        self.address = Address(host: address.host, port: bound.port)
        var bytes = Self.kernelBytes
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    /// Packets that the kernel dropped since the socket was bound, because nobody took them in time.
    public var dropped: Int {
        var counters = [UInt32](repeating: 0, count: Self.memoryCounters)
        var size = socklen_t(Self.memoryCounters * MemoryLayout<UInt32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, Self.memoryOption, &counters, &size) == 0 else { return 0 }
        return Int(counters[Self.dropsPlace])
    }

    /// Waits for packets and hands over those that are there, at most 1024.
    ///
    /// - Parameters:
    ///   - milliseconds: The longest wait.
    ///   - body: Called with each packet.
    /// - Returns: `false` once after ``stop()`` was called; what waited by then was handed over before.
    public func receive(waiting milliseconds: Int, _ body: ([UInt8]) -> Void) -> Bool {
        var waits = [doorbell.descriptor, descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        poll(&waits, UInt(waits.count), Int32(clamping: max(milliseconds, 0)))
        if waits[1].revents != 0 { take(body) }
        guard waits[0].revents != 0 else { return true }
        _ = doorbell.order()
        return false
    }

    /// Lets the receiver return, now or at its next call.
    public func stop() { doorbell.ring(.stop) }

    private func take(_ body: ([UInt8]) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: Self.mostBytes, alignment: 1) { buffer in
            for _ in 0..<Self.batch {
                let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                // An error of an earlier packet that was sent from here is none of this one; nothing is sent.
                guard count >= 0 else { return }
                body(Array(buffer[..<count]))
            }
        }
    }
}
