/// One subcommand: its place in the help, its options, and what it does.
struct Command: Sendable {
    /// One option of a subcommand.
    struct Option: Sendable {
        /// The long name with its dashes, such as `--horizon`.
        let name: String
        /// A short form, such as `-o`.
        var short: String?
        /// What follows it, as the help names it; `nil` for a switch.
        var value: String?
        /// What it means, in one line.
        let help: String
        /// Whether it may be given several times.
        let repeats: Bool

        init(
            _ name: String, short: String? = nil, value: String? = nil, repeats: Bool = false, _ help: String
        ) {
            self.name = name
            self.short = short
            self.value = value
            self.repeats = repeats
            self.help = help
        }
    }

    let name: String
    /// What it is for, in one line.
    let summary: String
    /// What follows the name, such as `FILE.csv`; several forms with ` | ` between them.
    let operands: String
    let options: [Option]
    let run: @Sendable (Arguments, Console) throws -> ExitCode

    /// The forms of ``operands``, each alone.
    var forms: [String] {
        operands.isEmpty ? [""] : operands.split(separator: " | ").map(String.init)
    }

    /// A text in lines of at most `columns`, broken between words.
    private static func wrapped(_ text: String, to columns: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let line = lines[lines.count - 1]
            if !line.isEmpty, line.count + 1 + word.count > columns {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = line.isEmpty ? String(word) : line + " " + word
            }
        }
        return lines
    }

    /// The help of this subcommand.
    var help: String {
        var lines = forms.enumerated().map { index, form in
            (index == 0 ? "usage: " : "       ")
                + "bellwether \(name)\(form.isEmpty ? "" : " " + form) [options]"
        }
        lines += ["", summary]
        if !options.isEmpty { lines += ["", "options:"] }
        let left = options.map { option in
            (option.short.map { $0 + ", " } ?? "    ") + option.name + (option.value.map { " " + $0 } ?? "")
        }
        let width = min(left.map(\.count).max() ?? 0, 28)
        for (option, text) in zip(options, left) {
            for (index, part) in Self.wrapped(option.help, to: 80 - width - 4).enumerated() {
                lines.append("  " + (index == 0 ? text : "").padded(to: width) + "  " + part)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// What the process says when it ends; the numbers are part of the interface.
enum ExitCode: Int32, Sendable {
    case success = 0
    /// The work failed, in whole or for one series.
    case failure = 1
    /// The command line or the configuration makes no sense.
    case usage = 2
    /// A challenger was trained and is not better: the champion was kept.
    case notBetter = 3
    /// There is not enough data to train.
    case notEnoughData = 4
    /// The definition is being trained already.
    case alreadyRunning = 5
    /// A challenger broke a quality gate: the champion was kept.
    case gateBreached = 6
    /// Interrupted by Ctrl-C.
    case cancelled = 130
}

/// A mistake in the command line: what is wrong and what would be right.
struct UsageError: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// Work that failed, in words for the user.
struct Failure: Error {
    let message: String
    /// How the process ends.
    let code: ExitCode

    init(_ message: String, code: ExitCode = .failure) {
        self.message = message
        self.code = code
    }
}

extension String {
    /// With spaces after it up to a width in characters.
    func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }

    /// With spaces before it up to a width in characters.
    func leftPadded(to width: Int) -> String {
        count >= width ? self : String(repeating: " ", count: width - count) + self
    }
}
