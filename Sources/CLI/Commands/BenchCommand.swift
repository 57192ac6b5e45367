import Workload

/// `bellwether bench ingest`: what this machine takes in, measured against a service of its own.
enum BenchCommand {
    static let command = Command(
        name: "bench",
        summary: "Measures what this machine takes in, with a service of its own.",
        operands: "ingest",
        options: [
            Command.Option("--series", value: "N", "series, 1 to 10000000 (100000)"),
            Command.Option("--seconds", value: "S", "of load, 1 to 86400 (60)"),
            Command.Option(
                "--full", value: "N",
                "how many of the series a definition judges, in hundreds, at most 10000 (0)"),
            Command.Option(
                "--known", value: "N",
                "values of every series before the load is measured, 1 to 100000 (70)"),
            Command.Option("--connections", value: "C", "senders at once, 1 to 64 (2)"),
        ], run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        guard try arguments.operand("ingest") == "ingest" else {
            throw UsageError("bench knows ingest only, not '\(arguments.operands[0])'")
        }
        var run = IngestRun()
        run.series = try arguments.integer("--series", in: 1...10_000_000) ?? run.series
        run.seconds = try arguments.integer("--seconds", in: 1...86_400) ?? run.seconds
        run.knownValues = try arguments.integer("--known", in: 1...100_000) ?? run.knownValues
        run.full = try arguments.integer("--full", in: 0...10_000) ?? run.full
        run.connections = try arguments.integer("--connections", in: 1...64) ?? run.connections
        guard run.full <= run.series else {
            throw UsageError("--full must be at most the number of series, \(run.series)")
        }
        Children.endOnSignals()
        let result: IngestRun.Result
        do throws(WorkloadFailure) {
            result = try run.run { console.note($0) }
        } catch {
            throw Failure("\(error)")
        }
        try console.write(BenchTable.text(of: result, run))
        return .success
    }
}

/// The figures of a run, one a line.
enum BenchTable {
    static func text(of result: IngestRun.Result, _ run: IngestRun) -> String {
        let load = result.load
        let accepted = load.difference("bellwether_ingest_samples_total{result=\"accepted\"}")
        var rows: [(name: String, value: Double, unit: String)] = [
            ("series", Double(result.series), ""), ("of them under a definition", Double(run.full), ""),
            ("values of each before", Double(run.knownValues), ""),
            ("rate, median second", load.medianRate, "samples/s"),
            ("rate, worst second", load.rates.first ?? 0, "samples/s"),
            ("scored", 100 * load.difference("bellwether_scored_samples_total") / accepted, "%"),
            ("processor, service", 1e6 * load.serviceSeconds / accepted, "µs a sample"),
            ("processor, load", 1e6 * load.generatorSeconds / accepted, "µs a sample"),
        ]
        for stage in IngestMeasurement.stages {
            let spent = load.difference("bellwether_ingest_stage_seconds_total{stage=\"\(stage)\"}")
            rows.append(("  time in \(stage)", 1e6 * spent / accepted, "µs a sample"))
        }
        rows += [
            ("latency, median", load.latency(0.5) / 1e6, "ms"),
            ("latency, p99", load.latency(0.99) / 1e6, "ms"),
            ("latency, worst", load.latency(1) / 1e6, "ms"),
            ("to the score at half the rate, median", result.half.scoreDelay(0.5) / 1e6, "ms"),
            ("to the score at half the rate, p99", result.half.scoreDelay(0.99) / 1e6, "ms"),
            ("  of these within 50 ms", 100 * result.half.scoredShare(within: 0.05), "%"),
            ("memory", load.residentMegabytes, "MB"),
            ("chunks", result.chunkBytes, "bytes a sample"),
            ("database, with states and labels", result.databaseBytes, "bytes a sample"),
            ("restart after a crash, until ready", result.restartSeconds, "s"),
            ("  until all scores are there", result.caughtUpSeconds, "s"),
            ("  samples of the journal", Double(result.journalSamples), ""),
        ]
        let texts = rows.map { (name: $0.name, value: number($0.value), unit: $0.unit) }
        let names = texts.map(\.name.count).max() ?? 0
        let values = texts.map(\.value.count).max() ?? 0
        return texts.map { row in
            let line =
                row.name.padded(to: names) + "  " + String(repeating: " ", count: values - row.value.count)
                + row.value
            return (row.unit.isEmpty ? line : line + " " + row.unit) + "\n"
        }.joined()
    }

    /// Three digits, or all of a whole number.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        if abs(value) >= 100 || value == value.rounded() { return String(Int(value.rounded())) }
        let scale = abs(value) >= 10 ? 10.0 : abs(value) >= 1 ? 100.0 : 1_000.0
        return String((value * scale).rounded() / scale)
    }
}
