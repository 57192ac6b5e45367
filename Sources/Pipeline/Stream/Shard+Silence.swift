import Alerting
import Storage
import TimeSeries

extension Shard {
    /// Silences are looked at no more seldom than so many nanoseconds, whatever the clocks do.
    private static let longestPause: UInt64 = 60_000_000_000
    /// Stored series that were not read yet are read so many at a look, about 20 ms.
    private static let unreadAtALook = 200
    /// What stands for the step while it is not known, in milliseconds.
    private static let unknownStep: Int64 = 1_000

    /// Notes a stored series for which somebody may be told of silence, without reading it.
    func leaveUnread(_ local: Int) {
        guard let policy = registrations[local].policy, let alert = policy.definition.alert,
            alert.noData != .off
        else { return }
        // No policy that counts steps is shorter than this while the step is not known.
        let limit = policy.longestSilence(step: policy.definition.step)
        absent[local] = SilenceWatch(
            unreadSince: clock(), limit: limit > 0 ? limit : max(policy.definition.latenessMilliseconds, 1))
    }

    /// Goes on listening to a series that has come into memory.
    func listen(to full: FullSeries, _ local: Int, _ head: PointColumns?) {
        let kept = absent.removeValue(forKey: local)
        if let kept, !kept.isUnread {
            full.silence = kept
            return
        }
        // What is restored without a time was never heard live: a backfill alone, for which nobody waits.
        let unheard = full.isRestored ? .min : head?.lastHeard ?? .min
        let last = full.silence.last > .min ? full.silence.last : unheard
        full.silence = SilenceWatch(
            last: last, since: kept?.seen ?? clock(),
            limit: full.policy.longestSilence(step: full.clock?.step), wall: wall())
        nextLook = min(nextLook, full.silence.due)
    }

    /// Notes a point of a series whose silence matters.
    func hear(_ point: Arrival, of full: FullSeries, _ slot: Int, at now: UInt64) {
        // A source that says that a series has ended is silent from then on.
        guard point.value.bitPattern != Point.staleMarkerBits else { return }
        if full.silence.limit == 0 {
            full.silence.setLimit(full.policy.longestSilence(step: full.clock?.step))
        }
        let wasTalking = full.silence.state == .talking
        let isLive = !isReplaying
        let youngest = isLive ? full.policy.lateness(step: full.clock?.step) : full.silence.memory
        let step = full.clock?.step ?? full.policy.definition.step
        let over = full.silence.hear(
            SilenceWatch.Arrival(request: requests, moment: now, time: point.time),
            step: step?.nominalMilliseconds ?? Self.unknownStep, isLive: isLive,
            isInTime: wall() - point.time < youngest)
        if !wasTalking { nextLook = min(nextLook, full.silence.due) }
        guard let from = over else { return }
        let length = point.time > from ? " after \(Self.text(point.time - from))" : ""
        note(
            .comes, "data come again\(length).", of: owners[slot], from, at: max(point.time, from),
            full.policy, full.clock)
    }

    /// Notes a point that is not the newest: a sign of life as long as it is younger than the longest silence.
    func hearLate(_ point: Arrival, of full: FullSeries, _ slot: Int, at now: UInt64) {
        guard wall() - point.time < full.silence.limit else { return }
        hear(point, of: full, slot, at: now)
    }

    /// Finds the series that have been silent for too long.
    func lookForSilence() {
        let now = clock()
        guard now >= nextLook else { return }
        let wall = wall()
        var next = now > .max - Self.longestPause ? .max : now + Self.longestPause
        let unread = absent.keys.filter { absent[$0].map { $0.isUnread && now >= $0.due } ?? false }.sorted()
        for local in unread.prefix(Self.unreadAtALook) { _ = slot(local) }
        if unread.count > Self.unreadAtALook { next = now }
        for slot in fulls.indices {
            guard let full = fulls[slot], full.isWatched else { continue }
            let isLetGo = look(at: &full.silence, of: owners[slot], full.policy, full.clock, now, wall)
            if isLetGo, let outcome = full.giveUp(at: wall) {
                note(outcome, of: full, slot)
                note(slot)
            }
            next = min(next, full.silence.due)
        }
        for local in absent.keys.sorted() {
            guard var silence = absent[local], let policy = registrations[local].policy else { continue }
            if !silence.isUnread {
                _ = look(at: &silence, of: registrations[local].id, policy, nil, now, wall)
                absent[local] = silence
            }
            next = min(next, silence.due)
        }
        nextLook = next
        flush()
    }

    /// - Returns: Whether the series is let go.
    private func look(
        at silence: inout SilenceWatch, of id: UInt32, _ policy: FullPolicy, _ clock: StepClock?,
        _ now: UInt64,
        _ wall: Int64
    ) -> Bool {
        if silence.begins(now: now) {
            // The clock of a source may be a little ahead; nothing came later than now.
            let since = Timestamp(milliseconds: min(silence.last, wall)).rfc3339(in: .utc)
            let sentence = "no data for \(Self.text(silence.limit)), the last at \(since)."
            note(.stops, sentence, of: id, silence.last, at: wall, policy, clock)
            return false
        }
        guard silence.isLost(wall: wall), policy.isScraped else { return false }
        silence.letGo()
        let sentence =
            "no data for \(Self.text(silence.memory)): the instance is taken to be gone, and its series is let go."
        note(.comes, sentence, of: id, silence.last, at: wall, policy, clock)
        return true
    }

    /// Which stretches and silences somebody may have been told of are not over.
    ///
    /// Every silence that may go on counts, whether or not it is long enough yet: after a start it is counted anew.
    func standing() throws(StorageError) -> Standing {
        var standing = Standing()
        for local in registrations.indices where slots[local] < 0 {
            guard let policy = registrations[local].policy, policy.definition.alert != nil else { continue }
            let id = registrations[local].id
            let runs = try openRun(of: id).map { [$0] } ?? []
            if let run = runs.first, run.definition == policy.name, run.definitionHash != policy.hash {
                // Its definition was edited: its state knows whether the stretch goes on, and is looked at below.
                _ = slot(local)
                continue
            }
            for run in runs where run.definitionHash == policy.hash {
                standing.goingOn.insert(Verdict.Key(series: id, kind: .anomaly, from: run.from))
            }
            guard absent[local] != nil, let chunk = try store.lastChunk(of: id) else { continue }
            let last = try ChunkCodec.decode(chunk.bytes).lastHeard
            if let last, !policy.isScraped || wall() - last < SilenceWatch.letGoAfter {
                standing.goingOn.insert(Verdict.Key(series: id, kind: .noData, from: last))
            }
        }
        for (id, full) in fullSlots {
            if full.hasAlert, full.run.isOpen, full.confirmation.isConfirmed {
                standing.goingOn.insert(Verdict.Key(series: id, kind: .anomaly, from: full.run.from))
            }
            guard full.isWatched, full.silence.last > .min else { continue }
            guard full.silence.state != .unwatched || !full.policy.isScraped else { continue }
            standing.goingOn.insert(Verdict.Key(series: id, kind: .noData, from: full.silence.last))
        }
        standing.edited = edited
        for registration in registrations {
            if let policy = registration.policy { standing.watchers[registration.id] = policy.watcher }
        }
        return standing
    }

    /// The stretch of a stored series that goes on, if one does.
    private func openRun(of id: UInt32) throws(StorageError) -> StoredAnomaly? {
        var filter = AnomalyFilter()
        filter.series = [id]
        filter.limit = 1
        return try store.anomalies(filter).first { $0.isOpen }
    }

    /// A length of time for people: in the largest unit of which there are two.
    static func text(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")]
        for (unit, name) in units where milliseconds >= 2 * unit { return "\(milliseconds / unit) \(name)" }
        return "\(milliseconds) ms"
    }
}

extension PointColumns {
    /// The time of the last point that is no stale marker, or of the last point when all are; `nil` without points.
    var lastHeard: Int64? {
        let place = values.lastIndex { $0.bitPattern != Point.staleMarkerBits }
        return place.map { times[$0] } ?? times.last
    }
}

extension FullPolicy {
    /// The longest silence that is none, in milliseconds; 0 when that is not known yet.
    func longestSilence(step: Step?) -> Int64 {
        definition.alert?.noData.milliseconds(
            step: step, latenessMilliseconds: definition.latenessMilliseconds) ?? 0
    }

    /// How old the newest verdict of a series may be, in milliseconds: a value is judged when the step after it ends.
    func lateness(step: Step?) -> Int64 {
        let length = (step ?? definition.step)?.nominalMilliseconds ?? 0
        let (lateness, isLong) = definition.latenessMilliseconds.addingReportingOverflow(
            length > .max / 2 ? .max : 2 * length)
        return isLong ? .max : lateness
    }

    /// What somebody is told of its series.
    var watcher: Standing.Watcher {
        guard let alert = definition.alert else { return Standing.Watcher(definition: name, kinds: []) }
        return Standing.Watcher(
            definition: name, kinds: alert.noData == .off ? [.anomaly] : [.anomaly, .noData])
    }

    /// Whether its series belongs to an instance that is scraped, which may go for good.
    var isScraped: Bool { labels["instance"] != nil }
}
