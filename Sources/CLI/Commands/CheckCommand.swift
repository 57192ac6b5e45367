import Service
import TimeSeries

/// `bellwether check`: whether a configuration can be served, and what its metric definitions amount to.
enum CheckCommand {
    static let command = Command(
        name: "check", summary: "Checks a configuration and tells what its thresholds imply.",
        operands: "FILE|DIR",
        options: [
            Command.Option(
                "--series", value: "N", "live series that each definition is assumed to match (1)"),
            Command.Option("--strict", "exit with 2 when a key of a wish list is refused"),
            Command.Option("--output", short: "-o", value: "FORM", "table or json (table)"),
        ] + DefinitionPreviews.options
    ) { arguments, console in
        try run(arguments, console, now: Timestamp(milliseconds: Int64(Clocks.system.wall() * 1_000)))
    }

    private enum Form: String, CaseIterable {
        case table
        case json
    }

    private static func run(
        _ arguments: Arguments, _ console: Console, now: Timestamp
    ) throws -> ExitCode {
        let path = try arguments.operand("FILE|DIR")
        let series = try arguments.integer("--series", in: 1...1_000_000_000) ?? 1
        let form = try arguments.choice("--output", Form.self) ?? .table
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try Configuration.load(
                flags: [("config", path)], environment: Environment.current)
        } catch {
            // As compilers write them: editors jump to the place. People have them folded.
            for finding in error.all {
                let lines =
                    console.errorIsTerminal
                    ? Wrapping.lines("\(finding)", width: console.width) : ["\(finding)"]
                for line in lines { console.line(line) }
            }
            return .usage
        }
        let metrics = configuration.metrics
        let checks = metrics.map { DefinitionCheck($0, among: metrics, series: series, now: now) }
        let alerting = AlertCheck(configuration)
        let previews = try DefinitionPreviews(metrics, arguments, console)
        switch form {
        case .table:
            var text = CheckText(series: series, width: console.width, alerting: alerting)
            text.targets = configuration.scrape
            text.remoteWrite = configuration.remoteWrite
            text.rules = configuration.identity
            text.retention = configuration.retention
            text.sections = configuration.sections
            let lines = (previews?.lines(width: console.width) ?? []) + text.lines(checks, of: path)
            try console.write(lines.joined(separator: "\n") + "\n")
        case .json:
            try console.write(
                CheckJSON.bytes(
                    checks, series: series, alerting: alerting, remoteWrite: configuration.remoteWrite,
                    sections: configuration.sections, previews: previews))
        }
        let isRefused = configuration.sections.contains { $0.verdict == .refused }
        return arguments.has("--strict") && isRefused ? .usage : .success
    }
}
