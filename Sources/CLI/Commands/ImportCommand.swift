import Networking

/// `bellwether import FILE…`: brings the points of files, or of a Prometheus, into the store.
enum ImportCommand {
    static let command = Command(
        name: "import", summary: "Stores the points of CSV files or JSON lines, or of a Prometheus.",
        operands: "FILE… | --prometheus URL --query SELECTOR --start T",
        options: [
            Command.Option("--metric", value: "NAME", "CSV: the name of every series"),
            Command.Option(
                "--label", value: "a=b", repeats: true, "CSV: a label for every series; may come again"),
            Command.Option("--timezone", value: "TZ", "CSV: where times without an offset lie"),
            Command.Option("--format", value: "FORM", "csv or json (what the content looks like)"),
            Command.Option("--output", short: "-o", value: "FORM", "table or json (table)"),
        ] + PrometheusImport.options + ServiceConnection.options, run: run)

    private enum Form: String, CaseIterable {
        case table
        case json
    }

    /// Where points go.
    static let path = "/api/v1/import"

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let question = try PrometheusImport.question(arguments)
        let past = try question.map(opened)
        let files = question == nil ? try arguments.operands("FILE") : []
        let format = try arguments.choice("--format", ImportSource.Format.self)
        let form = try arguments.choice("--output", Form.self) ?? .table
        let query = query(arguments)
        // Every file is opened before the first is sent: a wrong name changes nothing.
        let sources = try files.map { try ImportSource($0, format: format) }
        let connection = try ServiceConnection.open(arguments, console, directory: .isMade)
        defer { connection.close() }
        var tally = ImportTally()
        do throws(Failure) {
            let progress = ProgressBar(console)
            if let question, let past {
                try PrometheusImport.send(past, of: question, to: connection, console, progress, &tally)
            } else {
                try send(sources, query, connection, progress, &tally)
            }
        } catch {
            guard tally.accepted > 0 else { throw error }
            throw Failure(
                "\(error.message) (before: \(tally.text); what is sent again counts as duplicates)",
                code: error.code)
        }
        for fault in tally.faults {
            console.note("\(fault.file)\(fault.line.map { ":\($0)" } ?? ""): \(fault.reason)")
        }
        switch form {
        case .table: try console.write(tally.text + "\n")
        case .json: try console.write(tally.json)
        }
        return tally.rejected == 0 ? .success : .failure
    }

    private static func opened(_ question: PrometheusSource.Question) throws -> PrometheusSource {
        do throws(HTTPClientError) {
            return try PrometheusSource(question)
        } catch {
            throw UsageError("--prometheus: \(error)")
        }
    }

    private static func query(_ arguments: Arguments) -> [(name: String, value: String)] {
        ["metric", "timezone", "label"].flatMap { name in
            arguments.texts("--" + name).map { (name, $0) }
        }
    }

    private static func send(
        _ sources: [ImportSource], _ query: [(name: String, value: String)], _ connection: ServiceConnection,
        _ progress: ProgressBar, _ tally: inout ImportTally
    ) throws(Failure) {
        defer { progress.clear() }
        for source in sources { try send(source, query, connection, progress, &tally) }
    }

    private static func send(
        _ source: ImportSource, _ query: [(name: String, value: String)], _ connection: ServiceConnection,
        _ progress: ProgressBar, _ tally: inout ImportTally
    ) throws(Failure) {
        while let piece = try source.next() {
            let format = source.format ?? .csv
            guard format == .csv || query.isEmpty else {
                throw Failure(
                    "\(source.name) has JSON lines, which carry their labels and times: "
                        + "--metric, --label and --timezone are for CSV", code: .usage)
            }
            progress.bytes(source.name, done: source.done, total: source.total)
            let answer = try sent(piece, of: source, format, query, connection)
            tally.add(try answer.json(), of: piece, from: source.name)
        }
    }

    /// Sends one part; what is wrong with it names the file.
    private static func sent(
        _ piece: ImportPiece, of source: ImportSource, _ format: ImportSource.Format,
        _ query: [(name: String, value: String)], _ connection: ServiceConnection
    ) throws(Failure) -> HTTPResponse {
        do throws(Failure) {
            return try connection.askPatiently(
                .post, path, query: query, contentType: format.contentType, body: piece.body)
        } catch {
            let part = piece.headerLines > 0 ? ", in the part that begins with line \(piece.firstLine)" : ""
            throw Failure("\(source.name)\(part): \(error.message)", code: error.code)
        }
    }
}
