/// What was expected of the newest steps of one series, as it was when they came: a ring that grows with its use.
///
/// 24 bytes a step, so 24 kB of a series of the full tier once it has run for long; not part of a snapshot.
struct BandTrail {
    /// The most steps that are kept.
    static let capacity = 1_024

    private var times: [Int64] = []
    /// What was expected of each step; single precision draws the distance of the bounds as well.
    private var bands: [Entry] = []
    /// The place of the oldest once the ring is full.
    private var oldest = 0

    /// Three numbers in sixteen bytes: values that differ little of a great one keep their band.
    private struct Entry: BitwiseCopyable {
        var expected: Double
        var below: Float
        var above: Float
    }

    /// How many steps are kept.
    var count: Int { times.count }

    /// Adds a step that is later than all before.
    mutating func append(_ time: Int64, _ band: LiveBand) {
        let entry = Entry(
            expected: band.expected, below: Float(band.expected - band.lower),
            above: Float(band.upper - band.expected))
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
                    expected: entry.expected, lower: entry.expected - Double(entry.below),
                    upper: entry.expected + Double(entry.above))
            )
        }
    }
}
