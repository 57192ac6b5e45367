import Detection
import Glibc
import Storage
import TimeSeries

/// What a shard knows of one series without looking at its past.
struct ShardRow: Sendable {
    var id: UInt32
    var state: FleetState
    /// ln p / ln p\*; `nan` when there is none.
    var score: Double
    /// `nan` when it is not known.
    var value: Double
    /// Milliseconds since 1970; `Int64.min` when there is no point in memory.
    var time: Int64
}

extension Shard {
    /// How each series of the shard does, by number. O(series), a few cache lines each.
    ///
    /// - Parameters:
    ///   - now: The wall clock, milliseconds since 1970.
    ///   - silent: Whether a series is silent; `nil`: as its usual distances say.
    func fleetRows(now: Int64, silent: (@Sendable (UInt32) -> Bool)?) -> [ShardRow] {
        registrations.map { fleetRow($0, now: now, silent: silent) }
    }

    /// How one series of the shard does.
    func fleetRow(
        _ registration: Registration, now: Int64, silent: (@Sendable (UInt32) -> Bool)?
    ) -> ShardRow {
        let slot = Int(slots[local(registration.id)])
        guard slot >= 0 else {
            return ShardRow(id: registration.id, state: .noData, score: .nan, value: .nan, time: .min)
        }
        let full = fulls[slot]
        let time = states[slot].lastTime
        let isAnomalous = full?.run.isOpen ?? states[slot].run.isOpen
        // A model that was fitted to the past has judged none of it: what came with that is not "well".
        let isUnjudged = heads[slot].lastScore == ScoreByte.unscored
        let isWarming =
            full.map { $0.live == nil || isUnjudged } ?? (registration.isScored && states[slot].readiness < 1)
        let distance = full?.clock.map { Double($0.step.nominalMilliseconds) } ?? states[slot].usualDistance
        let isSilent = silent?(registration.id) ?? Self.isSilent(since: time, now: now, distance: distance)
        let threshold = full?.threshold ?? StreamSeries.threshold
        let value = full.map { $0.newest?.value ?? .nan } ?? value(in: slot, registration.isCounter)
        return ShardRow(
            id: registration.id,
            state: isSilent ? .noData : isAnomalous ? .anomalous : isWarming ? .warming : .ok,
            score: ScoreByte.score(heads[slot].lastScore, threshold: threshold) ?? .nan,
            value: value, time: time)
    }

    /// No point for so long is silence: ten usual distances, and at least five minutes.
    private static func isSilent(since time: Int64, now: Int64, distance: Double) -> Bool {
        guard time != .min else { return true }
        return Double(now) - Double(time) > max(300_000, 10 * distance)
    }

    /// The newest value: as it is, or the rate of a counter.
    private func value(in slot: Int, _ isCounter: Bool) -> Double {
        guard isCounter else { return Double(bitPattern: states[slot].lastBits) }
        var rate = CounterRate()
        var value = Double.nan
        for entry in heads[slot].newestTwo where entry.value.isFinite {
            value = rate.rate(entry.time, entry.value) ?? .nan
        }
        return value
    }

    /// The heat strips of some series of the shard; dots for one that is not in memory.
    func heat(of series: [UInt32], characters: Int) -> [(UInt32, String)] {
        series.map { id in
            let slot = slots[local(id)]
            let scores = slot < 0 ? [] : heads[Int(slot)].recentScores
            return (id, HeatStrip.text(scores, characters: characters))
        }
    }
}

extension ScoreByte {
    /// ln p / ln p\* of a score byte; `nil` for a point that was not scored.
    static func score(_ byte: UInt8, threshold: Double) -> Double? {
        negativeLog10(byte).map { $0 * log(10) / -log(threshold) }
    }
}
