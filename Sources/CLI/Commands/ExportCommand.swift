import Networking

/// `bellwether export SELECTOR`: the points of stored series, as `import` reads them.
enum ExportCommand {
    static let command = Command(
        name: "export", summary: "Prints the points of stored series, as import reads them.",
        operands: "[SELECTOR]",
        options: [
            Command.Option("--start", value: "T", "the first time: RFC 3339 or epoch seconds"),
            Command.Option("--end", value: "T", "the last time, included"),
            Command.Option(
                "--step", value: "D", "one point for each step, as 1h; of rollups where points are not kept"),
            Command.Option("--output", short: "-o", value: "FORM", "json (lines) or csv (json)"),
        ] + ServiceConnection.options, run: run)

    private enum Form: String, CaseIterable {
        case json
        case csv
    }

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let selector = arguments.operands.isEmpty ? nil : try arguments.operand("SELECTOR")
        let form = try arguments.choice("--output", Form.self) ?? .json
        var query: [(name: String, value: String)] = [("format", form.rawValue)]
        if let selector { query.append(("selector", selector)) }
        for name in ["start", "end", "step"] {
            if let text = arguments.text("--" + name) { query.append((name, text)) }
        }
        let connection = try ServiceConnection.open(arguments, console)
        defer { connection.close() }
        var isRolledUp = false
        try StoredPoints.pages(query, connection) { page, warning in
            try console.write(page)
            isRolledUp = isRolledUp || warning == "rollup"
        }
        if isRolledUp {
            console.line("the older part is made of rollups (rollup): its points are not kept (retention)")
        }
        return .success
    }
}

/// The pages of an export.
enum StoredPoints {
    private static let path = "/api/v1/export"
    private static let nextField = "bellwether-next"

    /// Asks for one page after the other.
    ///
    /// - Parameter query: Of `/api/v1/export`, without `after`.
    static func pages(
        _ query: [(name: String, value: String)], _ connection: ServiceConnection,
        _ each: (_ page: [UInt8], _ warning: String?) throws -> Void
    ) throws {
        var after: String?
        repeat {
            let page = try connection.askPatiently(
                .get, path, query: query + (after.map { [("after", $0)] } ?? []))
            try each(page.body, page.header("bellwether-warning"))
            after = page.header(nextField)
        } while after != nil
    }
}
