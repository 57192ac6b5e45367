import Synchronization

extension MemoryShelf: RollupShelf {
    /// Where a block of rollups stands.
    struct RollupKey: Hashable {
        let series: UInt32
        let width: RollupWidth
        let first: Int64
    }

    func rollup(_ series: UInt32, _ width: RollupWidth, at first: Int64) throws(StorageError)
        -> RollupColumns?
    {
        guard let stored = rollups[RollupKey(series: series, width: width, first: first)] else { return nil }
        return try RollupCodec.decode(stored.bytes)
    }

    mutating func put(_ rollup: StoredRollup) {
        rollups[RollupKey(series: rollup.series, width: rollup.width, first: rollup.first)] = rollup
    }

    func firstBlock(_ series: UInt32, _ width: RollupWidth) -> Int64? {
        rollups.keys.lazy.filter { $0.series == series && $0.width == width }.map(\.first).min()
    }

    mutating func removeRollup(_ series: UInt32, _ width: RollupWidth, at first: Int64) {
        rollups[RollupKey(series: series, width: width, first: first)] = nil
    }
}

extension MemoryStore {
    /// Lets go of some of what is old.
    public func expire(_ expiry: Expiry) throws(StorageError) -> Expired {
        try content.withLock { (content) throws(StorageError) in
            var expired = Expired()
            var left = expiry.most
            var next = content
            if let before = expiry.recordsBefore {
                expired.records = next.expireRecords(before: before)
            }
            let series = next.series.keys.filter { $0 >= expiry.from }.sorted()
            for id in series.prefix(expiry.mostSeries) {
                try next.shelf.expire(id, expiry, left: &left, &expired)
                guard left > 0 else {
                    expired.next = id
                    break
                }
            }
            if left > 0, series.count > expiry.mostSeries { expired.next = series[expiry.mostSeries] }
            content = next
            return expired
        }
    }

    /// The rollups of a series that begin in some times. O(*n*) in the number of all blocks.
    public func rollups(
        of series: UInt32, _ width: RollupWidth, in times: Range<Int64>
    ) throws(StorageError) -> RollupColumns {
        let stored = content.withLock { content in
            content.shelf.rollups.values.filter { $0.series == series && $0.width == width }
        }
        var all = RollupColumns()
        for block in stored.sorted(by: { $0.first < $1.first }) {
            all.append(try RollupCodec.decode(block.bytes), in: times)
        }
        return all
    }

    /// When the first interval of the rollups of a series begins.
    public func firstRollup(of series: UInt32, _ width: RollupWidth) throws(StorageError) -> Int64? {
        try rollups(of: series, width, in: Int64.min..<Int64.max).times.first
    }
}

extension MemoryContent {
    fileprivate mutating func expireRecords(before: Int64) -> Int {
        let counts = anomalies.count + levelChanges.count + alerts.incidents.count
        anomalies = anomalies.filter { $0.value.isOpen || $0.value.to >= before }
        levelChanges = levelChanges.filter { $0.value.confirmed >= before }
        let old = Set(alerts.incidents.values.filter { $0.resolved ?? .max < before }.map(\.id))
        for id in old { alerts.incidents[id] = nil }
        alerts.deliveries = alerts.deliveries.filter { !old.contains($0.value.incident) }
        return counts - anomalies.count - levelChanges.count - alerts.incidents.count
    }
}
