/// What was expected of the newest steps of one series, as it was when they came: a ring that grows with its use.
///
/// 20 bytes a step, so 20 kB of a series of the full tier once it has run for long; not part of a snapshot.
struct BandTrail {
    /// The most steps that are kept.
    static let capacity = 1_024

    private var times: [Int64] = []
    /// Expectation, lower and upper bound of each step; single precision draws a line as well.
    private var bands: [Entry] = []
    /// The place of the oldest once the ring is full.
    private var oldest = 0

    /// Three numbers in twelve bytes.
    private struct Entry: BitwiseCopyable {
        var expected: Float
        var lower: Float
        var upper: Float
    }

    /// How many steps are kept.
    var count: Int { times.count }

    /// Adds a step that is later than all before.
    mutating func append(_ time: Int64, _ band: LiveBand) {
        let entry = Entry(
            expected: Float(band.expected), lower: Float(band.lower), upper: Float(band.upper))
        if times.count < Self.capacity {
            times.append(time)
            bands.append(entry)
        } else {
            times[oldest] = time
            bands[oldest] = entry
            oldest = (oldest + 1) % Self.capacity
        }
    }

    /// The steps that are kept and lie in some times, ends included, the oldest first.
    func entries(in range: ClosedRange<Int64>) -> [(time: Int64, band: LiveBand)] {
        times.indices.compactMap { offset in
            let place = (oldest + offset) % times.count
            guard range.contains(times[place]) else { return nil }
            let entry = bands[place]
            return (
                times[place],
                LiveBand(
                    expected: Double(entry.expected), lower: Double(entry.lower), upper: Double(entry.upper))
            )
        }
    }
}
