import CSQLite
import Glibc

extension StorageError {
    /// The error of a result code of SQLite, with what the library said and what it was asked.
    ///
    /// - Source: <https://sqlite.org/rescode.html>
    static func sqlite(_ code: Int32, on database: OpaquePointer?, path: String, sql: String) -> StorageError
    {
        let message =
            database.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        let reason = "\(message) (code \(code)) when asked: \(sql)"
        // What the system said, where SQLite keeps it: IOERR may well mean that the disk is full.
        let system = database.map { sqlite3_system_errno($0) } ?? 0
        switch code & 0xFF {
        case SQLITE_FULL:
            return .full(path: path)
        case SQLITE_READONLY:
            return .readOnly(path: path)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return .corrupt(path: path, detail: reason)
        case SQLITE_BUSY:
            return .locked(path: path, holder: nil)
        case SQLITE_CONSTRAINT:
            return .refused(path: path, reason: reason)
        case SQLITE_IOERR where syncCodes.contains(code):
            return .syncFailed(path: path, reason: reason)
        case SQLITE_IOERR, SQLITE_CANTOPEN:
            switch system {
            case ENOSPC, EDQUOT, EFBIG: return .full(path: path)
            case EROFS, EACCES, EPERM: return .readOnly(path: path)
            case 0: return .file(operation: "access", path: path, reason: reason)
            default:
                let words = String(cString: strerror(system))
                return .file(operation: "access", path: path, reason: "\(words); \(reason)")
            }
        case SQLITE_ERROR where message.hasPrefix("no such column") || message.hasPrefix("no such table"):
            // What is asked is fixed: the tables are not those that a migration made.
            return .corrupt(path: path, detail: reason)
        default:
            return .database(path: path, code: code, message: message, sql: sql)
        }
    }

    /// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC, macros of an expression that Swift does not import.
    private static let syncCodes: [Int32] = [SQLITE_IOERR | 4 << 8, SQLITE_IOERR | 5 << 8]
}
