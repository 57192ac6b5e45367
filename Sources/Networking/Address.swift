internal import Glibc

/// A host and a port.
public struct Address: Equatable, Hashable, Sendable {
    /// A numeric address or a name; IPv6 without brackets.
    public var host: String
    /// 0 … 65535; 0 lets the system choose.
    public var port: Int

    /// A host and a port as they are.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, with IPv6 hosts in brackets, as `[::1]:8720`.
    public init(parsing text: String) throws(AddressError) {
        guard !text.isEmpty else { throw .empty }
        guard let colon = text.lastIndex(of: ":"), text.last != "]" else { throw .portMissing(text) }
        var host = text[..<colon]
        if host.first == "[", host.last == "]", host.count > 2 {
            host = host.dropFirst().dropLast()
            guard Self.bytes(of: String(host), AF_INET6, 16) != nil else {
                throw .hostMalformed(String(host))
            }
        } else if host.contains(":") {
            throw .bracketsMissing(text)
        }
        guard !host.isEmpty else { throw .hostMissing(text) }
        guard host.unicodeScalars.allSatisfy(Self.isHost) else { throw .hostMalformed(String(host)) }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty else { throw .portMissing(text) }
        guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = Int(digits), port <= 65535
        else {
            throw .portMalformed(String(digits))
        }
        self.init(host: String(host), port: port)
    }

    /// Whether only this machine can reach it: 127.0.0.0/8, also as mapped into IPv6, ::1 and "localhost".
    public var isLoopback: Bool {
        if host.lowercased() == "localhost" { return true }
        if let bytes = Self.bytes(of: host, AF_INET, 4) { return bytes[0] == 127 }
        guard let bytes = Self.bytes(of: host, AF_INET6, 16) else { return false }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes[12] == 127
        }
        return bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// What may stand in a name or a numeric address, with its zone.
    private static func isHost(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_", ":", "%": true
        default: false
        }
    }

    /// The bytes of a numeric address of a family, in network order.
    private static func bytes(of host: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        let numeric = host.prefix { $0 != "%" }  // without the zone of a link-local address
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, String(numeric), &bytes) == 1 ? bytes : nil
    }
}

extension Address: CustomStringConvertible {
    /// The form that ``init(parsing:)`` reads.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// Why a text is no address.
public enum AddressError: Error, Equatable, Sendable {
    /// There is no text.
    case empty
    /// Nothing stands before the colon.
    case hostMissing(String)
    /// The host is neither a name nor a numeric address.
    case hostMalformed(String)
    /// A host with colons is not in brackets.
    case bracketsMissing(String)
    /// Nothing stands after the host.
    case portMissing(String)
    /// The port is no number from 0 to 65535.
    case portMalformed(String)
}

extension AddressError: CustomStringConvertible {
    /// A sentence with the remedy.
    public var description: String {
        switch self {
        case .empty: "the address is empty; write HOST:PORT, as 127.0.0.1:8720"
        case .hostMissing(let text):
            "\"\(text)\" has no host; write 127.0.0.1\(text) for this machine alone, 0.0.0.0\(text) for every interface"
        case .hostMalformed(let host): "\"\(host)\" is no host"
        case .bracketsMissing(let text): "\"\(text)\": an IPv6 address needs brackets, as [::1]:8720"
        case .portMissing(let text): "\"\(text)\" has no port; write HOST:PORT, as 127.0.0.1:8720"
        case .portMalformed(let port): "\"\(port)\" is no port; it is a number from 0 to 65535"
        }
    }
}
