import Ingest
import Networking
public import Pipeline
public import Query
public import Storage

extension StorageError: ProblemConvertible {
    /// 503 when another attempt may succeed, 500 otherwise; the log has the path.
    public var problem: Problem {
        switch self {
        case .full:
            Problem(
                "disk-full", 503, "Disk full",
                detail: "The device of the data directory is full: nothing was stored, reading goes on.",
                retryAfterSeconds: 10)
        case .syncFailed:
            Problem(
                "not-durable", 503, "Not durable",
                detail: "The device of the data directory failed: nothing is accepted until a restart.",
                retryAfterSeconds: 30)
        default: Problem("storage", 500, "Storage failed", detail: "\(self)")
        }
    }
}

extension IngestFailure: ProblemConvertible {
    /// 503: the sender is to come again.
    public var problem: Problem {
        switch self {
        case .busy:
            Problem(
                "busy", 503, "Busy", detail: "The queues are full: nothing of this request was stored.",
                retryAfterSeconds: 1)
        case .stopping:
            Problem(
                "stopping", 503, "Stopping",
                detail: "The service is stopping: nothing of this request was stored.", retryAfterSeconds: 5)
        case .storage(let error): error.problem
        }
    }
}

extension SelectorError: ProblemConvertible {
    /// 422, with the column.
    public var problem: Problem {
        Problem("invalid-selector", 422, "Invalid selector", detail: "\(self)")
    }
}

extension TrainerError: ProblemConvertible {
    /// 404 for what there is not, 409 for what runs, 422 for a method that is none.
    public var problem: Problem {
        switch self {
        case .unknownDefinition(let name, let known):
            let hint = nearest(to: name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            return Problem(
                "unknown-definition", 404, "Unknown definition",
                detail:
                    "No metric definition is called \"\(name.prefix(200))\", and as a selector it matches no "
                    + "stored series\(hint).")
        case .alreadyRunning(let name):
            return Problem(
                "already-running", 409, "Already running", detail: "A training of \(name) runs already.")
        case .unknownMethod(let name, let known):
            return BodyError(
                pointer: "/model",
                detail: "no model \"\(name.prefix(80))\"; known: \(known.joined(separator: ", "))"
            ).problem
        case .unknownVersion(let definition, let version):
            return Problem(
                "unknown-version", 404, "Unknown version",
                detail: "There is no version \(version) of \(definition).")
        case .noPrevious(let definition):
            return Problem(
                "no-previous-version", 409, "No previous version",
                detail: "No other version of \(definition) was champion before.")
        case .invalidSelector(let error): return error.problem
        case .owned(let selector, let owners):
            return Problem(
                "owned-by-definition", 409, "Owned by a definition",
                detail:
                    "Every series of \(selector) belongs to \(owners.joined(separator: ", ")): name that instead."
            )
        case .storage(let error): return error.problem
        case .stopping: return IngestFailure.stopping.problem
        }
    }
}

extension Context {
    /// What trains and promotes models.
    ///
    /// - Throws: ``Problem`` 503 in a service without one.
    func requireTrainer() throws(Problem) -> Trainer {
        guard let trainer else {
            throw Problem("no-store", 503, "No store", detail: "This service stores nothing.")
        }
        return trainer
    }

    /// What takes and answers points.
    ///
    /// - Throws: ``Problem`` 503 in a service without one.
    func requireMonitor() throws(Problem) -> Monitor {
        guard let monitor else {
            throw Problem("no-store", 503, "No store", detail: "This service stores nothing.")
        }
        return monitor
    }
}
