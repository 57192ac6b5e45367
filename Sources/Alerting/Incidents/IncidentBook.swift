internal import TimeSeries

/// Every incident that is not resolved, and how verdicts make, change and end them. Pure: no clock, no store.
///
/// A verdict joins the incident of its kind that ``IncidentReach`` says it belongs to; of several the oldest. A series
/// is a member once, with its newest stretch.
///
/// The same verdicts again, as replay of a journal makes them, change nothing: of each series the book knows the newest
/// stretch, for a day also after its incident was resolved.
public struct IncidentBook: Sendable {
    /// One changed incident and what somebody may want to hear of it.
    public typealias Change = (incident: Incident, transition: Transition?)

    /// What joins what.
    public internal(set) var merging: MergePolicy
    /// The largest number of an incident so far.
    public private(set) var lastID: Int64
    var incidents: [Int64: Incident] = [:]
    var reaches: [Int64: IncidentReach] = [:]
    /// The incident that each series is a member of.
    var owners: [Member: Int64] = [:]
    private var past: [Member: Past] = [:]
    private var pruned = Int64.min

    /// One series and what may be wrong with it.
    struct Member: Hashable, Sendable {
        let series: UInt32
        let kind: Verdict.Kind

        init(_ key: Verdict.Key) {
            series = key.series
            kind = key.kind
        }
    }

    /// The newest stretch of a series whose incident is resolved.
    private struct Past {
        var from: Int64
        /// When it was last spoken of.
        var seen: Int64
        /// When its incident resolved by itself, and how long that one had waited.
        var resolved: Int64?
        var hold: Int64
    }

    /// Milliseconds for which a stretch is known after its incident was resolved.
    public static let memory: Int64 = 86_400_000
    /// An incident of a series that was resolved less than so many milliseconds ago shows that it goes back and forth.
    static let flapping: Int64 = 3_600_000
    /// The longest wait before a resolution, in multiples of the least time open.
    static let mostHold: Int64 = 8

    /// A book with the incidents of a store.
    ///
    /// - Parameter lastID: The largest number there ever was.
    public init(merging: MergePolicy, unresolved: [Incident], lastID: Int64) {
        self.merging = merging
        self.lastID = max(lastID, unresolved.map(\.id).max() ?? 0)
        for incident in unresolved where incident.state != .resolved {
            incidents[incident.id] = incident
            for member in incident.members { extend(incident.id, by: member.verdict) }
        }
    }

    /// Remembers the stretches of incidents that were resolved before a start, the earliest first.
    public mutating func remember(resolved: [Incident], now: Int64) {
        for incident in resolved.sorted(by: { $0.id < $1.id }) {
            // Stretches that went on when somebody resolved it may go on now.
            for member in incident.members { bury(member.verdict, incident, seen: now) }
        }
    }

    /// The incidents that are not resolved, by number.
    public var unresolved: [Incident] { incidents.values.sorted { $0.id < $1.id } }

    /// One incident that is not resolved.
    public func incident(_ id: Int64) -> Incident? { incidents[id] }

    // MARK: - Time and verdicts

    /// Takes one verdict; what changed.
    public mutating func take(_ verdict: Verdict, now: Int64) -> [Change] { take([verdict], now: now) }

    /// Takes verdicts that came together; what changed, by number: an incident and each of its transitions, or `nil`
    /// when nobody is told.
    ///
    /// Members that join in the batch that opens an incident are part of its opening.
    ///
    /// - Complexity: O(verdicts · (incidents + members)), and one sort of each changed incident's members.
    public mutating func take(_ verdicts: [Verdict], now: Int64) -> [Change] {
        var batch = IncidentBatch()
        for verdict in verdicts { apply(verdict, now: now, &batch) }
        return finish(batch, now: now)
    }

    /// Lets time pass: resolutions and acknowledgements that are due.
    ///
    /// - Complexity: O(incidents).
    public mutating func tick(now: Int64) -> [Change] {
        var batch = IncidentBatch()
        for (id, incident) in incidents {
            if let until = incident.acknowledgement?.until, incident.state == .acknowledged, until <= now {
                let by = incident.acknowledgement?.by ?? ""
                incidents[id]?.state = .open
                incidents[id]?.acknowledgement = nil
                incidents[id]?.note(
                    Incident.Moment(
                        time: now, kind: .reopened, text: "the acknowledgement of \(by) has ended"))
                batch.tell(.updated, of: id)
            }
            if let due = incident.resolutionDue, due <= now { batch.touch(id) }
        }
        if now - 60_000 > pruned {
            pruned = now
            past = past.filter { now - $0.value.seen <= Self.memory }
        }
        return finish(batch, now: now)
    }

    /// Ends every member whose stretch is not among those that go on.
    ///
    /// - Parameter reason: Why one ends that has not recovered. An incident whose last member ends so resolves at once.
    public mutating func reconcile(
        _ goingOn: Set<Verdict.Key>, now: Int64, because reason: (Verdict) -> String? = { _ in nil }
    ) -> [Change] {
        var batch = IncidentBatch()
        for id in incidents.keys {
            for place in incidents[id]?.members.indices ?? 0..<0 {
                guard let verdict = incidents[id]?.members[place].verdict, !verdict.isOver,
                    !goingOn.contains(verdict.key)
                else { continue }
                incidents[id]?.members[place].verdict.isOver = true
                batch.recover(id, verdict, because: reason(verdict))
            }
        }
        return finish(batch, now: now)
    }

    private mutating func apply(_ verdict: Verdict, now: Int64, _ batch: inout IncidentBatch) {
        let member = Member(verdict.key)
        let isTimely = !verdict.isOver && now - verdict.time <= verdict.lateness
        if let id = owners[member] {
            let series = verdict.key.series
            guard let place = incidents[id]?.members.firstIndex(where: { $0.verdict.key.series == series }),
                let old = incidents[id]?.members[place].verdict
            else { return }
            if old.key == verdict.key {
                update(id, place, old, verdict, &batch)
            } else if verdict.key.from > old.key.from, isTimely {
                // Another stretch of a member.
                if old.isOver { hold(id, longerThan: incidents[id]?.recoveryHold ?? 0, verdict) }
                incidents[id]?.members[place] = Incident.Member(verdict: verdict, joined: now)
                join(id, verdict, now: now, &batch)
            }
            return
        }
        if let last = past[member], verdict.key.from <= last.from {
            past[member]?.seen = now
            return
        }
        guard isTimely else { return }
        let id = home(of: verdict) ?? open(verdict, now: now, &batch)
        if let culprit = reaches[id]?.newCulprit(in: verdict, merging) { batch.show(id, culprit) }
        incidents[id]?.members.append(Incident.Member(verdict: verdict, joined: now))
        if let last = past[member], let resolved = last.resolved, now - resolved <= Self.flapping {
            hold(id, longerThan: last.hold, verdict)
        }
        join(id, verdict, now: now, &batch)
    }

    private mutating func update(
        _ id: Int64, _ place: Int, _ old: Verdict, _ verdict: Verdict, _ batch: inout IncidentBatch
    ) {
        let ends = verdict.isOver && !old.isOver
        guard ends || verdict.time > old.time || (verdict.time == old.time && verdict.isOver == old.isOver)
        else { return }
        guard verdict != old else { return }
        var newest = verdict
        newest.time = max(verdict.time, old.time)
        incidents[id]?.members[place].verdict = newest
        if ends { batch.recover(id, verdict) } else { batch.touch(id) }
        raise(id, to: verdict.severity, &batch)
    }

    private mutating func join(_ id: Int64, _ verdict: Verdict, now: Int64, _ batch: inout IncidentBatch) {
        extend(id, by: verdict)
        past[Member(verdict.key)] = nil
        let started = min(incidents[id]?.started ?? .max, verdict.key.from)
        incidents[id]?.started = started
        batch.join(id, verdict)
        raise(id, to: verdict.severity, &batch)
    }

    private mutating func raise(_ id: Int64, to severity: Severity, _ batch: inout IncidentBatch) {
        guard let old = incidents[id]?.severity, severity > old else { return }
        incidents[id]?.severity = severity
        batch.rise(id, from: old, to: severity)
    }

    /// Lets an incident wait twice as long before it resolves.
    private mutating func hold(_ id: Int64, longerThan last: Int64, _ verdict: Verdict) {
        let least = max(verdict.boundedLeastOpen, 1)
        let next = min(max(2 * last, 2 * least), Self.mostHold * least)
        let longer = max(incidents[id]?.recoveryHold ?? 0, next)
        incidents[id]?.recoveryHold = longer
    }

    // MARK: - What belongs together

    mutating func extend(_ id: Int64, by verdict: Verdict) {
        owners[Member(verdict.key)] = id
        reaches[id, default: IncidentReach()].extend(by: verdict, merging)
    }

    /// The incident that a new stretch joins; `nil` when it is the first of its own.
    private func home(of verdict: Verdict) -> Int64? {
        let kind = Incident.Kind(verdict.key.kind)
        return reaches.filter { id, reach in
            incidents[id]?.kind == kind && reach.takes(verdict, merging)
        }
        .keys.min()
    }

    /// Opens an incident without members.
    private mutating func open(_ verdict: Verdict, now: Int64, _ batch: inout IncidentBatch) -> Int64 {
        lastID += 1
        incidents[lastID] = Incident(
            id: lastID, state: .open, kind: Incident.Kind(verdict.key.kind), severity: verdict.severity,
            title: "", opened: now, started: verdict.key.from)
        batch.tell(.opened, of: lastID)
        return lastID
    }

    /// Adds an incident that somebody opens.
    mutating func add(_ make: (_ id: Int64) -> Incident) -> Incident {
        lastID += 1
        let incident = make(lastID)
        incidents[lastID] = incident
        return incident
    }

    /// Forgets an incident that is resolved, all but the stretches of its members.
    mutating func close(_ incident: Incident) {
        incidents[incident.id] = nil
        reaches[incident.id] = nil
        for member in incident.members {
            owners[Member(member.verdict.key)] = nil
            bury(member.verdict, incident, seen: incident.resolved ?? incident.changed)
        }
    }

    private mutating func bury(_ verdict: Verdict, _ incident: Incident, seen: Int64) {
        let isByHand = incident.timeline.last { $0.kind == .resolved }?.by.isEmpty == false
        past[Member(verdict.key)] = Past(
            from: verdict.key.from, seen: seen, resolved: isByHand ? nil : incident.resolved,
            hold: incident.recoveryHold)
    }
}

extension Incident.Kind {
    /// The kind of incident that a verdict makes.
    init(_ kind: Verdict.Kind) {
        switch kind {
        case .anomaly: self = .anomaly
        case .noData: self = .noData
        }
    }
}
