import Storage

/// The newest points of one series, in memory: the chunk that is being filled.
struct SeriesHead {
    /// A chunk is full with so many points.
    static let capacity = 512
    /// The first chunk of a series is full with fewer, from so many on: series that began together would otherwise be
    /// full together, and all of them in one checkpoint.
    static let fewest = 128

    /// The chunk that is being filled.
    private var open = HeadChunk()
    /// With so many points it is full.
    private var limit = Int32(Self.capacity)
    /// The peaks of the scores of the chunk before, for a look back that asks no store.
    private var before: [UInt8] = []
    /// The score of the newest point that was scored.
    private(set) var lastScore = ScoreByte.unscored
    /// Whether the open chunk changed since it was handed over.
    private(set) var isDirty = false
    /// Full chunks that are not committed yet, the earliest first.
    private(set) var sealed: [HeadChunk] = []
    /// Points that belong before the chunk that is being filled.
    private(set) var late = PointColumns()
    /// What was handed over for a commit that is not done.
    private var flying: [HeadChunk] = []
    private var flyingLate: [PointColumns] = []

    /// What became of a point.
    enum Arrival {
        case newest, late, equalDuplicate, conflict
    }

    init() {}

    /// A head without points; the number of its series says with how many its first chunk is full.
    init(first series: UInt32) {
        limit = Self.firstLimit(of: series)
    }

    private static func firstLimit(of series: UInt32) -> Int32 {
        Int32(fewest) + Int32(((series &* 0x9E37_79B9) >> 16) % UInt32(capacity - fewest))
    }

    /// A head that goes on where a stored chunk ended; a full one too, since its last point may not be scored yet.
    ///
    /// - Parameters:
    ///   - points: The points of the chunk.
    ///   - packed: Its bytes; empty to pack them anew.
    ///   - series: The number of the series.
    init(resuming points: PointColumns, _ packed: [UInt8] = [], of series: UInt32) {
        let first = Self.firstLimit(of: series)
        if points.count < first { limit = first }
        guard points.count <= Self.capacity else { return }
        open = HeadChunk(points, packed)
        lastScore = points.scores.last(where: ScoreByte.isScore) ?? ScoreByte.unscored
    }

    /// Appends a point that is later than all before.
    mutating func append(_ time: Int64, _ value: Double) {
        if open.count >= limit {
            before = open.peaks
            sealed.append(open)
            open = HeadChunk()
            limit = Int32(Self.capacity)
        }
        open.append(HeadChunk.Entry(time: time, value: value, score: ScoreByte.unscored))
        isDirty = true
    }

    /// Writes the score of the newest point.
    mutating func score(_ byte: UInt8) {
        open.score(byte)
        if byte != ScoreByte.unscored { lastScore = byte }
        isDirty = true
    }

    /// Writes other scores to points.
    ///
    /// - Returns: The places of those that are not in memory any more, or are on their way to the store.
    mutating func rescore(_ times: [Int64], _ scores: [UInt8]) -> [Int] {
        var wanted: [Int64: UInt8] = [:]
        for (time, score) in zip(times, scores) { wanted[time] = score }
        if open.rescore(wanted) { isDirty = true }
        for place in sealed.indices { _ = sealed[place].rescore(wanted) }
        lastScore = scores.last { ScoreByte.isScore($0) } ?? lastScore
        let first = sealed.first?.first ?? open.first ?? .max
        let apart = Set((flyingLate + [late]).flatMap(\.times))
        return times.indices.filter { times[$0] < first || apart.contains(times[$0]) }
    }

    /// Whether a time lies within the chunk that is being filled, of which nothing is stored but a part.
    func reaches(back time: Int64) -> Bool { open.first.map { time >= $0 } ?? false }

    /// Takes a point that is not later than all before.
    ///
    /// - Parameter score: What stands for its score: that it came too late, or that it is to be judged yet.
    mutating func insert(_ time: Int64, _ value: Double, score: UInt8 = ScoreByte.late) -> Arrival {
        if let first = open.first, time >= first {
            if let stored = open.value(at: time) { return Self.compare(stored, value) }
            open.insert(HeadChunk.Entry(time: time, value: value, score: score))
            isDirty = true
            if open.count > Self.capacity, let last = open.removeLast() {
                before = open.peaks
                sealed.append(open)
                open = HeadChunk()
                open.append(last)
            }
            return .late
        }
        for chunk in flying + sealed {
            if let stored = chunk.value(at: time) { return Self.compare(stored, value) }
        }
        for points in flyingLate {
            let place = Self.place(of: time, count: points.count) { points.times[$0] }
            if place < points.count, points.times[place] == time {
                return Self.compare(points.values[place], value)
            }
        }
        let place = Self.place(of: time, count: late.count) { late.times[$0] }
        if place < late.count, late.times[place] == time { return Self.compare(late.values[place], value) }
        late.times.insert(time, at: place)
        late.values.insert(value, at: place)
        late.scores.insert(score, at: place)
        return .late
    }

    /// Hands over what the store does not hold yet; it stays readable here until ``settle()``.
    mutating func take() -> Taken {
        let taken = Taken(sealed: sealed, open: isDirty && open.count > 0 ? open : nil, late: late)
        flying += sealed
        if late.count > 0 { flyingLate.append(late) }
        sealed.removeAll()
        late = PointColumns()
        isDirty = false
        return taken
    }

    /// What a commit is to hold.
    struct Taken {
        /// Full chunks.
        var sealed: [HeadChunk]
        /// The one that is being filled, if it changed.
        var open: HeadChunk?
        var late: PointColumns
    }

    /// Forgets what was handed over: the store holds it.
    mutating func settle() {
        flying.removeAll()
        flyingLate.removeAll()
    }

    /// Whether the store holds everything.
    var isSettled: Bool {
        !isDirty && sealed.isEmpty && flying.isEmpty && flyingLate.isEmpty && late.count == 0
    }

    /// The points of the chunk that is being filled.
    var newest: PointColumns { open.columns }

    /// The last two points in memory, as far as there are so many.
    var newestTwo: [HeadChunk.Entry] {
        let two = open.newestTwo
        guard two.count < 2, let last = sealed.last?.newestTwo.last else { return two }
        return [last] + two
    }

    /// About the scores of the newest points, the oldest first: of the chunk that is being filled and the one before.
    var recentScores: [UInt8] {
        before.flatMap { repeatElement($0, count: HeatStrip.pointsPerCharacter) } + open.recentScores
    }

    /// The points in memory.
    var held: Held {
        Held(
            runs: (flying + sealed).map(\.columns) + (open.count > 0 ? [open.columns] : []),
            late: flyingLate + (late.count > 0 ? [late] : []))
    }

    /// Points in runs that may overlap in time.
    struct Held: Sendable {
        /// What the store holds in an older form at most.
        var runs: [PointColumns] = []
        /// Of a late point and a stored one at the same time the stored one stays.
        var late: [PointColumns] = []
        /// Scores that were given anew to points that the store has, or gets, with older ones.
        var rescored: [Int64: UInt8] = [:]

        /// Points of this series with the scores that were given anew.
        func rescoring(_ points: PointColumns) -> PointColumns {
            guard !rescored.isEmpty else { return points }
            var points = points
            for place in points.times.indices {
                if let score = rescored[points.times[place]] { points.scores[place] = score }
            }
            return points
        }
    }

    private static func compare(_ stored: Double, _ value: Double) -> Arrival {
        stored.bitPattern == value.bitPattern ? .equalDuplicate : .conflict
    }

    /// The first place whose time is not before `time`.
    private static func place(of time: Int64, count: Int, _ at: (Int) -> Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if at(middle) < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
