/// How a command prints its answer.
enum OutputFormat: String, CaseIterable, Sendable {
    case table
    case csv
    case json
}
