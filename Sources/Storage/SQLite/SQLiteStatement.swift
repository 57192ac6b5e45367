import CSQLite

/// A value that a statement is given.
enum SQLValue {
    case integer(Int64)
    /// `nan` is stored as NULL, and NULL is read as `nan`.
    case real(Double)
    case text(String)
    case bytes([UInt8])
    case null

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    static func integer(_ value: UInt32) -> SQLValue { .integer(Int64(value)) }
}

/// One use of a prepared statement; afterwards, on every path, the connection has it back for the next.
struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let connection: Connection
    private let sql: String

    /// Takes a prepared statement from its connection, or prepares it.
    init(_ sql: String, on connection: Connection) throws(StorageError) {
        handle = try connection.prepared(sql)
        self.connection = connection
        self.sql = sql
    }

    deinit {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        connection.keep(handle, for: sql)
    }

    /// Runs it with some values, from the first parameter on, and ignores its rows.
    borrowing func run(_ values: [SQLValue]) throws(StorageError) {
        try bind(values)
        while try step() {}
    }

    /// Begins anew with some values.
    borrowing func bind(_ values: [SQLValue]) throws(StorageError) {
        sqlite3_reset(handle)
        for (place, value) in values.enumerated() {
            let index = Int32(place + 1)
            let code =
                switch value {
                case .integer(let number): sqlite3_bind_int64(handle, index, number)
                case .real(let number): sqlite3_bind_double(handle, index, number)
                case .null: sqlite3_bind_null(handle, index)
                case .text(var text):
                    text.withUTF8 { utf8 in
                        utf8.withMemoryRebound(to: CChar.self) {
                            bellwether_bind_text(handle, index, $0.baseAddress, UInt64($0.count))
                        }
                    }
                // An empty array may have no address, which would bind NULL.
                case .bytes(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(handle, index, 0)
                case .bytes(let bytes):
                    bytes.withUnsafeBytes {
                        bellwether_bind_blob(handle, index, $0.baseAddress, UInt64($0.count))
                    }
                }
            guard code == SQLITE_OK else { throw connection.error(code, sql) }
        }
    }

    /// Advances to the next row; `false` when there is none.
    borrowing func step() throws(StorageError) -> Bool {
        let code = sqlite3_step(handle)
        guard code == SQLITE_ROW || code == SQLITE_DONE else { throw connection.error(code, sql) }
        return code == SQLITE_ROW
    }

    // MARK: - Columns of the row, counted from 0

    borrowing func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    borrowing func real(_ column: Int32) -> Double {
        isNull(column) ? .nan : sqlite3_column_double(handle, column)
    }

    borrowing func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    borrowing func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    borrowing func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        let count = Int(sqlite3_column_bytes(handle, column))
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}

extension Statement {
    /// A number that must fit its type, or the database is damaged.
    borrowing func number<T: FixedWidthInteger>(_ column: Int32, _: T.Type = T.self) throws(StorageError) -> T
    {
        let value = integer(column)
        guard let number = T(exactly: value) else {
            throw .corrupt(path: connection.path, detail: "\(value) in column \(column) of: \(sql)")
        }
        return number
    }
}
