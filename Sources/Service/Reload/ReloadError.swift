internal import Networking
internal import Storage

/// Why a configuration was not taken over; everything is as it was.
enum ReloadError: Error, Equatable {
    /// The service was started without a configuration file.
    case noFile
    /// It is wrong, or cannot be read.
    case configuration(ConfigurationError)
    /// A target cannot be scraped.
    case scrape(String)
    /// The store refused the checkpoint before the change.
    case storage(StorageError)

    /// Whether another attempt with the same files will fail, too.
    var isLasting: Bool {
        if case .storage = self { return false }
        return true
    }

    /// One line an error.
    var lines: [String] {
        switch self {
        case .noFile: ["the service was started without --config"]
        case .configuration(let error): error.all.map { "\($0)" }
        case .scrape(let reason): [reason]
        case .storage(let error): ["\(error)"]
        }
    }
}

extension ReloadError: ProblemConvertible {
    /// 409 without a file, 422 with every place that is wrong, else what the store says.
    var problem: Problem {
        switch self {
        case .noFile:
            return Problem(
                "no-configuration-file", 409, "No configuration file",
                detail: "There is nothing to read again: start the service with --config FILE.")
        case .configuration, .scrape:
            var problem = Problem(
                "invalid-configuration", 422, "Invalid configuration",
                detail: "The configuration was not taken over, the one before stays: \(lines[0])")
            problem.members = [("findings", lines)]
            return problem
        case .storage(let error): return error.problem
        }
    }
}
