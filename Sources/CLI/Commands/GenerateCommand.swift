import Evaluation
import Networking
import Service
import TimeSeries

/// `bellwether generate SCENARIO`: a synthetic metric with labelled incidents.
enum GenerateCommand {
    static let command = Command(
        name: "generate", summary: "Makes a synthetic metric with labelled incidents.", operands: "SCENARIO",
        options: [
            Command.Option("--list", "print the scenarios"),
            Command.Option("--points", value: "N", "how many values (2016)"),
            Command.Option("--step", value: "STEP", "the distance of two values, such as 1m or P1M (5m)"),
            Command.Option("--start", value: "TIME", "the time of the first value (2026-01-01T00:00:00Z)"),
            Command.Option("--seed", value: "N", "the same seed makes the same series (1)"),
            Command.Option("--no-incidents", "nothing goes wrong"),
            Command.Option("--incidents", value: "FILE.csv", "write what went wrong, too"),
            Command.Option("--output", short: "-o", value: "FORM", "csv or json (csv)"),
        ], run: run)

    private enum Form: String, CaseIterable {
        case csv
        case json
    }

    static let mostPoints = 10_000_000

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        if arguments.has("--list") {
            guard arguments.operands.isEmpty else { throw UsageError("generate --list takes no SCENARIO") }
            try console.write(list)
            return .success
        }
        let entry = try scenario(arguments.operand("SCENARIO"))
        let settings = try settings(arguments)
        let form = try arguments.choice("--output", Form.self) ?? .csv
        let incidentsPath = arguments.text("--incidents")
        guard settings.hasIncidents || incidentsPath == nil else {
            throw UsageError("--incidents and --no-incidents exclude each other")
        }
        let series = entry.make(settings)
        if let path = incidentsPath { try FileInput.write(series.incidentsCSV, to: path) }
        switch form {
        case .csv: try series.writeCSV { try console.write($0) }
        case .json: try writeJSON(series, console)
        }
        return .success
    }

    /// The scenarios, one a line of at most 80 columns.
    static var list: String {
        let width = GeneratorCatalog.names.map(\.count).max() ?? 0
        let rows = [("SCENARIO", "VALUES")] + GeneratorCatalog.entries.map { ($0.name, $0.summary) }
        return rows.map { $0.0.padded(to: width) + "  " + $0.1 + "\n" }.joined()
    }

    private static func scenario(_ name: String) throws -> GeneratorCatalog.Entry {
        if let entry = GeneratorCatalog.entry(name) { return entry }
        let near = nearest(to: name, among: GeneratorCatalog.names)
        throw UsageError(
            "no scenario '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                + " ('bellwether generate --list' shows them)")
    }

    private static func settings(_ arguments: Arguments) throws -> GeneratorSettings {
        var settings = GeneratorSettings()
        if let points = try arguments.integer("--points", in: 1...mostPoints) { settings.points = points }
        if let seed = try arguments.integer("--seed", in: 0...Int.max) { settings.seed = UInt64(seed) }
        if let text = arguments.text("--step") {
            do {
                settings.step = try Step(parsing: text)
            } catch {
                throw UsageError("--step: \(error)")
            }
        }
        if let text = arguments.text("--start") {
            do {
                settings.start = try Timestamp(rfc3339: text)
            } catch {
                throw UsageError("--start must be a time such as 2026-01-01T00:00:00Z: \(error)")
            }
        }
        settings.hasIncidents = !arguments.has("--no-incidents")
        guard settings.fitsInTime else {
            throw UsageError(
                "\(settings.points) steps of \(settings.step) from \(settings.start) go beyond the year 9999")
        }
        return settings
    }

    /// An array of objects, in blocks so that long series need little memory.
    private static func writeJSON(_ series: GeneratedSeries, _ console: Console) throws {
        let labels = series.labels
        let block = 50_000
        for start in stride(from: 0, to: series.values.count, by: block) {
            var json = JSONWriter()
            json.array { json in
                for index in start..<min(start + block, series.values.count) {
                    json.object { json in
                        json.member("timestamp", series.grid.time(at: index).rfc3339)
                        json.key("value")
                        json.number(series.values[index])
                        json.key("label")
                        json.integer(labels[index] ? 1 : 0)
                    }
                }
            }
            // The blocks' own brackets give way to those of the whole.
            try console.write((start == 0 ? [0x5B] : [0x2C]) + json.bytes.dropFirst().dropLast())
        }
        try console.write("]\n")
    }
}
