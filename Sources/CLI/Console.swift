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
    private let output: @Sendable ([UInt8]) throws -> Void
    private let errors: @Sendable ([UInt8]) -> Void

    /// A console that writes elsewhere than to the process.
    ///
    /// - Parameters:
    ///   - output: Takes data; what it throws ends the command.
    ///   - errors: Takes lines for people, each with its end.
    init(
        isTerminal: Bool = false, errorIsTerminal: Bool = false, usesColour: Bool = false, width: Int = 80,
        output: @escaping @Sendable ([UInt8]) throws -> Void, errors: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.isTerminal = isTerminal
        self.errorIsTerminal = errorIsTerminal
        self.usesColour = usesColour
        self.width = width
        self.output = output
        self.errors = errors
    }

    /// Looks at the process.
    init(environment: [String: String]) {
        isTerminal = isatty(STDOUT_FILENO) == 1
        errorIsTerminal = isatty(STDERR_FILENO) == 1
        usesColour = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        var size = winsize()
        let known = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width = known ? max(Int(size.ws_col), 40) : 80
        output = { try Self.write($0, to: STDOUT_FILENO) }
        errors = { try? Self.write($0, to: STDERR_FILENO) }
    }

    /// Writes data to standard output.
    ///
    /// - Throws: ``Failure`` when it cannot be written; a closed pipe ends the process quietly instead.
    func write(_ bytes: [UInt8]) throws {
        try output(bytes)
    }

    /// Writes text to standard output.
    func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes one line for people to standard error; control characters, as a file may hold, become spaces.
    func note(_ text: String) { line("bellwether: " + text) }

    /// Writes one line to standard error as it is, save for control characters.
    func line(_ text: String) {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            clean.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        errors(Array((String(clean) + "\n").utf8))
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
