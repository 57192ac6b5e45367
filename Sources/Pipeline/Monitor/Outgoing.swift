import Storage

/// The points of a request on their way to the journal and to their shards.
struct Outgoing {
    private(set) var arrivals: [[Shard.Arrival]]
    private(set) var batch = PointBatch()
    /// The newest of their times; `Int64.min` before the first.
    private(set) var newest = Int64.min

    /// - Parameter points: About how many there will be.
    init(shards: Int, points: Int) {
        arrivals = (0..<shards).map { _ in [] }
        for place in arrivals.indices { arrivals[place].reserveCapacity(points / shards + 16) }
        batch.series.reserveCapacity(points)
        batch.times.reserveCapacity(points)
        batch.values.reserveCapacity(points)
    }

    @inline(__always)
    mutating func append(_ id: UInt32, _ time: Int64, _ value: Double) {
        newest = max(newest, time)
        batch.series.append(id)
        batch.times.append(time)
        batch.values.append(value)
        arrivals[Int(id) % arrivals.count].append(
            Shard.Arrival(series: id / UInt32(arrivals.count), time: time, value: value))
    }
}
