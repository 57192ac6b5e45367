internal import Networking
internal import Pipeline

/// The handlers, one file per topic; a handler parses, asks, encodes.
public enum Handlers {}

extension Handlers {
    /// The process runs and answers.
    @Sendable static func healthy(_ request: Request, _ context: Context) -> HTTPResponse {
        .json { writer in
            writer.object { writer in
                writer.member("status", "ok")
                writer.member("version", context.version)
            }
        }
    }

    /// Requests of every kind may come.
    @Sendable static func ready(_ request: Request, _ context: Context) throws -> HTTPResponse {
        var missing = context.readiness.missingNow
        if context.monitor?.lastingFailure != nil { missing.append("durable journal: restart the service") }
        guard missing.isEmpty else {
            var problem = Problem(
                "not-ready", 503, "Not ready", detail: "Missing: \(missing.joined(separator: ", ")).",
                retryAfterSeconds: 1)
            problem.members = [("missing", missing)]
            throw problem
        }
        return .json { writer in
            writer.object { writer in
                writer.member("status", "ready")
                writer.member("version", context.version)
            }
        }
    }
}
