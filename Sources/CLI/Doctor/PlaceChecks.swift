import Glibc
import Networking

/// Where the service would store, and where it would listen.
enum PlaceChecks {
    private static let enoughBytes: UInt64 = 1 << 30
    private static let leastBytes: UInt64 = 64 << 20

    /// Whether a directory can be written, with room; one that is not there yet is not made.
    static func directory(_ path: String) -> Check {
        var status = stat()
        var place = path
        let exists = stat(path, &status) == 0
        if exists {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                return Check(
                    "data", .fail, "\(path) is not a directory", remedy: "choose another with --data")
            }
        } else {
            guard errno == ENOENT else { return unusable(path, errno) }
            while place != "/", place != ".", stat(place, &status) != 0 { place = parent(place) }
        }
        // Asked, not tried: a look changes nothing.
        guard access(place, W_OK | X_OK) == 0 else { return unusable(place, errno) }
        var system = statvfs()
        guard statvfs(place, &system) == 0 else { return unusable(place, errno) }
        guard system.f_flag & UInt(ST_RDONLY) == 0 else { return unusable(place, EROFS) }
        let free = UInt64(system.f_bavail) * UInt64(system.f_frsize)
        let state: Check.State = free < leastBytes ? .fail : free < enoughBytes ? .warn : .ok
        let room = free >= 10 << 30 ? "\(free >> 30) GiB free" : "\(free >> 20) MiB free"
        guard state == .ok else {
            return Check(
                "data", state, "only \(room) for \(path)",
                remedy: "make room, or choose another place with --data")
        }
        return Check("data", "\(path) \(exists ? "is writable" : "can be made"), \(room)")
    }

    private static func unusable(_ path: String, _ code: Int32) -> Check {
        Check(
            "data", .fail, "cannot write in \(path): \(String(cString: strerror(code)))",
            remedy: "give this user the right to, or choose another with --data")
    }

    private static func parent(_ path: String) -> String {
        let parts = path.split(separator: "/").dropLast().joined(separator: "/")
        return path.hasPrefix("/") ? "/" + parts : parts.isEmpty ? "." : parts
    }

    /// Whether an address is free, or Bellwether answers there already.
    static func address(_ address: Address) -> Check {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address.host, String(address.port), &hints, &list)
        guard code == 0, let first = list?.pointee else {
            return Check(
                "address", .fail, "\(address): \(String(cString: gai_strerror(code)))",
                remedy: "write a host of this machine, such as 127.0.0.1")
        }
        defer { freeaddrinfo(list) }
        switch bindError(first) {
        case nil: return Check("address", "\(address) is free")
        case EADDRINUSE?:
            if let version = LocalAnswer.version(at: first, host: "\(address)") {
                return Check("address", "Bellwether \(version) answers at \(address)")
            }
            return Check(
                "address", .fail, "\(address) is taken by another program",
                remedy: "end it, or choose another with --listen")
        case let code?:
            let text = String(cString: strerror(code))
            return Check(
                "address", .fail, "cannot listen on \(address): \(text)",
                remedy: code == EACCES
                    ? "choose a port from 1024 on with --listen" : "choose an address of this machine")
        }
    }

    private static func bindError(_ target: addrinfo) -> Int32? {
        let file = socket(target.ai_family, target.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return errno }
        defer { close(file) }
        var on: Int32 = 1
        // As the service does, so that a port that was just left counts as free.
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard bind(file, target.ai_addr, target.ai_addrlen) == 0, listen(file, 1) == 0 else { return errno }
        return nil
    }
}

/// One question to whoever listens at an address of this machine.
enum LocalAnswer {
    /// The version of the Bellwether that answers, within two seconds; `nil` when it is none.
    static func version(at target: addrinfo, host: String) -> String? {
        let file = socket(target.ai_family, target.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        guard connect(file, target.ai_addr, target.ai_addrlen) == 0 else { return nil }
        let question = Array("GET /-/healthy HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
        guard send(file, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else {
            return nil
        }
        var answer: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while answer.count < 1 << 16 {
            let count = recv(file, &block, block.count, 0)
            guard count > 0 else { break }
            answer += block[..<count]
        }
        return version(in: answer)
    }

    /// What `GET /-/healthy` says: `{"status":"ok","version":"…"}`.
    static func version(in answer: [UInt8]) -> String? {
        let text = String(decoding: answer, as: UTF8.self)
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end,
            let document = try? JSONDocument(Array(text[start...end].utf8)),
            document.root["status"]?.string == "ok"
        else { return nil }
        return document.root["version"]?.string
    }
}
