/// The tables of a database, and the steps that lead to them.
enum Schema {
    /// Marks a database as one of this program: the letters `BLWR`.
    static let applicationID: Int32 = 0x424C_5752
    /// The number of the last migration.
    static var version: Int { migrations.count }

    /// What each version adds to the one before, from version 1 on. Never edit one that was released: add
    /// another.
    static let migrations: [[String]] = [
        [
            """
            CREATE TABLE meta (
                id INTEGER PRIMARY KEY CHECK (id = 1), journal_segment INTEGER NOT NULL, created INTEGER,
                points INTEGER NOT NULL, chunk_bytes INTEGER NOT NULL
            ) STRICT
            """,
            "INSERT INTO meta VALUES (1, 0, NULL, 0, 0)",
            "CREATE TABLE series (id INTEGER PRIMARY KEY, labels BLOB NOT NULL UNIQUE) STRICT",
            """
            CREATE TABLE chunk (
                series INTEGER NOT NULL REFERENCES series (id), first INTEGER NOT NULL, last INTEGER NOT NULL,
                count INTEGER NOT NULL, origin INTEGER NOT NULL, bytes BLOB NOT NULL,
                PRIMARY KEY (series, first)
            ) STRICT, WITHOUT ROWID
            """,
            // With rowid: a row of a table without has at most 1,002 bytes on its page, and a state would take another
            // whole page for its last hundreds.
            """
            CREATE TABLE state (
                series INTEGER NOT NULL REFERENCES series (id), kind TEXT NOT NULL, version TEXT,
                bytes BLOB NOT NULL, PRIMARY KEY (series, kind)
            ) STRICT
            """,
            """
            CREATE TABLE anomaly (
                series INTEGER NOT NULL REFERENCES series (id), first INTEGER NOT NULL,
                definition TEXT NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
                open INTEGER NOT NULL,
                peak INTEGER NOT NULL, value REAL, expected REAL, lower REAL, upper REAL, score REAL,
                p_value REAL,
                direction INTEGER NOT NULL, evidence TEXT NOT NULL, definition_hash TEXT NOT NULL,
                PRIMARY KEY (series, first, definition)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX anomaly_by_time ON anomaly (first DESC, series, definition, last)",
            """
            CREATE TABLE model (
                definition TEXT NOT NULL, version INTEGER NOT NULL, method TEXT NOT NULL,
                created INTEGER NOT NULL,
                window_first INTEGER NOT NULL, window_last INTEGER NOT NULL, configuration_hash TEXT NOT NULL,
                parent INTEGER, checksum TEXT NOT NULL, parameters BLOB NOT NULL,
                PRIMARY KEY (definition, version)
            ) STRICT
            """,
            """
            CREATE TABLE model_metric (
                definition TEXT NOT NULL, version INTEGER NOT NULL, place INTEGER NOT NULL,
                name TEXT NOT NULL, value REAL, PRIMARY KEY (definition, version, place),
                FOREIGN KEY (definition, version) REFERENCES model (definition, version)
            ) STRICT, WITHOUT ROWID
            """,
            refusal("UPDATE", on: "model"), refusal("DELETE", on: "model"),
            refusal("UPDATE", on: "model_metric"), refusal("DELETE", on: "model_metric"),
            """
            CREATE TABLE champion (
                place INTEGER PRIMARY KEY, definition TEXT NOT NULL, version INTEGER NOT NULL,
                since INTEGER NOT NULL,
                FOREIGN KEY (definition, version) REFERENCES model (definition, version)
            ) STRICT
            """,
            "CREATE INDEX champion_by_definition ON champion (definition, place)",
        ],
        [
            // With rowid, as states: their bytes are long.
            """
            CREATE TABLE incident (
                id INTEGER PRIMARY KEY, state TEXT NOT NULL, opened INTEGER NOT NULL,
                changed INTEGER NOT NULL, resolved INTEGER, bytes BLOB NOT NULL
            ) STRICT
            """,
            "CREATE INDEX incident_by_time ON incident (opened DESC, id DESC, resolved)",
            "CREATE INDEX incident_by_state ON incident (state, opened DESC, id DESC, resolved)",
            """
            CREATE TABLE delivery (
                sequence INTEGER PRIMARY KEY, incident INTEGER NOT NULL, channel TEXT NOT NULL,
                state TEXT NOT NULL, due INTEGER NOT NULL, bytes BLOB NOT NULL
            ) STRICT
            """,
            "CREATE INDEX delivery_by_state ON delivery (state, sequence)",
            "CREATE INDEX delivery_by_incident ON delivery (incident, sequence)",
            """
            CREATE TABLE silence (
                id TEXT PRIMARY KEY, starts INTEGER NOT NULL, ends INTEGER NOT NULL, bytes BLOB NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE event (
                id TEXT PRIMARY KEY, starts INTEGER NOT NULL, ends INTEGER NOT NULL, bytes BLOB NOT NULL
            ) STRICT
            """,
            "CREATE INDEX event_by_time ON event (starts DESC, id, ends)",
            // Numbers outlive their records.
            "ALTER TABLE meta ADD COLUMN last_incident INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE meta ADD COLUMN last_delivery INTEGER NOT NULL DEFAULT 0",
        ],
        [
            "ALTER TABLE anomaly ADD COLUMN began INTEGER",
            """
            CREATE TABLE level_change (
                series INTEGER NOT NULL REFERENCES series (id), at INTEGER NOT NULL,
                definition TEXT NOT NULL, confirmed INTEGER NOT NULL, count INTEGER NOT NULL,
                before REAL, after REAL, PRIMARY KEY (series, at, definition)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX level_change_by_time ON level_change (at DESC, series, definition, confirmed)",
        ],
        [
            // Chunks that still grow, those of neighbouring series in one blob.
            "CREATE TABLE head (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT"
        ],
        [
            "ALTER TABLE anomaly ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
            // With rowid, as states: their bytes are long.
            """
            CREATE TABLE snapshot (
                series INTEGER NOT NULL REFERENCES series (id), time INTEGER NOT NULL, kind TEXT NOT NULL,
                version TEXT, bytes BLOB NOT NULL, PRIMARY KEY (series, kind, time)
            ) STRICT
            """,
        ],
        [
            """
            CREATE TABLE rollup (
                series INTEGER NOT NULL REFERENCES series (id), width INTEGER NOT NULL,
                first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, bytes BLOB NOT NULL,
                PRIMARY KEY (series, width, first)
            ) STRICT
            """
        ],
    ]

    /// The tables of a version, but that of chunks.
    static func tables(of version: Int) -> [String] {
        ["meta", "series", "state", "anomaly", "model", "model_metric", "champion"]
            + (version < 2 ? [] : ["incident", "delivery", "silence", "event"])
            + (version < 3 ? [] : ["level_change"])
            + (version < 4 ? [] : ["head"])
            + (version < 5 ? [] : ["snapshot"])
            + (version < 6 ? [] : ["rollup"])
    }

    /// A version of a model never changes and is never lost, whoever writes to the file.
    private static func refusal(_ action: String, on table: String) -> String {
        """
        CREATE TRIGGER \(table)_refuses_\(action.lowercased()) BEFORE \(action) ON \(table)
        BEGIN SELECT RAISE(ABORT, 'a stored model never changes'); END
        """
    }

    /// Brings a database to the last version, in one transaction.
    ///
    /// - Throws: ``StorageError/newer(path:found:known:)`` when it is of a later one.
    static func migrate(_ database: Connection) throws(StorageError) {
        let found = try number("user_version", of: database)
        guard found <= version else { throw .newer(path: database.path, found: found, known: version) }
        guard found < version else { return }
        try database.transaction(writes: true) { () throws(StorageError) in
            for step in migrations[found...] {
                for statement in step { try database.run(statement) }
            }
            try database.run("PRAGMA application_id = \(applicationID)")
            try database.run("PRAGMA user_version = \(version)")
        }
    }

    /// A pragma that is a number.
    static func number(_ pragma: String, of database: Connection) throws(StorageError) -> Int {
        try database.first("PRAGMA \(pragma)") { Int($0.integer(0)) } ?? 0
    }

    /// Makes an empty database, under another name first: an incomplete one never has the name.
    static func create(_ path: String) throws(StorageError) {
        let draft = path + ".new"
        try removeDraft(draft)
        try build(draft)
        try DataFiles.sync(draft)
        try DataFiles.rename(draft, to: path)
    }

    /// Removes what a crash may have left of a draft.
    static func removeDraft(_ path: String) throws(StorageError) {
        for suffix in ["", "-journal", "-wal", "-shm"] { try DataFiles.remove(path + suffix) }
    }

    private static func build(_ path: String) throws(StorageError) {
        let database = try Connection(path, .create)
        try database.run("PRAGMA page_size = \(pageBytes)")
        try migrate(database)
        try useLog(database)
    }

    /// Turns the write-ahead log on, which stays on in the file.
    static func useLog(_ database: Connection) throws(StorageError) {
        let mode = try database.first("PRAGMA journal_mode = WAL") { $0.text(0) }
        guard mode == "wal" else {
            throw .file(
                operation: "keep a write-ahead log for", path: database.path,
                reason: "the file system has no shared memory; choose a directory on a local disk")
        }
    }

    /// A chunk of one series goes to a page that no other series of the checkpoint touches, so that larger pages
    /// write more than they store.
    private static let pageBytes = 4096
}
