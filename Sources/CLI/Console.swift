import Glibc

/// Standard output and standard error of the process, and what they can show.
struct Console: Sendable {
    /// Whether standard output is a terminal.
    let isTerminal: Bool
    /// Whether standard error is a terminal.
    let errorIsTerminal: Bool
    /// Whether colours are wanted: a terminal, and no `NO_COLOR`.
    let usesColour: Bool
    /// The columns of the terminal, 80 when there is none.
    let width: Int

    /// Looks at the process.
    init(environment: [String: String]) {
        isTerminal = isatty(STDOUT_FILENO) == 1
        errorIsTerminal = isatty(STDERR_FILENO) == 1
        usesColour = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        var size = winsize()
        let known = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width = known ? max(Int(size.ws_col), 40) : 80
    }

    /// Writes data to standard output.
    ///
    /// - Throws: ``Failure`` when it cannot be written; a closed pipe ends the process quietly instead.
    func write(_ bytes: [UInt8]) throws {
        try Self.write(bytes, to: STDOUT_FILENO)
    }

    /// Writes text to standard output.
    func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes one line for people to standard error.
    func note(_ line: String) {
        try? Self.write(Array(("bellwether: " + line + "\n").utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to file: CInt) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EPIPE {
                // The reader has seen enough, as `head` does.
                exit(0)
            } else if errno != EINTR && errno != EAGAIN {
                throw Failure("cannot write the output: \(String(cString: strerror(errno)))")
            }
        }
    }
}
