/// What happened to which incidents in one call of the book.
struct IncidentBatch {
    /// Of one incident.
    struct Entry {
        var joined: [Verdict] = []
        var recovered: [Verdict] = []
        /// Services, jobs or apps that it did not show in before, in words.
        var culprits: [String] = []
        var severity: (from: Severity, to: Severity)?
        var isOpened = false
        var isUpdated = false
        /// Why members ended that did not recover.
        var reason: String?
    }

    private(set) var entries: [Int64: Entry] = [:]

    mutating func touch(_ id: Int64) { if entries[id] == nil { entries[id] = Entry() } }
    mutating func join(_ id: Int64, _ verdict: Verdict) {
        entries[id, default: Entry()].joined.append(verdict)
    }
    mutating func show(_ id: Int64, _ culprit: String) {
        guard entries[id]?.culprits.contains(culprit) != true else { return }
        entries[id, default: Entry()].culprits.append(culprit)
    }
    mutating func recover(_ id: Int64, _ verdict: Verdict, because reason: String? = nil) {
        entries[id, default: Entry()].recovered.append(verdict)
        if let reason { entries[id]?.reason = reason }
    }
    mutating func rise(_ id: Int64, from old: Severity, to new: Severity) {
        entries[id, default: Entry()].severity = (entries[id]?.severity?.from ?? old, new)
    }
    mutating func tell(_ transition: Transition, of id: Int64) {
        if transition == .opened { entries[id, default: Entry()].isOpened = true }
        if transition == .updated { entries[id, default: Entry()].isUpdated = true }
    }
}

extension IncidentBook {
    /// Brings the changed incidents in order: rank, title, timeline, what is told; resolves those that are due.
    mutating func finish(_ batch: IncidentBatch, now: Int64) -> [Change] {
        var changes: [Change] = []
        for (id, entry) in batch.entries.sorted(by: { $0.key < $1.key }) {
            guard var incident = incidents[id] else { continue }
            incident.changed = now
            incident.rank()
            if entry.isOpened || incident.naming == nil { incident.naming = incident.currentNaming }
            incident.title = incident.currentTitle
            let isActive = incident.members.contains { !$0.verdict.isOver }
            incident.recovered = isActive || incident.members.isEmpty ? nil : incident.recovered ?? now
            record(entry, in: &incident, now: now)
            var told: [Transition] = []
            if entry.isOpened {
                incident.settledIdentity = incident.identity
                incident.toldMembers = incident.members.count
                told.append(.opened)
            } else if isNews(entry, incident) {
                incident.toldMembers = max(incident.members.count, incident.toldMembers)
                told.append(.updated)
            }
            let isForgone = entry.reason != nil && !isActive && !incident.members.isEmpty
            if let due = incident.resolutionDue, due <= now || isForgone {
                resolve(&incident, by: "", comment: entry.reason ?? "all series have recovered", now: now)
                told = told.filter { $0 == .opened } + [.resolved]
            } else {
                incidents[id] = incident
            }
            changes += told.isEmpty ? [(incident, nil)] : told.map { (incident, $0) }
        }
        return changes
    }

    /// Whether receivers hear of a change: it is more urgent, or shows in another service or in twice as many series.
    private func isNews(_ entry: IncidentBatch.Entry, _ incident: Incident) -> Bool {
        entry.isUpdated || entry.severity != nil || !entry.culprits.isEmpty
            || (!entry.joined.isEmpty && incident.members.count >= 2 * max(incident.toldMembers, 1))
    }

    private func record(_ entry: IncidentBatch.Entry, in incident: inout Incident, now: Int64) {
        func note(_ kind: Incident.Moment.Kind, _ text: String) {
            incident.note(Incident.Moment(time: now, kind: kind, text: text))
        }
        if entry.isOpened {
            note(.opened, incident.title)
        } else if let first = entry.joined.first {
            let count = entry.joined.count
            let joined = count == 1 ? Incident.short(first.labels) : "\(count) series"
            note(.joined, joined + entry.culprits.map { ", " + $0 }.joined())
        }
        if let severity = entry.severity, !entry.isOpened {
            note(.severity, "from \(severity.from.rawValue) to \(severity.to.rawValue)")
        }
        if let first = entry.recovered.first {
            let count = entry.recovered.count
            let series = count == 1 ? Incident.short(first.labels) : "\(count) series"
            note(.recovered, entry.reason.map { "\(series): \($0)" } ?? series)
        }
    }

    /// Ends an incident.
    mutating func resolve(_ incident: inout Incident, by: String, comment: String, now: Int64) {
        incident.state = .resolved
        incident.resolved = now
        incident.changed = now
        incident.note(Incident.Moment(time: now, kind: .resolved, text: comment, by: by))
        incident.title = incident.currentTitle
        close(incident)
    }
}
