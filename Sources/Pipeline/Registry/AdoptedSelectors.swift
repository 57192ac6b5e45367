import Query
import Storage

extension Store {
    /// The definitions of a configuration, and behind them one for each selector that has a champion.
    ///
    /// The champion of a definition that has left the configuration waits for its return, also where its name could
    /// be read as a selector: it was made for another hash.
    func withSelectors(_ definitions: [MetricDefinition]) throws(StorageError) -> [MetricDefinition] {
        var all = definitions
        for (name, version) in try champions().sorted(by: { $0.key < $1.key }) {
            guard !definitions.contains(where: { $0.name == name }),
                let selector = try? Selector(parsing: name), selector.description == name
            else { continue }
            let definition = MetricDefinition(selector: selector)
            let champion = try models(of: name).first { $0.version == version }
            if champion?.configurationHash == definition.configurationHash { all.append(definition) }
        }
        return all
    }
}
