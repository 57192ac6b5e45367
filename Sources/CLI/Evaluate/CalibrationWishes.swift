import Evaluation
import Forecasting
import Service

/// What `evaluate calibration` is asked for.
struct CalibrationWishes {
    let size: CalibrationStudy.Size
    /// What forecasts for the full tier where incidents are planted and those of quiet series counted.
    let method: String
    let threads: Int
    let format: OutputFormat

    /// What it understands.
    private static let own: Set<String> = ["--quick", "--models", "--threads", "--output"]

    init(_ arguments: Arguments) throws {
        for option in EvaluationWishes.options
        where !Self.own.contains(option.name) && arguments.has(option.name) {
            throw UsageError("\(option.name) is not for evaluate calibration")
        }
        size = arguments.has("--quick") ? .quick : .full
        method = try Self.method(arguments.text("--models"))
        threads = try arguments.integer("--threads", in: 1...EvaluationWishes.mostThreads) ?? 1
        format = try arguments.choice("--output", OutputFormat.self) ?? .table
        guard format != .json else { throw UsageError("evaluate calibration writes table or csv, not json") }
    }

    private static func method(_ name: String?) throws -> String {
        guard let name else { return CalibrationStudy.usualMethod }
        guard ForecasterCatalog.names.contains(name) else {
            let near = nearest(to: name, among: ForecasterCatalog.names)
            throw UsageError(
                "--models: evaluate calibration takes one method that forecasts, not '\(name)'"
                    + (near.map { "; did you mean '\($0)'?" } ?? "")
                    + " (known: \(ForecasterCatalog.names.joined(separator: ", ")))")
        }
        return name
    }
}
