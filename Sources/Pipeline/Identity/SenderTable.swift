import TimeSeries

/// The senders of the series that rules make of several, and what their points become together.
///
/// Three pods of one deployment say `memory_bytes` in the same second. Their series has a point for what was said at
/// one time, with the mean of the newest values of all that are not gone (or the sum, the maximum, the last: see
/// ``Combination``); a point that comes later than a newer one of another sender is stored a millisecond after that
/// one, so that no value replaces another. What an amount-like metric says (`aggregate: sum`) is kept point by point.
///
/// Counters begin where each process began, so that no mixture of their values is a counter. Their series is what all
/// of them have risen by since they were first seen: a sender that comes or goes moves nothing, one that begins anew
/// has risen by what it says. A point is stored once in a round of senders, or rates of uneven distances would leap.
///
/// Whoever comes again with what was not acknowledged finds the points that were made of it, for the last eight.
struct SenderTable {
    let rules: [IdentityRule]
    private var table: ByteTable
    private var senders: [Sender] = []
    private var mixes: [UInt32: Mix] = [:]
    /// By the number of a series.
    private var kinds: [Kind] = []
    private let seed: UInt64
    private let most: Int
    /// With so many senders those that are long gone are forgotten.
    private var pruneAt = fewestRemembered
    /// What was before the request, for one that nobody has room for.
    private var before: (senders: [(Int, Sender)], mixes: [(UInt32, Mix)]) = ([], [])

    /// What is known of a series.
    private enum Kind: UInt8 {
        case unknown, plain
        /// Stored before there was a rule: what it gets now belongs to another.
        case superseded
        case mixed
    }

    private static let fewestRemembered = 1_024
    /// A sender that was silent for so much longer than its series is forgotten, in milliseconds.
    private static let forgetAfter: Int64 = 3_600_000
    /// A share of the distance of a sender's points within which no second point of a counter is stored.
    private static let round = 0.75

    /// - Parameter mostSeries: Twice as many senders are remembered at most, and two thousand in any case.
    init(rules: [IdentityRule], seed: UInt64, mostSeries: Int = 1_000_000) {
        self.rules = rules
        most = 2 * max(mostSeries, Self.fewestRemembered)
        self.seed = seed
        table = ByteTable(seed: seed)
    }

    /// How many senders are remembered, and whether one more is.
    var count: Int { senders.count }
    var hasRoom: Bool { senders.count < most }

    /// The sender whose labels come as these bytes.
    func find(_ raw: UnsafeRawBufferPointer) -> Int32? { table.find(raw).map { Int32($0) } }

    /// The series of a sender.
    func series(of sender: Int32) -> UInt32 { senders[Int(sender)].series }

    /// Whether what is sent as this series is stored as it is.
    mutating func isPlain(_ id: UInt32, labels: () -> Labels) -> Bool {
        grow(to: id)
        if kinds[Int(id)] == .unknown {
            kinds[Int(id)] = rules.reduce(labels()) == nil ? .plain : .superseded
        }
        return kinds[Int(id)] == .plain
    }

    /// Whether a series is made of several.
    func isMixed(_ id: UInt32) -> Bool { kinds.count > id && kinds[Int(id)] == .mixed }

    /// Takes in a sender that ``find(_:)`` does not know.
    mutating func add(_ raw: UnsafeRawBufferPointer, to series: UInt32, _ kind: @autoclosure () -> Mix.Kind)
        -> Int32
    {
        grow(to: series)
        kinds[Int(series)] = .mixed
        if mixes[series] == nil { mixes[series] = Mix(kind()) }
        _ = table.add(raw)
        senders.append(Sender(series: series))
        return Int32(senders.count - 1)
    }

    private mutating func grow(to id: UInt32) {
        while kinds.count <= id { kinds.append(.unknown) }
    }

    // MARK: - Requests

    /// Begins a request: forgets senders that are long gone, and what the request before changed.
    mutating func begin() {
        before = ([], [])
        guard senders.count >= pruneAt else { return }
        var kept: [Sender] = []
        var texts = ByteTable(seed: seed)
        for series in mixes.keys { mixes[series]?.senders = [] }
        for (place, sender) in senders.enumerated() {
            let last = mixes[sender.series]?.last ?? .min
            let age = sender.last == .min || last == .min ? 0 : max(last, sender.last) - sender.last
            guard age <= max(Self.forgetAfter, 3 * sender.gap) else { continue }
            table[UInt32(place)].withUnsafeBytes { _ = texts.add($0) }
            mixes[sender.series]?.senders.append(Int32(kept.count))
            kept.append(sender)
        }
        (senders, table) = (kept, texts)
        pruneAt = min(max(Self.fewestRemembered, 2 * kept.count), most)
    }

    /// Takes everything back that came since ``begin()``: the request is refused as a whole, and comes again.
    mutating func takeBack() {
        for (place, sender) in before.senders.reversed() { senders[place] = sender }
        for (series, mix) in before.mixes.reversed() { mixes[series] = mix }
        before = ([], [])
    }

    /// A point that a sender sent.
    struct Sent {
        var sender: Int32
        var time: Int64
        var value: Double
    }

    /// What becomes of the points of a request.
    struct Outcome {
        /// What is to be stored.
        var points: [(series: UInt32, time: Int64, value: Double)] = []
        /// Points that have a part in others and are not stored alone.
        var combined = 0
        /// Points that cannot be taken, and why.
        var refused: [(series: UInt32, time: Int64, reason: Refusal)] = []
    }

    /// Why a point cannot be taken.
    enum Refusal {
        /// An old value of a counter: what it had risen by at that time is in later points.
        case counterTooOld
        /// The sender said something else for the same time.
        case differs
    }

    /// Takes the points of a request.
    ///
    /// - Complexity: O(*n* log *n* + *n*·*s*) for *n* points and *s* senders of a series.
    mutating func take(_ sent: [Sent]) -> Outcome {
        var outcome = Outcome()
        let order = sent.indices.sorted { a, b in
            let (first, second) = (series(of: sent[a].sender), series(of: sent[b].sender))
            return (first, sent[a].time, a) < (second, sent[b].time, b)
        }
        var from = 0
        while from < order.count {
            let first = sent[order[from]]
            let series = series(of: first.sender)
            var end = from + 1
            while end < order.count, sent[order[end]].time == first.time,
                self.series(of: sent[order[end]].sender) == series
            { end += 1 }
            take(order[from..<end].map { sent[$0] }, of: series, at: first.time, &outcome)
            from = end
        }
        return outcome
    }

    /// Takes what was sent of one series for one time.
    private mutating func take(_ sent: [Sent], of series: UInt32, at time: Int64, _ outcome: inout Outcome) {
        guard var mix = mixes[series] else { return }
        before.mixes.append((series, mix))
        var fresh: [Sent] = []
        var risen = 0.0
        for point in sent {
            let sender = senders[Int(point.sender)]
            if let twin = fresh.first(where: { $0.sender == point.sender }) {
                if twin.value.bitPattern == point.value.bitPattern {
                    outcome.combined += 1
                } else {
                    outcome.refused.append((series, time, .differs))
                }
            } else if let seen = sender.seen(at: time) {
                if seen.bits != point.value.bitPattern {
                    outcome.refused.append((series, time, .differs))
                } else {
                    outcome.points.append((series, seen.stored, seen.storedValue))
                }
            } else if time <= sender.last || mix.last != .min && mix.last - time > Sender.patience {
                if mix.kind == .increases {
                    outcome.refused.append((series, time, .counterTooOld))
                } else {
                    outcome.points.append((series, time, point.value))
                }
            } else {
                if sender.isLive(at: time), point.value.isFinite {
                    risen += point.value >= sender.value ? point.value - sender.value : point.value
                }
                before.senders.append((Int(point.sender), sender))
                if !mix.senders.contains(point.sender) { mix.senders.append(point.sender) }
                senders[Int(point.sender)].take(time, point.value)
                fresh.append(point)
            }
        }
        guard !fresh.isEmpty else { return }
        mix.total += risen
        if mix.kind == .amounts || mix.kind == .last || isDue(fresh, mix, at: time) {
            mix.last = mix.last == .min ? time : max(time, mix.last + 1)
            mix.lastValue = value(of: &mix, fresh, at: time)
            outcome.points.append((series, mix.last, mix.lastValue))
            outcome.combined += fresh.count - 1
        } else {
            outcome.combined += fresh.count
        }
        for point in fresh {
            senders[Int(point.sender)].note(bits: point.value.bitPattern, stored: mix.last, mix.lastValue)
        }
        mixes[series] = mix
    }

    /// Whether the round of senders of a counter is over; every point of what is no counter is one.
    private func isDue(_ fresh: [Sent], _ mix: Mix, at time: Int64) -> Bool {
        guard mix.kind == .increases, mix.last != .min else { return true }
        return fresh.contains { point in
            let gap = senders[Int(point.sender)].gap
            return gap > 0 && Double(time - mix.last) >= Self.round * Double(gap)
        }
    }

    /// What the senders make together now.
    private func value(of mix: inout Mix, _ fresh: [Sent], at time: Int64) -> Double {
        let newest = fresh[fresh.count - 1].value
        switch mix.kind {
        case .last: return newest
        case .amounts: return fresh.count == 1 ? newest : fresh.reduce(0) { $0 + $1.value }
        case .mean, .sum, .max, .increases: break
        }
        mix.senders.removeAll { !senders[Int($0)].isLive(at: time) }
        // The last of them has ended, or says nonsense: so does the series.
        guard !mix.senders.isEmpty else { return newest }
        if mix.kind == .increases { return mix.total }
        let values = mix.senders.lazy.map { senders[Int($0)].value }
        let sum = values.reduce(0, +)
        return switch mix.kind {
        case .mean: sum / Double(mix.senders.count)
        case .max: values.max() ?? newest
        case .sum, .last, .amounts, .increases: sum
        }
    }
}
