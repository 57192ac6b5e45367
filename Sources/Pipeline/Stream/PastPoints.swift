import Storage

/// What the store holds of points that are older than those in memory, for one batch: asked chunk by chunk.
struct PastPoints {
    private let store: any Store
    private var series: UInt32 = .max
    private var times: ClosedRange<Int64> = 0...0
    private var points = PointColumns()
    private var questions = 0

    /// A batch may ask the store so often, about a fifth of a second; what comes later is taken without a look, and of two
    /// points at one time the stored one stays all the same.
    private static let mostQuestions = 2_000

    init(_ store: any Store) {
        self.store = store
    }

    /// The value that is stored for a time; `nil` when there is none, or nobody knows.
    mutating func value(at time: Int64, of series: UInt32) -> Double? {
        if series != self.series || !times.contains(time) {
            guard questions < Self.mostQuestions else { return nil }
            questions += 1
            guard let chunk = try? store.chunks(of: series, in: time...time).first,
                let points = try? ChunkCodec.decode(chunk.bytes)
            else { return nil }
            self.series = series
            self.points = points
            times = chunk.first...chunk.last
        }
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points.times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low < points.count && points.times[low] == time ? points.values[low] : nil
    }
}
