public import Storage

// What the registry holds.

extension Trainer {
    /// The name under which versions are filed: as given where there are some, else that of its definition.
    public func registeredName(_ name: String) throws(TrainerError) -> String {
        if try !versions(of: name).isEmpty { return name }
        return try definition(name).name
    }

    /// The versions of a definition, or of all, without their parameters, by definition and number.
    public func versions(of name: String?) throws(TrainerError) -> [StoredModel] {
        try stored { () throws(StorageError) in try monitor.store.models(of: name) }
    }

    /// The version that is live for each definition that has one.
    public func champions() throws(TrainerError) -> [String: Int] {
        try stored { () throws(StorageError) in try monitor.store.champions() }
    }

    /// Which versions of a definition were champion, the latest first; the first is champion now.
    public func history(of name: String) throws(TrainerError) -> [(version: Int, since: Int64)] {
        try stored { () throws(StorageError) in try monitor.store.championHistory(of: name) }
    }

    /// One version with its parameters, its checksum compared.
    public func version(
        _ number: Int, of name: String
    ) throws(TrainerError) -> (model: StoredModel, parameters: ModelParameters) {
        let found = try stored { () throws(StorageError) in
            try monitor.store.model(name, version: number)
        }
        guard let found else { throw .unknownVersion(definition: name, version: number) }
        return (found, try stored { () throws(StorageError) in try parameters(of: found) })
    }
}
