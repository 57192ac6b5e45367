import Evaluation
import Service

/// What `evaluate calibration` is asked for.
struct CalibrationWishes {
    let size: CalibrationStudy.Size
    let threads: Int
    let format: OutputFormat

    /// What it understands.
    private static let own: Set<String> = ["--quick", "--threads", "--output"]

    init(_ arguments: Arguments) throws {
        for option in EvaluationWishes.options
        where !Self.own.contains(option.name) && arguments.has(option.name) {
            throw UsageError("\(option.name) is not for evaluate calibration")
        }
        size = arguments.has("--quick") ? .quick : .full
        threads = try arguments.integer("--threads", in: 1...EvaluationWishes.mostThreads) ?? 1
        format = try arguments.choice("--output", OutputFormat.self) ?? .table
        guard format != .json else { throw UsageError("evaluate calibration writes table or csv, not json") }
    }
}
