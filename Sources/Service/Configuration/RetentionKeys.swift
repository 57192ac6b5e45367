internal import Pipeline
internal import Storage
internal import TimeSeries

/// `retention` while it is read; `nil` where nothing stands.
private struct RetentionDraft {
    /// A time in milliseconds, or for ever when there is none.
    struct Kept { var milliseconds: Int64? }

    var raw: Kept?
    var rollups: [RollupWidth: Kept] = [:]
    var anomalies: Kept?
}

/// Every key of `retention`.
private enum RetentionKeys {
    static let all: [MapKey<RetentionDraft>] = [
        MapKey("raw") { draft, node, reader throws(ConfigurationError) in
            draft.raw = try reader.kept(node, "raw")
        },
        MapKey("rollups") { draft, node, reader throws(ConfigurationError) in
            reader.readMap(node, rollups, of: "rollups", into: &draft)
        },
        MapKey("anomalies") { draft, node, reader throws(ConfigurationError) in
            draft.anomalies = try reader.kept(node, "anomalies")
        },
    ]

    private static let rollups: [MapKey<RetentionDraft>] = [
        MapKey("5m") { draft, node, reader throws(ConfigurationError) in
            draft.rollups[.fiveMinutes] = try reader.kept(node, "5m")
        },
        MapKey("1h") { draft, node, reader throws(ConfigurationError) in
            draft.rollups[.hour] = try reader.kept(node, "1h")
        },
    ]
}

extension ValueReader {
    /// The shortest time for which anything is kept: open chunks and late points need it.
    private static let leastKept: Int64 = 86_400_000

    /// How long what is stored is kept: one time for the points, or a map.
    mutating func retention(_ node: YAMLNode) throws(ConfigurationError) -> Retention {
        guard case .map = node.content else {
            guard let raw = try kept(node, "retention").milliseconds else { return .forever }
            return Retention(points: raw)
        }
        var draft = RetentionDraft()
        readMap(node, RetentionKeys.all, of: "retention", into: &draft)
        var retention = draft.raw?.milliseconds.map { Retention(points: $0) } ?? .forever
        if retention.points == nil, !draft.rollups.isEmpty {
            throw node.error(
                in: file, "rollups are made of points that go: say for how long those are kept, as raw: 30d")
        }
        for (width, kept) in draft.rollups { retention.rollups[width] = .some(kept.milliseconds) }
        if let anomalies = draft.anomalies { retention.records = anomalies.milliseconds }
        var (longest, name) = (retention.points, "raw")
        for width in RollupWidth.allCases {
            guard let kept = retention.rollups[width] else { continue }
            let own = "\(Step.fixed(milliseconds: width.milliseconds))"
            if let kept, kept < longest ?? .max {
                throw node.error(
                    in: file,
                    "rollups of \(own) must be kept for at least as long as \(name): they follow it")
            }
            (longest, name) = (kept, own)
        }
        return retention
    }

    /// A time in whole days or more, or for ever.
    fileprivate func kept(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> RetentionDraft.Kept
    {
        guard try text(node, name) != "forever" else { return RetentionDraft.Kept() }
        let milliseconds = try milliseconds(node, name)
        guard milliseconds >= Self.leastKept else {
            throw complaint(node, name, "at least 1d, as 90d, or forever", try text(node, name))
        }
        return RetentionDraft.Kept(milliseconds: milliseconds)
    }
}
