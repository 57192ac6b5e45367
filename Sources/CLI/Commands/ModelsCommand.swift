import Networking

/// `bellwether models`: the versions that there are, and which of them is live.
enum ModelsCommand {
    static let command = Command(
        name: "models", summary: "Lists, shows, promotes and rolls back model versions.",
        operands: "list [NAME] | show NAME [VERSION] | promote NAME VERSION | rollback NAME",
        options: [Command.Option("--output", short: "-o", value: "FORM", "table, csv or json (table)")]
            + ServiceConnection.options, run: run)

    /// What can be done, and with how many words after it.
    private static let actions: [(name: String, words: ClosedRange<Int>)] = [
        ("list", 0...1), ("show", 1...2), ("promote", 2...2), ("rollback", 1...1),
    ]

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let words = arguments.operands.isEmpty ? ["list"] : arguments.operands
        guard let action = actions.first(where: { $0.name == words[0] }) else {
            throw UsageError(
                "models does \(actions.map(\.name).joined(separator: ", ")), not '\(words[0])'")
        }
        guard action.words.contains(words.count - 1) else {
            let form = command.forms.first { $0.hasPrefix(action.name) } ?? ""
            throw UsageError("this is no form of models \(action.name): write 'bellwether models \(form)'")
        }
        let version = try words.count > 2 ? number(words[2]) : nil
        let format = try arguments.choice("--output", OutputFormat.self) ?? .table
        let connection = try ServiceConnection.open(arguments, console)
        defer { connection.close() }
        let printer = ModelsPrinter(format: format, console: console)
        let path = ModelPath(words.count > 1 ? words[1] : "")
        switch (action.name, words.count) {
        case ("list", 1): try printer.list(connection.ask(.get, "/api/v1/models"), key: "models")
        case ("list", _):
            try printer.list(connection.ask(.get, path.definition, query: path.query), key: "versions")
        case ("show", 2): try printer.definition(connection.ask(.get, path.definition, query: path.query))
        case ("show", _):
            let query = path.query + [("version", "\(version ?? 1)")]
            try printer.version(connection.ask(.get, path.definition, query: query))
        default:
            try printer.champion(
                connection.ask(
                    .put, path.champion, query: path.query, contentType: "application/json",
                    body: promotion(of: version)))
        }
        return .success
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else {
            throw UsageError("VERSION must be a whole number from 1 on, not '\(text)'")
        }
        return number
    }

    /// - Parameter version: `nil` for the champion before.
    private static func promotion(of version: Int?) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            if let version { json.member("version", version) } else { json.member("version", "previous") }
        }
        return json.bytes
    }
}
