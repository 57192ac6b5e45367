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
    /// SQLite refused: its words, and what it was asked.
    case database(code: Int32, message: String, sql: String)
    /// An earlier write could not be made durable; nothing is accepted until a restart.
    case syncFailed(path: String, reason: String)
}
