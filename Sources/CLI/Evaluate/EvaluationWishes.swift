import Evaluation
import Forecasting
import Service

/// What `evaluate forecast` is asked for: what the command line alone says.
struct EvaluationWishes {
    static let options = [
        Command.Option(
            "--data", value: "PATH",
            "a folder or .tar[.gz] of sets, or one CSV of series; for detect series with labels"),
        Command.Option("--dataset", value: "NAME,NAME", "these sets only"),
        Command.Option(
            "--models", value: "NAME,NAME",
            "methods, or 'all' (all but slow ones and single evidence); of calibration: the one method that "
                + "forecasts (auto)"),
        Command.Option("--mode", value: "MODE", "of detect: causal, delayed or batch (all of them)"),
        Command.Option("--first", value: "N", "the first N series of each set"),
        Command.Option("--origins", value: "K", "of forecast: K windows at the end of each series, by step"),
        Command.Option("--horizon", value: "H", "of a CSV of series: steps in a window"),
        Command.Option("--season", value: "M", "of a CSV of series: steps in a season (found)"),
        Command.Option("--threads", value: "N", "series side by side; the same figures (1)"),
        Command.Option("--seed", value: "N", "of forecast: where seeded methods begin (1)"),
        Command.Option("--quick", "of calibration: a small sample of series"),
        Command.Option("--peers", "peers on the sets known by name (the default)"),
        Command.Option("--no-peers", "no peers"),
        Command.Option("--plot", value: "FILE.svg", "draw accuracy against cost"),
        Command.Option("--output", short: "-o", value: "FORM", "table, csv or json (table)"),
    ]

    let path: String
    /// The sets to take; `nil` for all.
    let sets: [String]?
    let methods: [EvaluationMethod]
    let first: Int?
    let origins: Int?
    let horizon: Int?
    let season: Int?
    let threads: Int
    let wantsPeers: Bool
    let plotPath: String?
    let format: OutputFormat

    static let mostThreads = 256
    private static let mostOrigins = 1000
    private static let longestHorizon = 10_000

    init(_ arguments: Arguments) throws {
        guard !arguments.has("--quick") else { throw UsageError("--quick is for evaluate calibration") }
        guard !arguments.has("--mode") else { throw UsageError("--mode is for evaluate detect") }
        guard let path = arguments.text("--data") else {
            throw UsageError("evaluate forecast needs --data PATH: a folder or tar of sets, or a CSV")
        }
        self.path = path
        sets = try arguments.text("--dataset").map { try Self.names($0, "--dataset") }
        let seed = try arguments.integer("--seed", in: 0...Int.max).map { UInt64($0) } ?? 1
        methods = try Self.methods(arguments.text("--models"), seed: seed)
        first = try arguments.integer("--first", in: 1...Int.max)
        origins = try arguments.integer("--origins", in: 1...Self.mostOrigins)
        horizon = try arguments.integer("--horizon", in: 1...Self.longestHorizon)
        season = try arguments.integer("--season", in: 1...1_000_000)
        threads = try arguments.integer("--threads", in: 1...Self.mostThreads) ?? 1
        guard !(arguments.has("--peers") && arguments.has("--no-peers")) else {
            throw UsageError("--peers and --no-peers exclude each other")
        }
        guard !(arguments.has("--peers") && origins != nil) else {
            throw UsageError("--peers were not measured at other origins: leave out --origins")
        }
        wantsPeers = !arguments.has("--no-peers")
        plotPath = arguments.text("--plot")
        format = try arguments.choice("--output", OutputFormat.self) ?? .table
    }

    static func names(_ text: String, _ option: String) throws -> [String] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !names.contains("") else { throw UsageError("\(option) must be NAME,NAME, not '\(text)'") }
        return names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
    }

    private static func methods(_ text: String?, seed: UInt64) throws -> [EvaluationMethod] {
        let names: [String]
        switch text {
        case nil: names = EvaluationMethod.usual
        case "all": names = EvaluationMethod.names
        case .some(let text): names = try Self.names(text, "--models")
        }
        return try names.map { name in
            if let method = EvaluationMethod.named(name, seed: seed) { return method }
            let near = nearest(to: name, among: EvaluationMethod.names)
            throw UsageError(
                "--models: no method '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                    + " (known: \(EvaluationMethod.names.joined(separator: ", ")))")
        }
    }
}
