public import Storage
import Synchronization
import TimeSeries

extension Monitor {
    /// How all series do, and those of them in detail that are asked for.
    ///
    /// - Parameter silent: Whether no data come of a series that should; `nil`: where the newest point is older than ten
    ///   usual distances, at least five minutes.
    /// - Throws: ``StorageError`` when the last point of a series that is not in memory cannot be read.
    /// - Complexity: O(series) with a few cache lines each, and O(bytes of labels) where words are searched.
    public func fleet(
        _ question: FleetQuestion, silent: (@Sendable (UInt32) -> Bool)? = nil
    ) throws(StorageError) -> Fleet {
        let now = surroundings.wall()
        let promises = shards.map { shard in
            let promise = Promise<[ShardRow]>()
            let isPut = shard.mailbox.put(
                .control { promise.fulfil($0.fleetRows(now: now, silent: silent)) })
            if !isPut { promise.abandon() }
            return promise
        }
        let all = promises.flatMap { $0.wait() ?? [] }
        var fleet = Fleet(time: now, counts: [:], matching: 0, rows: [])
        for state in FleetState.allCases { fleet.counts[state] = 0 }
        for row in all { fleet.counts[row.state, default: 0] += 1 }
        var chosen = choose(all, question)
        fleet.matching = chosen.count
        sort(&chosen, by: question.order)
        let page = chosen.dropFirst(max(question.offset, 0)).prefix(max(question.limit, 0))
        fleet.rows = try describe(Array(page), heat: heat(of: page.map(\.id), question.heat))
        return fleet
    }

    /// The rows that a question matches.
    private func choose(_ rows: [ShardRow], _ question: FleetQuestion) -> [ShardRow] {
        var search = SeriesSearch(question.search)
        return core.withLock { core in
            rows.filter { row in
                guard question.state.map({ $0 == row.state }) ?? true else { return false }
                if let definition = question.definition,
                    core.index.definition(of: row.id)?.definition.name != definition
                {
                    return false
                }
                return search.isEmpty || core.index.withText(row.id) { search.matches(encoded: $0) }
            }
        }
    }

    private func sort(_ rows: inout [ShardRow], by order: FleetQuestion.Order) {
        switch order {
        case .score:
            rows.sort { a, b in
                let (first, second) = (a.state == .anomalous, b.state == .anomalous)
                return first == second ? Self.isWorse(a, b) : first
            }
        case .state:
            let rank = Dictionary(
                uniqueKeysWithValues: FleetState.allCases.enumerated().map { ($1, $0) })
            rows.sort { a, b in
                let (first, second) = (rank[a.state] ?? 0, rank[b.state] ?? 0)
                return first == second ? Self.isWorse(a, b) : first < second
            }
        case .name:
            let named = core.withLock { core in rows.map { ($0, core.index.labels(of: $0.id)) } }
            let keyed = named.map { row, labels in (row, labels[Labels.metricName] ?? "", labels) }
            rows = keyed.sorted { ($0.1, $0.2, $0.0.id) < ($1.1, $1.2, $1.0.id) }.map(\.0)
        }
    }

    /// Whether a row has the higher score; of equal ones the one with the lower number.
    private static func isWorse(_ a: ShardRow, _ b: ShardRow) -> Bool {
        let (first, second) = (a.score.isNaN ? -1 : a.score, b.score.isNaN ? -1 : b.score)
        return first == second ? a.id < b.id : first > second
    }

    private func heat(of ids: [UInt32], _ characters: Int) -> [UInt32: String] {
        let promises = shards.map { shard in
            let own = ids.filter { Int($0) % shards.count == shard.place }
            let promise = Promise<[(UInt32, String)]>()
            if own.isEmpty
                || !shard.mailbox.put(
                    .control { promise.fulfil($0.heat(of: own, characters: characters)) })
            {
                promise.abandon()
            }
            return promise
        }
        return Dictionary(promises.flatMap { $0.wait() ?? [] }) { first, _ in first }
    }

    private func describe(
        _ rows: [ShardRow], heat: [UInt32: String]
    ) throws(StorageError) -> [Fleet.Row] {
        let known = core.withLock { core in
            rows.map { (core.index.labels(of: $0.id), core.index.definition(of: $0.id)?.definition.name) }
        }
        var described: [Fleet.Row] = []
        described.reserveCapacity(rows.count)
        for (row, (labels, definition)) in zip(rows, known) {
            var time = row.time == .min ? nil : row.time
            if time == nil { time = try store.lastChunk(of: row.id)?.last }
            described.append(
                Fleet.Row(
                    id: row.id, labels: labels, definition: definition, state: row.state,
                    score: row.score.isFinite ? row.score : nil,
                    value: row.value.isFinite ? row.value : nil, time: time, heat: heat[row.id] ?? ""))
        }
        return described
    }
}
