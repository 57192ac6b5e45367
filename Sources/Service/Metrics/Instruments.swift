internal import Synchronization

/// A number that only grows.
public final class Counter: Sendable {
    private let bits = Atomic<Int>(0)

    /// Zero.
    public init() {}

    /// The sum so far.
    public var value: Int { bits.load(ordering: .relaxed) }

    /// Adds to the sum; `amount` is at least 0.
    public func add(_ amount: Int = 1) {
        bits.wrappingAdd(max(0, amount), ordering: .relaxed)
    }
}

/// How often durations fell under each of a few bounds.
final class Histogram: Sendable {
    /// Upper bounds in seconds, rising, and the same in nanoseconds.
    static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    private static let nanosecondBounds = bounds.map { UInt64(($0 * 1e9).rounded()) }

    private let counts: [Counter] = (0...bounds.count).map { _ in Counter() }
    private let sum = Counter()

    /// Counts one duration.
    func observe(nanoseconds: UInt64) {
        let place = Histogram.nanosecondBounds.firstIndex { nanoseconds <= $0 } ?? Histogram.bounds.count
        counts[place].add()
        sum.add(Int(clamping: nanoseconds))
    }

    /// Per bound, and at last for all, how many durations were at most it; and their sum in seconds.
    var snapshot: (cumulative: [Int], seconds: Double) {
        var total = 0
        let cumulative = counts.map { count in
            total += count.value
            return total
        }
        return (cumulative, Double(sum.value) / 1e9)
    }
}

/// Instruments by their label values, made when first needed.
final class LabelledFamily<Instrument: AnyObject & Sendable>: Sendable {
    let labels: [String]
    private let make: @Sendable () -> Instrument
    private let instruments = Mutex<[[String]: Instrument]>([:])

    init(_ labels: [String], make: @escaping @Sendable () -> Instrument) {
        self.labels = labels
        self.make = make
    }

    /// The instrument with these label values, which come from a bounded set.
    subscript(_ values: String...) -> Instrument {
        instruments.withLock { instruments in
            if let found = instruments[values] { return found }
            let made = make()
            instruments[values] = made
            return made
        }
    }

    /// All instruments, by their label values.
    var all: [(labels: [(name: String, value: String)], instrument: Instrument)] {
        instruments.withLock { instruments in
            instruments.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { values, instrument in
                (zip(labels, values).map { (name: $0, value: $1) }, instrument)
            }
        }
    }
}
