/// A narrated analysis: what a reader types, and what the page says is then printed.
///
/// - A fence ```` ```console ```` holds commands, each after `$ `, on further lines after `> `, and below each what it
///   prints on standard output; progress and complaints are not said.
/// - A fence with two words, such as ```` ```yaml metrics.yaml ````, is a file that the reader saves under the second.
/// - In what is printed `…` stands for any text within a line, and alone on a line for any lines.
/// - An image is a file that a command made, under the same name.
/// - Everything else is prose.
struct Notebook: Equatable {
    /// What a reader does.
    enum Step: Equatable {
        case save(name: String, content: String)
        case type(Command)
    }

    /// A command and what it is said to print; `line` is where its output begins.
    struct Command: Equatable {
        var text: String
        var output: [String] = []
        var line: Int
    }

    var steps: [Step] = []
    /// The files that the page shows.
    var images: [String] = []

    private static let fence = "```"

    init(_ text: String) {
        var block: (words: [String], lines: [String], first: Int)?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (index, line) in lines.enumerated() {
            if let open = block {
                if line == Self.fence {
                    close(open.words, open.lines, first: open.first)
                    block = nil
                } else {
                    block?.lines.append(line)
                }
            } else if line.hasPrefix(Self.fence) {
                let words = line.dropFirst(Self.fence.count).split(separator: " ").map(String.init)
                block = (words, [], index + 2)
            } else if line.hasPrefix("!["), let open = line.lastIndex(of: "("), line.hasSuffix(")") {
                images.append(String(line[line.index(after: open)...].dropLast()))
            }
        }
    }

    private mutating func close(_ words: [String], _ lines: [String], first: Int) {
        if words == ["console"] {
            type(lines, first: first)
        } else if words.count == 2 {
            steps.append(.save(name: words[1], content: lines.map { $0 + "\n" }.joined()))
        }
    }

    private mutating func type(_ lines: [String], first: Int) {
        var command: Command?
        var isTyping = false
        for (offset, line) in lines.enumerated() {
            if line.hasPrefix("$ ") {
                if let command { steps.append(.type(command)) }
                command = Command(text: String(line.dropFirst(2)), line: first + offset + 1)
                isTyping = true
            } else if isTyping, line.hasPrefix("> ") {
                command?.text += "\n" + line.dropFirst(2)
                command?.line += 1
            } else {
                isTyping = false
                command?.output.append(line)
            }
        }
        if let command { steps.append(.type(command)) }
    }
}

/// Whether what was printed is what was said.
enum NotebookOutput {
    private static let any: Character = "…"

    /// Whether lines are those that were said, with `…` for what may differ.
    static func matches(_ printed: ArraySlice<String>, _ said: ArraySlice<String>) -> Bool {
        guard let first = said.first else { return printed.isEmpty }
        let rest = said.dropFirst()
        if first == String(any) {
            return (printed.startIndex...printed.endIndex).contains { matches(printed[$0...], rest) }
        }
        guard let line = printed.first, matches(line: line, first) else { return false }
        return matches(printed.dropFirst(), rest)
    }

    /// Whether a line is the one that was said.
    static func matches(line: String, _ said: String) -> Bool {
        let parts = said.split(separator: any, omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return line == said }
        guard line.hasPrefix(first) else { return false }
        var rest = line.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
