import Storage

/// The newest points of one series, in memory: the chunk that is being filled.
struct SeriesHead {
    /// One point with its score.
    struct Entry: BitwiseCopyable {
        var time: Int64
        var value: Double
        var score: UInt8
    }

    /// A chunk is full with so many points.
    static let capacity = 512

    /// Strictly ascending in time.
    private(set) var entries: [Entry] = []
    /// Whether the open chunk changed since it was handed over.
    private(set) var isDirty = false
    /// Full chunks that are not committed yet, the earliest first.
    private(set) var sealed: [PointColumns] = []
    /// Points that belong before the chunk that is being filled.
    private(set) var late = PointColumns()
    /// What was handed over for a commit that is not done.
    private var flying: [PointColumns] = []
    private var flyingLate: [PointColumns] = []

    /// What became of a point.
    enum Arrival {
        case newest, late, equalDuplicate, conflict
    }

    init() {}

    /// A head that goes on where a stored chunk ended; a full one too, since its last point may not be scored yet.
    init(resuming points: PointColumns) {
        guard points.count <= Self.capacity else { return }
        for index in 0..<points.count {
            entries.append(
                Entry(time: points.times[index], value: points.values[index], score: points.scores[index]))
        }
    }

    /// Appends a point that is later than all before.
    mutating func append(_ time: Int64, _ value: Double) {
        if entries.count == Self.capacity {
            sealed.append(columns)
            entries.removeAll(keepingCapacity: true)
        }
        entries.append(Entry(time: time, value: value, score: ScoreByte.unscored))
        isDirty = true
    }

    /// Writes the score of the newest point.
    mutating func score(_ byte: UInt8) {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].score = byte
        isDirty = true
    }

    /// Takes a point that is not later than all before.
    mutating func insert(_ time: Int64, _ value: Double) -> Arrival {
        if let first = entries.first, time >= first.time {
            let place = Self.place(of: time, count: entries.count) { entries[$0].time }
            if place < entries.count, entries[place].time == time {
                return Self.compare(entries[place].value, value)
            }
            entries.insert(Entry(time: time, value: value, score: ScoreByte.unscored), at: place)
            isDirty = true
            if entries.count > Self.capacity {
                let last = entries.removeLast()
                sealed.append(columns)
                entries = [last]
            }
            return .late
        }
        for chunk in flying + flyingLate + sealed {
            let place = Self.place(of: time, count: chunk.count) { chunk.times[$0] }
            if place < chunk.count, chunk.times[place] == time {
                return Self.compare(chunk.values[place], value)
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
    mutating func take() -> (chunks: [PointColumns], late: PointColumns) {
        let chunks = sealed + (isDirty && !entries.isEmpty ? [columns] : [])
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
    var isSettled: Bool { !isDirty && sealed.isEmpty && flying.isEmpty && flyingLate.isEmpty && late.count == 0 }

    /// The points in memory.
    var held: Held {
        Held(
            runs: flying + sealed + (entries.isEmpty ? [] : [columns]),
            late: flyingLate + (late.count > 0 ? [late] : []))
    }

    /// Points in runs that may overlap in time.
    struct Held: Sendable {
        /// What the store holds in an older form at most.
        var runs: [PointColumns] = []
        /// Of a late point and a stored one at the same time the stored one stays.
        var late: [PointColumns] = []
    }

    /// The points of the open chunk.
    var columns: PointColumns {
        var columns = PointColumns()
        columns.times.reserveCapacity(entries.count)
        columns.values.reserveCapacity(entries.count)
        columns.scores.reserveCapacity(entries.count)
        for entry in entries {
            columns.times.append(entry.time)
            columns.values.append(entry.value)
            columns.scores.append(entry.score)
        }
        return columns
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
