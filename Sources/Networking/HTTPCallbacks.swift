internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// What libmicrohttpd calls, on its loop threads; `context` is the ``HTTPCore``, which outlives the daemon.
///
/// Not in a main.swift, where closures would be taken to be of the main actor and trap.
enum HTTPCallbacks {
    private static func core(_ context: UnsafeMutableRawPointer) -> HTTPCore {
        Unmanaged<HTTPCore>.fromOpaque(context).takeUnretainedValue()
    }

    private static func connection(_ context: UnsafeMutableRawPointer) -> HTTPConnection {
        Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
    }

    /// A connection begins or ends; it is retained in between.
    static let connected: MHD_NotifyConnectionCallback = { context, handle, slot, event in
        guard let context, let handle, let slot else { return }
        let core = core(context)
        switch event {
        case .CONNECTION_NOTIFY_STARTED:
            let connection = HTTPConnection(socket: cmicrohttpd_socket(handle))
            slot.pointee = Unmanaged.passRetained(connection).toOpaque()
            core.connections.insert(connection)
        default:
            guard let stored = slot.pointee else { return }
            slot.pointee = nil
            let connection = Unmanaged<HTTPConnection>.fromOpaque(stored).takeRetainedValue()
            core.connections.remove(connection)
            core.openConnections.subtract(1, ordering: .relaxed)
            if connection.lingers.load(ordering: .relaxed) { core.linger(connection.socket) }
        }
    }

    /// The request line is read; what is returned comes back as `slot` of ``access`` and ``completed``.
    static let target:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
        ) -> UnsafeMutableRawPointer? = { context, uri, handle in
            guard let context, let handle, let stored = cmicrohttpd_context(handle) else { return nil }
            let core = core(context)
            let connection = connection(stored)
            let bytes = uri.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
            let exchange = HTTPExchange(core, connection, target: bytes)
            connection.exchange.withLock { $0 = exchange }
            core.requestsInFlight.add(1, ordering: .sequentiallyConsistent)
            return Unmanaged.passRetained(exchange).toOpaque()
        }

    /// Called once with the header, then with each piece of the body, and once more when there is no more.
    static let access: MHD_AccessHandlerCallback = { _, handle, _, method, version, piece, size, slot in
        guard let handle, let size, let stored = slot?.pointee else { return .NO }
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(stored).takeUnretainedValue()
        guard exchange.hasBegun else {
            let method = method.map { String(cString: $0) } ?? ""
            let isVersion11 = version.map { strcmp($0, "HTTP/1.0") != 0 } ?? true
            return exchange.begin(handle, method: method, isVersion11: isVersion11)
        }
        guard size.pointee > 0 else { return exchange.proceed(handle) }
        let result = exchange.receive(UnsafeRawBufferPointer(start: piece, count: size.pointee))
        size.pointee = 0
        return result
    }

    /// A request whose line was read is through, well or badly.
    static let completed: MHD_RequestCompletedCallback = { context, handle, slot, _ in
        guard let context, let handle, let slot, let stored = slot.pointee else { return }
        slot.pointee = nil
        let core = core(context)
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(stored).takeRetainedValue()
        exchange.end()
        if let stored = cmicrohttpd_context(handle) {
            let connection = connection(stored)
            connection.exchange.withLock { $0 = nil }
            connection.becomeIdle()
        }
        core.requestsAnswered.add(1, ordering: .relaxed)
        core.requestsInFlight.subtract(1, ordering: .sequentiallyConsistent)
    }

    /// Escapes are undone by ``RequestTarget``, so that malformed ones can be refused.
    static let unescape:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?
        ) -> Int = { _, _, text in text.map { strlen($0) } ?? 0 }

    /// The header fields of a request: names in lower case, bytes that are no UTF-8 replaced.
    static func headers(of handle: OpaquePointer) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &fields) { fields in
            _ = MHD_get_connection_values_n(
                handle, .HEADER_KIND,
                { context, _, key, keyCount, value, valueCount in
                    guard let context else { return .NO }
                    let fields = context.assumingMemoryBound(to: [(name: String, value: String)].self)
                    let name = UnsafeRawBufferPointer(start: key, count: keyCount)
                    let text = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueCount)
                    let lowered = String(
                        decoding: name.lazy.map { HTTPCallbacks.lowercased($0) }, as: UTF8.self)
                    fields.pointee.append((lowered, String(decoding: text, as: UTF8.self)))
                    return .YES
                }, fields)
        }
        return fields
    }

    private static func lowercased(_ unit: UInt8) -> UInt8 {
        unit >= UInt8(ascii: "A") && unit <= UInt8(ascii: "Z") ? unit | 0x20 : unit
    }
}
