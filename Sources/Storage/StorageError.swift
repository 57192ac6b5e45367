/// Why something could not be stored or read back.
public enum StorageError: Error, Equatable, Sendable {
    /// The system refused an operation on a file: what, where, and its reason.
    case file(operation: String, path: String, reason: String)
    /// No room is left on the device of this path.
    case full(path: String)
    /// The place cannot be written to.
    case readOnly(path: String)
    /// Another process holds the directory.
    case locked(path: String, holder: String?)
    /// Stored bytes make no sense: where, and what is wrong.
    case corrupt(path: String, detail: String)
    /// Written by a newer version of the program.
    case newer(path: String, found: Int, known: Int)
    /// What was asked does not fit what is there; nothing was changed. The reason says what to do.
    case refused(path: String, reason: String)
    /// SQLite refused: where, its words, and what it was asked.
    case database(path: String, code: Int32, message: String, sql: String)
    /// An earlier write could not be made durable; nothing is accepted until a restart.
    case syncFailed(path: String, reason: String)

    /// Whether the same may succeed when it is asked again; a lock without a holder is one that SQLite met.
    public var mayPass: Bool {
        switch self {
        case .file, .full, .database, .locked(_, holder: nil): true
        case .readOnly, .locked, .corrupt, .newer, .refused, .syncFailed: false
        }
    }
}

extension StorageError: CustomStringConvertible {
    /// What happened, where, and what to do about it; one line.
    public var description: String {
        switch self {
        case .file(let operation, let path, let reason):
            "cannot \(operation) \(path): \(reason)"
        case .full(let path):
            "no room is left for \(path): make room on its device"
        case .readOnly(let path):
            "\(path) cannot be written to: give this user the right to, or choose another directory"
        case .locked(let path, let holder):
            "\(path) is in use by \(holder ?? "another process"): stop it first, or choose another directory"
        case .corrupt(let path, let detail):
            "\(path) is damaged and was left as it is: \(detail); restore a backup into a new directory"
        case .newer(let path, let found, let known):
            "\(path) has format \(found), this program knows \(known): install a newer version of it"
        case .refused(let path, let reason):
            "\(path): \(reason)"
        case .database(let path, let code, let message, let sql):
            "\(path): SQLite refused with \(message) (code \(code)) when asked: \(sql)"
        case .syncFailed(let path, let reason):
            "\(path) could not be made durable: \(reason); check the device, then start again"
        }
    }
}
