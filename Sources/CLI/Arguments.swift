import Service

/// The words after the subcommand, checked against its options.
struct Arguments: Sendable {
    /// Words that are no option, in order.
    private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]
    /// The name of the subcommand.
    let command: String

    /// Whether help was asked for.
    private(set) var asksForHelp = false

    /// - Throws: ``UsageError`` for an unknown option, a missing value, or one given twice.
    init(_ words: [String], of command: Command) throws {
        self.command = command.name
        var rest = words[...]
        var onlyOperands = false
        while let word = rest.popFirst() {
            if onlyOperands || word == "-" || !word.hasPrefix("-") || Double(word) != nil {
                operands.append(word)
                continue
            }
            if word == "--" {
                onlyOperands = true
                continue
            }
            if word == "--help" || word == "-h" {
                asksForHelp = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = command.options.first(where: { $0.name == name || $0.short == name }) else {
                let near = nearest(to: name, among: command.options.map(\.name))
                throw UsageError(
                    "unknown option \(name)" + (near.map { "; did you mean \($0)?" } ?? "")
                        + " ('bellwether \(command.name) --help' lists them)")
            }
            guard values[option.name] == nil || option.repeats else {
                throw UsageError("\(option.name) is given twice")
            }
            if option.value == nil {
                guard parts.count == 1 else { throw UsageError("\(option.name) takes no value") }
                values[option.name] = [""]
            } else if parts.count == 2 {
                values[option.name, default: []].append(String(parts[1]))
            } else {
                guard let value = rest.popFirst() else {
                    throw UsageError("\(option.name) needs a value: \(option.value ?? "")")
                }
                values[option.name, default: []].append(value)
            }
        }
    }

    /// Whether a switch is on.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// The text given for an option.
    func text(_ name: String) -> String? { values[name]?.first }

    /// The texts given for an option that may come again.
    func texts(_ name: String) -> [String] { values[name] ?? [] }

    /// The only operand.
    func operand(_ what: String) throws -> String {
        guard let first = operands.first else {
            throw UsageError("\(command) needs \(what); 'bellwether \(command) --help' shows how")
        }
        guard operands.count == 1 else {
            throw UsageError(
                "\(command) takes one \(what), not \(operands.count): \(operands[1]) is too much")
        }
        return first
    }

    /// The operands, at least one.
    func operands(_ what: String) throws -> [String] {
        guard !operands.isEmpty else {
            throw UsageError("\(command) needs \(what); 'bellwether \(command) --help' shows how")
        }
        return operands
    }

    /// A whole number within a range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'"
            )
        }
        return number
    }

    /// A number strictly between 0 and 1.
    func share(_ name: String) throws -> Double? {
        guard let text = text(name) else { return nil }
        guard let number = Double(text), number > 0, number < 1 else {
            throw UsageError("\(name) must lie between 0 and 1, such as 0.001, not '\(text)'")
        }
        return number
    }

    /// One of several words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _: Choice.Type
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("\(name) must be one of \(all), not '\(text)'")
        }
        return choice
    }
}
