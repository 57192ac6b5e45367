import Glibc
import Networking
import Synchronization

/// A small mail server on loopback that keeps what it is told; for one connection at a time.
public final class SMTPPeer: Sendable {
    /// How it behaves.
    public struct Manner: Sendable {
        /// Recipients that it refuses, with its answer.
        public var refusals: [String: String] = [:]
        /// What it says to a whole mail.
        public var verdict = "250 2.0.0 taken"
        /// The name and password that it wants, as `AUTH PLAIN` sends them; none when empty.
        public var login = ""
        /// Hangs up instead of taking a mail.
        public var hangsUp = false

        /// One that takes everything.
        public init() {}
    }

    /// One mail as it came, dots undone.
    public struct Mail: Sendable {
        /// The command lines before it.
        public var commands: [String]
        /// Header and body.
        public var text: String
    }

    /// Where it listens.
    public let port: Int
    private let socket: Int32
    private let manner: Manner
    private let state = Mutex<(mails: [Mail], commands: [String])>(([], []))

    /// Starts it.
    public init(_ manner: Manner = Manner()) throws {
        port = try FreePort.next()
        self.manner = manner
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isListening = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(socket, 4) == 0
            }
        }
        precondition(isListening, "port \(port): \(errno)")
        _ = SMTPPeer.threads.submit { [self] in
            while true {
                let peer = accept(socket, nil, nil)
                guard peer >= 0 else { return }
                talk(peer)
                close(peer)
            }
        }
    }

    /// Ends it.
    public func stop() { shutdown(socket, Int32(SHUT_RDWR)) }

    /// What it took so far.
    public var mails: [Mail] { state.withLock { $0.mails } }
    /// All commands so far, also of talks without a mail.
    public var commands: [String] { state.withLock { $0.commands } }

    private static let threads = WorkerPool(threads: 8, capacity: 64)

    private func talk(_ peer: Int32) {
        var lines = Lines(peer)
        var commands: [String] = []
        say(peer, "220 peer ready")
        while let line = lines.next() {
            commands.append(line)
            state.withLock { $0.commands.append(line) }
            switch line.prefix(4).uppercased() {
            case "EHLO": say(peer, manner.login.isEmpty ? "250 peer" : "250-peer\r\n250 AUTH PLAIN")
            case "AUTH":
                // The login comes on a line of its own.
                say(peer, "334 ")
                say(peer, lines.next() == manner.login ? "235 welcome" : "535 5.7.8 wrong password")
            case "RCPT":
                let refusal = manner.refusals.first { line.contains("<\($0.key)>") }
                say(peer, refusal?.value ?? "250 fine")
            case "DATA":
                guard !manner.hangsUp else { return }
                say(peer, "354 go on")
                var text = ""
                while let part = lines.next(), part != "." {
                    text += (part.hasPrefix(".") ? String(part.dropFirst()) : part) + "\r\n"
                }
                state.withLock { $0.mails.append(Mail(commands: commands, text: text)) }
                say(peer, manner.verdict)
            case "QUIT":
                say(peer, "221 bye")
                return
            default: say(peer, "250 fine")
            }
        }
    }

    private func say(_ peer: Int32, _ line: String) {
        let bytes = Array((line + "\r\n").utf8)
        _ = Glibc.send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Lines that end in CR LF.
    private struct Lines {
        private let peer: Int32
        private var buffer: [UInt8] = []

        init(_ peer: Int32) { self.peer = peer }

        mutating func next() -> String? {
            while true {
                if let end = buffer.indices.dropLast().first(where: {
                    buffer[$0] == 13 && buffer[$0 + 1] == 10
                }) {
                    let line = String(decoding: buffer[..<end], as: UTF8.self)
                    buffer.removeFirst(end + 2)
                    return line
                }
                var chunk = [UInt8](repeating: 0, count: 4096)
                let count = recv(peer, &chunk, chunk.count, 0)
                guard count > 0 else { return nil }
                buffer += chunk[..<count]
            }
        }
    }
}
