internal import Query
internal import TimeSeries

extension Outbox {
    /// Milliseconds after which a silence or a muted time that is in the way is looked at again.
    static let holdCheck: Int64 = 15_000

    /// What is due now: at most one of an incident and channel, and only when nothing of the two is in flight.
    ///
    /// What is returned in `send` counts as in flight until ``finish(_:_:now:)``. What is silenced or muted is put
    /// off; when its incident was resolved meanwhile nobody hears of it at all.
    ///
    /// - Parameter incident: An incident by its number; `nil` when there is none.
    /// - Returns: What to send, and what changed otherwise, to be committed: put off for the first time, suppressed, or
    ///   rejected for want of its incident or channel.
    /// - Complexity: O(incidents and channels with something waiting).
    public mutating func due(
        now: Int64, silences: [Silence], incident: (Int64) -> Incident?
    ) -> (send: [Delivery], changed: [Delivery]) {
        let active = silences.filter { $0.starts <= now && now < $0.ends }
        var send: [Delivery] = []
        var changed: [Delivery] = []
        for pair in queues.keys.sorted(by: { ($0.incident, $0.channel) < ($1.incident, $1.channel) }) {
            while let first = queues[pair]?.first, let entry = entries[first], !entry.isInFlight,
                max(entry.delivery.due, entry.heldUntil ?? .min) <= now
            {
                if let reason = refusal(pair) {
                    entries[first]?.delivery.isGone = gone[pair.channel] != nil
                    changed.append(end(first, .rejected, reason, now: now))
                    continue
                }
                if entry.delivery.event == .resolved, unheard.contains(pair) {
                    changed.append(end(first, .suppressed, Self.unheardReason, now: now))
                    continue
                }
                guard let subject = incident(pair.incident) else {
                    changed.append(end(first, .rejected, "the incident is unknown", now: now))
                    continue
                }
                guard let reason = obstacle(pair.channel, subject, active, now: now) else {
                    entries[first]?.isInFlight = true
                    entries[first]?.heldUntil = nil
                    if entry.firstAttempt == nil { entries[first]?.firstAttempt = now }
                    send.append(entry.delivery)
                    break
                }
                changed += hold(pair, reason, now: now)
            }
        }
        return (send.sorted { $0.sequence < $1.sequence }, changed)
    }

    /// When ``due(now:silences:incident:)`` has something to do next; `nil` when nothing waits, or all is in flight.
    ///
    /// Repetitions are not in it: call ``tick(now:unresolved:)`` every few seconds.
    public var nextDue: Int64? {
        queues.values.compactMap { queue in
            guard let first = queue.first, let entry = entries[first], !entry.isInFlight else { return nil }
            return max(entry.delivery.due, entry.heldUntil ?? .min)
        }
        .min()
    }

    /// Takes note of how an attempt ended.
    ///
    /// - Returns: The delivery as it is now, to be committed: delivered, rejected, or waiting for a later time.
    ///   ``Delivery/due`` of one that ended is when it did.
    /// - Precondition: The delivery is in flight.
    public mutating func finish(
        _ sequence: Int64, _ result: Result<Void, NotifierFailure>, now: Int64
    ) -> Delivery {
        guard var entry = entries[sequence], entry.isInFlight else {
            preconditionFailure("delivery \(sequence) is not in flight")
        }
        entry.isInFlight = false
        entry.delivery.attempts += 1
        entries[sequence] = entry
        switch result {
        case .success:
            told[entry.delivery.incident]?.newest[entry.delivery.channel] = now
            unheard.remove(Pair(of: entry.delivery))
            return end(sequence, .delivered, "", now: now)
        case .failure(.rejected(let reason, let isGone)):
            if isGone {
                gone[entry.delivery.channel] = reason
                entries[sequence]?.delivery.isGone = true
            }
            return end(sequence, .rejected, reason, now: now)
        case .failure(.retryLater(let reason, let after, let within)):
            let wait = RetrySchedule.wait(attempts: entry.delivery.attempts, asked: after)
            guard now + wait - (entry.firstAttempt ?? now) < RetrySchedule.patience else {
                return end(sequence, .rejected, "too old: tried for 7 days; at last: " + reason, now: now)
            }
            entry.refusedSince = within.map { _ in entry.refusedSince ?? now }
            if let within, let since = entry.refusedSince, now - since >= within {
                let minutes = within / 60_000
                return end(sequence, .rejected, "refused for \(minutes) min: " + reason, now: now)
            }
            entry.delivery.due = now + wait
            entry.delivery.lastError = reason
            entries[sequence] = entry
            return entry.delivery
        }
    }

    /// Keeps what is sent for a delivery: rendered once, before its first attempt.
    ///
    /// - Parameter now: When it was made: what happens later is news for the next message of the channel.
    /// - Returns: The delivery with its payload, to be committed before it is sent.
    /// - Precondition: The delivery waits or is in flight.
    public mutating func setPayload(_ bytes: [UInt8], of sequence: Int64, now: Int64) -> Delivery {
        entries[sequence]?.delivery.payload = bytes
        guard let delivery = entries[sequence]?.delivery else {
            preconditionFailure("delivery \(sequence) does not wait")
        }
        told[delivery.incident]?.made[delivery.channel] = now
        return delivery
    }

    /// When the newest message about an incident was made for the channel of a delivery; `nil` when none was.
    public func lastMade(before delivery: Delivery) -> Int64? {
        told[delivery.incident]?.made[delivery.channel]
    }

    /// Tries a rejected delivery again, at once, with the payload it had.
    ///
    /// A channel that wanted nothing more is tried again too. Attempts and the time for giving up count from new.
    public mutating func again(_ rejected: Delivery, now: Int64) -> Delivery {
        guard entries[rejected.sequence] == nil else { return rejected }
        gone[rejected.channel] = nil
        var delivery = rejected
        delivery.state = .waiting
        delivery.due = now
        delivery.attempts = 0
        delivery.isGone = false
        enqueue(delivery)
        return delivery
    }

    private static let unheardReason = "its opening was rejected"

    // MARK: - In the way

    /// Why a channel can never take anything.
    private func refusal(_ pair: Pair) -> String? {
        if let reason = gone[pair.channel] { return reason }
        guard case .each = notifiers[pair.channel] else {
            return "no channel \"\(pair.channel)\" is configured any more"
        }
        return nil
    }

    /// What keeps an incident from a channel at this time: a silence of every member that goes on and whose routes lead
    /// there, or a muted time.
    private func obstacle(
        _ channel: String, _ incident: Incident, _ silences: [Silence], now: Int64
    ) -> String? {
        let all = incident.identity["alertname"] ?? ""
        let aspects = incident.aspects(tree.names.union(silences.names), isActive: true)
        let spoken = aspects.filter { aspect in !silences.contains { $0.fits(aspect, or: all) } }
        let open = spoken.flatMap { branches(to: channel, for: $0) }
        if spoken.count < aspects.count, open.isEmpty,
            spoken.isEmpty || aspects.contains(where: { !branches(to: channel, for: $0).isEmpty })
        {
            let silence = silences.first { silence in aspects.contains { silence.fits($0, or: all) } }
            return "silenced by " + (silence.map { $0.createdBy.isEmpty ? $0.id : $0.createdBy } ?? "")
        }
        let isMuted = !open.isEmpty && open.allSatisfy { self.isMuted($0, now: now) }
        return isMuted ? "muted by a time interval" : nil
    }

    private func branches(to channel: String, for labels: Labels) -> [RouteTree.Branch] {
        tree.branches(for: labels).filter { receivers[$0.receiver]?.contains(channel) ?? false }
    }

    /// Looks again, at once, at what a silence or a muted time put off: the incident is not what it was.
    public mutating func reconsider(_ incident: Int64) {
        for (pair, queue) in queues where pair.incident == incident {
            for sequence in queue { entries[sequence]?.heldUntil = nil }
        }
    }

    /// Puts off the first of a queue, or ends what nobody is to hear of: an update that the resolution follows, and
    /// all of an incident that was put off from the opening to the resolution.
    private mutating func hold(_ pair: Pair, _ reason: String, now: Int64) -> [Delivery] {
        guard let queue = queues[pair], let first = queue.first, let entry = entries[first] else { return [] }
        let isResolved = queue.contains { entries[$0]?.delivery.event == .resolved }
        let isUntold = entry.delivery.event == .opened && entry.delivery.attempts == 0
        if isResolved, isUntold {
            return queue.map { end($0, .suppressed, reason, now: now) }
        }
        if isResolved, entry.delivery.event == .updated {
            return [end(first, .suppressed, reason, now: now)]
        }
        entries[first]?.heldUntil = now + Self.holdCheck
        guard entry.delivery.lastError != reason else { return [] }
        entries[first]?.delivery.lastError = reason
        return entries[first].map { [$0.delivery] } ?? []
    }

    private mutating func end(
        _ sequence: Int64, _ state: Delivery.State, _ reason: String, now: Int64
    ) -> Delivery {
        guard var delivery = entries.removeValue(forKey: sequence)?.delivery else {
            preconditionFailure("delivery \(sequence) does not wait")
        }
        let pair = Pair(of: delivery)
        if state == .rejected, delivery.event == .opened { unheard.insert(pair) }
        queues[pair]?.removeAll { $0 == sequence }
        if queues[pair]?.isEmpty ?? false { queues[pair] = nil }
        // Of a resolved incident with nothing left to send nothing follows.
        if queues[pair] == nil, told[delivery.incident] == nil { unheard.remove(pair) }
        delivery.state = state
        delivery.lastError = reason
        delivery.due = now
        return delivery
    }
}
