extension SQLiteStore {
    /// Stores a version under the next number of its definition, in a transaction of its own.
    public func add(_ model: StoredModel) throws(StorageError) -> Int {
        try write { (database) throws(StorageError) in
            let last = try database.first(
                "SELECT max(version) FROM model WHERE definition = ?", .text(model.definition)
            ) { Int($0.integer(0)) }
            let version = (last ?? 0) + 1
            try database.run(
                """
                INSERT INTO model (definition, version, method, created, window_first, window_last,
                    configuration_hash, parent, checksum, parameters)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, .text(model.definition), .integer(version), .text(model.method), .integer(model.created),
                .integer(model.windowFirst), .integer(model.windowLast), .text(model.configurationHash),
                model.parent.map { .integer($0) } ?? .null, .text(model.checksum), .bytes(model.parameters))
            for (place, metric) in model.metrics.enumerated() {
                try database.run(
                    """
                    INSERT INTO model_metric (definition, version, place, name, value)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                    .text(model.definition), .integer(version), .integer(place), .text(metric.name),
                    .real(metric.value))
            }
            return version
        }
    }

    /// One version with its parameters; `nil` when there is none.
    public func model(_ definition: String, version: Int) throws(StorageError) -> StoredModel? {
        try read { (database) throws(StorageError) in
            try database.first(
                """
                SELECT \(SQLiteStore.modelColumns), parameters FROM model
                WHERE definition = ? AND version = ?
                """,
                .text(definition), .integer(version)
            ) { (row) throws(StorageError) in
                try model(row, parameters: row.bytes(9), in: database)
            }
        }
    }

    /// The versions of a definition, or of all, without their parameters, by definition and number.
    public func models(of definition: String?) throws(StorageError) -> [StoredModel] {
        try read { (database) throws(StorageError) in
            try database.all(
                """
                SELECT \(SQLiteStore.modelColumns) FROM model WHERE definition = ?1 OR ?1 IS NULL
                ORDER BY definition, version
                """, definition.map { .text($0) } ?? .null
            ) { (row) throws(StorageError) in
                try model(row, parameters: [], in: database)
            }
        }
    }

    /// The version that is live for each definition that has one.
    public func champions() throws(StorageError) -> [String: Int] {
        try read { (database) throws(StorageError) in
            var champions: [String: Int] = [:]
            try database.each("SELECT definition, version FROM champion ORDER BY place") {
                champions[$0.text(0)] = Int($0.integer(1))
            }
            return champions
        }
    }

    /// Which versions of a definition were champion, the latest first.
    public func championHistory(
        of definition: String
    ) throws(StorageError) -> [(version: Int, since: Int64)] {
        try read { (database) throws(StorageError) in
            try database.all(
                "SELECT version, since FROM champion WHERE definition = ? ORDER BY place DESC",
                .text(definition)
            ) { (version: Int($0.integer(0)), since: $0.integer(1)) }
        }
    }

    private static let modelColumns = """
        definition, version, method, created, window_first, window_last, configuration_hash, parent,
            checksum
        """

    private func model(
        _ row: borrowing Statement, parameters: [UInt8], in database: Connection
    ) throws(StorageError) -> StoredModel {
        let (definition, version) = (row.text(0), row.integer(1))
        let metrics = try database.all(
            "SELECT name, value FROM model_metric WHERE definition = ? AND version = ? ORDER BY place",
            .text(definition), .integer(version)
        ) { StoredModel.Metric(name: $0.text(0), value: $0.real(1)) }
        return StoredModel(
            definition: definition, version: Int(version), method: row.text(2), created: row.integer(3),
            windowFirst: row.integer(4), windowLast: row.integer(5), configurationHash: row.text(6),
            metrics: metrics, parent: row.isNull(7) ? nil : Int(row.integer(7)), checksum: row.text(8),
            parameters: parameters)
    }
}
