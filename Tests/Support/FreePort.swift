import Glibc

/// Ports of the loopback address that nobody uses.
public enum FreePort {
    /// Why there is none.
    public struct NotFound: Error {}

    /// A port that was free a moment ago.
    public static func next() throws -> Int {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { throw NotFound() }
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                guard bind(file, raw, length) == 0, getsockname(file, raw, &length) == 0 else {
                    throw NotFound()
                }
                return Int(UInt16(bigEndian: pointer.pointee.sin_port))
            }
        }
    }
}
