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

extension Context {
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
