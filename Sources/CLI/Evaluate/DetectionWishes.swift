import Detection
import Evaluation
import Service

/// What `evaluate detect` is asked for: what the command line alone says.
struct DetectionWishes {
    let path: String
    /// The data sets to take; `nil` for all.
    let datasets: [String]?
    let detectors: [EvaluatedDetector]
    /// The modes of the detectors, which peers are shown in.
    let modes: [DetectionMode]
    let first: Int?
    let threads: Int
    let wantsPeers: Bool
    let plotPath: String?
    let format: OutputFormat

    /// What only other kinds of evaluation understand.
    private static let foreign = ["--origins", "--horizon", "--season", "--seed", "--quick"]

    init(_ arguments: Arguments) throws {
        for name in Self.foreign where arguments.has(name) {
            throw UsageError("\(name) is not for evaluate detect")
        }
        guard let path = arguments.text("--data") else {
            throw UsageError("evaluate detect needs --data PATH: a folder or tar of labelled series")
        }
        guard !(arguments.has("--peers") && arguments.has("--no-peers")) else {
            throw UsageError("--peers and --no-peers exclude each other")
        }
        self.path = path
        datasets = try arguments.text("--dataset").map { try EvaluationWishes.names($0, "--dataset") }
        let mode = try arguments.choice("--mode", DetectionMode.self)
        let detectors = try Self.detectors(arguments.text("--models"), mode)
        self.detectors = detectors
        modes = DetectionMode.allCases.filter { mode in detectors.contains { $0.mode == mode } }
        first = try arguments.integer("--first", in: 1...Int.max)
        threads = try arguments.integer("--threads", in: 1...EvaluationWishes.mostThreads) ?? 1
        wantsPeers = !arguments.has("--no-peers")
        plotPath = arguments.text("--plot")
        format = try arguments.choice("--output", OutputFormat.self) ?? .table
    }

    /// The detectors of some names in every mode, or the one wanted, in the order of the names: of the usual
    /// ones where nothing is named, of every evidence by itself too for `all`.
    private static func detectors(_ text: String?, _ mode: DetectionMode?) throws -> [EvaluatedDetector] {
        let known = EvaluatedDetectors.names
        var names = EvaluatedDetectors.usualNames
        if let text { names = text == "all" ? known : try EvaluationWishes.names(text, "--models") }
        let detectors = try names.flatMap { name in
            let own = EvaluatedDetectors.all.filter { $0.name == name }
            guard !own.isEmpty else {
                let near = nearest(to: name, among: known)
                throw UsageError(
                    "--models: no detector '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                        + " (known: \(known.joined(separator: ", ")))")
            }
            return own.filter { mode == nil || $0.mode == mode }
        }
        guard !detectors.isEmpty else {
            throw UsageError("--mode: none of \(names.joined(separator: ", ")) is \(mode?.rawValue ?? "")")
        }
        return detectors
    }
}
