import Storage

/// The newest points of one series, in memory: the chunk that is being filled.
struct SeriesHead {
    /// A chunk is full with so many points.
    static let capacity = 512

    /// The chunk that is being filled.
    private var open = HeadChunk()
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

    /// A head that goes on where a stored chunk ended; a full one too, since its last point may not be scored yet.
    init(resuming points: PointColumns) {
        guard points.count <= Self.capacity else { return }
        open = HeadChunk(points)
        lastScore = points.scores.last { $0 != ScoreByte.unscored } ?? ScoreByte.unscored
    }

    /// Appends a point that is later than all before.
    mutating func append(_ time: Int64, _ value: Double) {
        if open.count == Self.capacity {
            before = open.peaks
            sealed.append(open)
            open = HeadChunk()
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

    /// Whether a time lies within the chunk that is being filled, of which nothing is stored but a part.
    func reaches(back time: Int64) -> Bool { open.first.map { time >= $0 } ?? false }

    /// Takes a point that is not later than all before.
    mutating func insert(_ time: Int64, _ value: Double) -> Arrival {
        if let first = open.first, time >= first {
            if let stored = open.value(at: time) { return Self.compare(stored, value) }
            open.insert(HeadChunk.Entry(time: time, value: value, score: ScoreByte.unscored))
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
        late.scores.insert(ScoreByte.unscored, at: place)
        return .late
    }

    /// Hands over what the store does not hold yet; it stays readable here until ``settle()``.
    mutating func take() -> (chunks: [HeadChunk], late: PointColumns) {
        let chunks = sealed + (isDirty && open.count > 0 ? [open] : [])
        let taken = (chunks, late)
        flying += sealed
        if late.count > 0 { flyingLate.append(late) }
        sealed.removeAll()
        late = PointColumns()
        isDirty = false
        return taken
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
