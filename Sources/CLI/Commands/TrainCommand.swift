import Networking

/// `bellwether train NAME…` and `retrain NAME…`: new models, which become live when they are better.
enum TrainCommand {
    /// The first time, for people.
    static let train = command(
        "train", "Trains models of stored series and makes better ones live.",
        lastLine: "ML models trained and deployed successfully")
    /// Every further time, for schedulers.
    static let retrain = command(
        "retrain", "Trains models again; a champion stays unless beaten.", lastLine: nil)

    private static func command(_ name: String, _ summary: String, lastLine: String?) -> Command {
        Command(
            name: name, summary: summary, operands: "NAME…", options: options
        ) { arguments, console in try run(arguments, console, lastLine: lastLine) }
    }

    private static let options =
        [
            Command.Option("--model", value: "M", "a method, or auto (what the definition says)"),
            Command.Option("--window", value: "SPAN", "how far back to learn from, such as 14d (all)"),
            Command.Option("--seed", value: "S", "where seeded methods begin (1)"),
            Command.Option("--keep", "store the challenger even if it is not promoted"),
            Command.Option("--output", short: "-o", value: "FORM", "table, csv or json (table)"),
        ] + ServiceConnection.options

    private static func run(
        _ arguments: Arguments, _ console: Console, lastLine: String?
    ) throws -> ExitCode {
        let names = try arguments.operands("NAME: a definition, or a selector in quotes")
        let format = try arguments.choice("--output", OutputFormat.self) ?? .table
        let order = try order(arguments)
        let connection = try ServiceConnection.open(arguments, console)
        defer { connection.close() }
        Interrupt.watch()
        var reports: [TrainingReport] = []
        for name in names where !Interrupt.isRaised {
            let report = try TrainingWatch(name, connection, console).run(order)
            tell(report, console)
            reports.append(report)
        }
        let code = Interrupt.isRaised ? .cancelled : TrainingReport.code(of: reports)
        switch format {
        case .csv: try console.write(TrainingReport.csv(reports))
        case .json: try console.write(TrainingReport.json(reports))
        case .table:
            var lines = TrainingReport.lines(reports, width: console.width)
            if code == .success, let lastLine { lines.append(lastLine) }
            try console.write(lines.joined(separator: "\n") + "\n")
        }
        return code
    }

    private static func order(_ arguments: Arguments) throws -> [UInt8] {
        let seed = try arguments.integer("--seed", in: 0...(1 << 53))
        var json = JSONWriter()
        json.object { json in
            if let model = arguments.text("--model") { json.member("model", model) }
            if let window = arguments.text("--window") { json.member("window", window) }
            if let seed { json.member("seed", seed) }
            if arguments.has("--keep") { json.member("keep", true) }
        }
        return json.bytes
    }

    /// Series that are named, at most.
    private static let mostSeries = 5

    private static func tell(_ report: TrainingReport, _ console: Console) {
        if report.version == nil, report.seconds == nil { console.note("\(report.name): \(report.detail)") }
        for failure in report.failures.prefix(mostSeries) {
            console.note("\(report.name): no model for \(failure.series): \(failure.reason)")
        }
        let rest = report.failures.count - mostSeries
        if rest > 0 { console.note("\(report.name): no model for \(rest) more series: -o json has them") }
        if report.code == .cancelled { console.note("\(report.name): cancelled; the champion was kept") }
    }
}
