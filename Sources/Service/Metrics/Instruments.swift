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
