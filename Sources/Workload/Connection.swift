import Glibc

/// One keep-alive connection to a loopback port; requests one after another.
package struct Connection: ~Copyable {
    private let socket: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var held = 0

    /// Connects.
    ///
    /// - Parameter patienceSeconds: No answer takes longer.
    package init(port: UInt16, patienceSeconds: Int = 30) throws(WorkloadFailure) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw WorkloadFailure("socket: \(String(cString: strerror(errno)))") }
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let connected = withLoopback(port: port) { [socket] in connect(socket, $0, $1) }
        guard connected == 0 else { throw WorkloadFailure("connect: \(String(cString: strerror(errno)))") }
    }

    deinit { close(socket) }

    /// Sends one request and reads its answer.
    ///
    /// - Parameter request: All of its bytes.
    package mutating func exchange(_ request: [UInt8]) throws(WorkloadFailure) -> (
        status: Int, body: ArraySlice<UInt8>
    ) {
        try send(request)
        return try receive()
    }

    /// Reads the answer to what was sent.
    package mutating func receive() throws(WorkloadFailure) -> (status: Int, body: ArraySlice<UInt8>) {
        held = 0
        var bodyStart: Int?
        var end = Int.max
        while held < end {
            try receiveMore()
            if bodyStart == nil, let start = headEnd() {
                bodyStart = start
                end = start + (try contentLength(before: start))
            }
        }
        let start = bodyStart ?? 0
        guard held >= 12, let status = Int(String(decoding: buffer[9..<12], as: UTF8.self)) else {
            throw WorkloadFailure("an answer without a status")
        }
        return (status, buffer[start..<end])
    }

    /// Sends one request, whose answer is to be read before the next.
    package func send(_ request: [UInt8]) throws(WorkloadFailure) {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw WorkloadFailure("send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    private mutating func receiveMore() throws(WorkloadFailure) {
        if held == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
        let (socket, held) = (socket, held)
        let count = buffer.withUnsafeMutableBytes { bytes in
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[held...])
            return recv(socket, rest.baseAddress, rest.count, 0)
        }
        guard count > 0 else {
            throw WorkloadFailure(
                count == 0 ? "the connection was closed" : "recv: \(String(cString: strerror(errno)))")
        }
        self.held += count
    }

    private func headEnd() -> Int? {
        guard held >= 4 else { return nil }
        for i in 3..<held where buffer[i] == 10 && buffer[i - 1] == 13 && buffer[i - 2] == 10 { return i + 1 }
        return nil
    }

    private func contentLength(before end: Int) throws(WorkloadFailure) -> Int {
        let head = String(decoding: buffer[..<end], as: UTF8.self).lowercased()
        for line in head.split(whereSeparator: \.isNewline) where line.hasPrefix("content-length:") {
            let digits = line.split(separator: ":")[1].drop { $0 == " " }
            if let length = Int(digits) { return length }
        }
        if head.hasPrefix("http/1.1 204") { return 0 }
        throw WorkloadFailure("an answer without a Content-Length")
    }
}

/// Requests as bytes.
package enum RequestBytes {
    /// A question.
    package static func get(_ path: String) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    }

    /// A question with a body of JSON.
    package static func post(_ path: String, json: String) -> [UInt8] {
        let head =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(json.utf8.count)\r\n\r\n"
        return Array((head + json).utf8)
    }
}

/// A loopback port that was free a moment ago.
package func freePort() throws(WorkloadFailure) -> UInt16 {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { throw WorkloadFailure("socket: \(String(cString: strerror(errno)))") }
    defer { close(probe) }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withLoopback(port: 0) { bind(probe, $0, $1) } == 0
    let isNamed = withUnsafeMutablePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(probe, $0, &size) } == 0
    }
    guard isBound, isNamed else { throw WorkloadFailure("no free port: \(String(cString: strerror(errno)))") }
    return UInt16(bigEndian: address.sin_port)
}

private func withLoopback<R>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
