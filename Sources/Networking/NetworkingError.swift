internal import Glibc

/// Why a server could not be started.
public enum NetworkingError: Error, Equatable, Sendable {
    /// Another process listens there already.
    case addressInUse(Address)
    /// The process may not listen there, as on ports below 1024.
    case addressNotPermitted(Address)
    /// No interface of this machine has that address.
    case addressNotAvailable(Address)
    /// The host is a name; only numeric addresses and "localhost" are listened on.
    case hostNotNumeric(String)
    /// The system refused a call.
    case system(call: String, message: String)
    /// The HTTP library did not start.
    case serverNotStarted

    /// What the last failed call on this thread left.
    static func last(_ call: String) -> NetworkingError {
        .system(call: call, message: String(cString: strerror(errno)))
    }
}

extension NetworkingError: CustomStringConvertible {
    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .addressInUse(let address): "\(address) is in use by another process"
        case .addressNotPermitted(let address): "no permission to listen on \(address)"
        case .addressNotAvailable(let address): "\(address) is no address of this machine"
        case .hostNotNumeric(let host):
            "\"\(host)\" is no numeric address; write one as 127.0.0.1, 0.0.0.0 or ::1"
        case .system(let call, let message): "\(call): \(message)"
        case .serverNotStarted: "the HTTP server did not start"
        }
    }
}
