import Storage

/// What the store holds of points that are older than those in memory, for one batch: asked chunk by chunk.
struct PastPoints {
    private let store: any Store
    private var series: UInt32 = .max
    private var times: ClosedRange<Int64> = 0...0
    private var points = PointColumns()
    private var questions = 0
    /// Why the store could not be read, if it could not.
    private(set) var failure: StorageError?

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
            guard read(time, of: series) else { return nil }
        }
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points.times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low < points.count && points.times[low] == time ? points.values[low] : nil
    }

    /// Reads the chunk that a time lies in.
    ///
    /// - Returns: Whether there is one that can be read.
    private mutating func read(_ time: Int64, of series: UInt32) -> Bool {
        do throws(StorageError) {
            guard let chunk = try store.chunks(of: series, in: time...time).first else { return false }
            points = try ChunkCodec.decode(chunk.bytes)
            self.series = series
            times = chunk.first...chunk.last
            return true
        } catch {
            failure = error
            return false
        }
    }
}
