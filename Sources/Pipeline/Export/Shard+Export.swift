import Glibc
import TimeSeries

extension Shard {
    /// Whether somebody wants what is judged of a series.
    func isExported(_ local: UInt32) -> Bool {
        let place = Int(local)
        return registrations[place].isScored && (registrations[place].isExported || export.isAsked(local))
    }

    /// Tells what came of a point of the light tier.
    func exportValue(_ judged: JudgedValue?, of point: Arrival, _ slot: Int) {
        if let judged {
            let isOpen = states[slot].run.isOpen
            hand(
                Self.exported(judged, of: owners[slot], StreamSeries.threshold, isOpen: isOpen), point.series)
        }
        exportEnd(of: point, slot)
    }

    /// Tells of the steps that a point has ended.
    func exportSteps(of full: FullSeries, at point: Arrival, _ slot: Int) {
        for judged in full.watched ?? [] {
            hand(
                Self.exported(judged, of: owners[slot], full.threshold, isOpen: full.run.isOpen), point.series
            )
        }
        exportEnd(of: point, slot)
    }

    private func exportEnd(of point: Arrival, _ slot: Int) {
        guard point.value.bitPattern == Point.staleMarkerBits else { return }
        var end = ExportedScore(series: owners[slot], time: point.time, state: .noData)
        end.isEnd = true
        hand(end, point.series)
    }

    private func hand(_ score: ExportedScore, _ local: UInt32) {
        export.add(score, of: local, isSent: registrations[Int(local)].isExported)
    }

    private static func exported(
        _ judged: JudgedValue, of id: UInt32, _ threshold: Double, isOpen: Bool
    ) -> ExportedScore {
        ExportedScore(
            series: id, time: judged.time,
            state: judged.isAnomaly || isOpen ? .anomalous : judged.score == nil ? .warming : .ok,
            score: judged.score, pValue: judged.score.map { pow(threshold, $0) }, band: judged.band)
    }

    /// The newest scores of some series of the shard, without those that are silent or have ended. Of the light tier
    /// what is expected of a value is known from the first asking on: before, only how the series does.
    func newestScores(of series: [UInt32], now: Int64) -> [ExportedScore] {
        let time = clock()
        export.forget(at: time)
        return series.compactMap { id in
            let registration = registrations[local(id)]
            guard registration.isScored else { return nil }
            let kept = export.newest(of: UInt32(local(id)), at: time)
            let row = fleetRow(registration, now: now, silent: nil)
            let slot = Int(slots[local(id)])
            guard slot >= 0, row.state != .noData, states[slot].lastBits != Point.staleMarkerBits else {
                return nil
            }
            guard let full = fulls[slot] else {
                return kept?.time == row.time
                    ? kept : ExportedScore(series: id, time: row.time, state: row.state)
            }
            return full.newest.map { Self.exported($0, of: id, full.threshold, isOpen: full.run.isOpen) }
        }
    }
}
