internal import Storage
internal import Synchronization

/// The champion of a definition.
public struct LiveModel: Sendable, Equatable {
    /// The definition's name, or the selector that stands for it.
    public let definition: String
    /// The champion's version, counted from 1.
    public let version: Int
    /// When it was made, milliseconds since 1970.
    public let created: Int64
}

extension Trainer {
    /// The champions by definition, as of at most a second ago; asks no store, so that `/metrics` never waits.
    public var models: [LiveModel] { liveModels.withLock { $0 } }

    /// Brings ``models`` up to date; what cannot be read stays as it was.
    func lookAtModels() {
        guard let champions = try? monitor.store.champions() else { return }
        let known = models
        let found = champions.sorted { $0.key < $1.key }.compactMap { name, version -> LiveModel? in
            if let same = known.first(where: { $0.definition == name && $0.version == version }) {
                return same
            }
            let stored = try? monitor.store.models(of: name).first { $0.version == version }
            return stored.map { LiveModel(definition: name, version: version, created: $0.created) }
        }
        guard found != known else { return }
        liveModels.withLock { $0 = found }
    }
}
