/// The last values of one series in standard units, in place: what every evidence of a bank looks back on.
///
/// Values are kept as `Sample` and read as `Double`; what was appended is what is read, so that running sums take
/// out exactly what they took in.
///
/// `kept` of them are kept.
struct RecentValues<
    let kept: Int, Sample: BinaryFloatingPoint & BitwiseCopyable & Sendable
>: BitwiseCopyable, Sendable {
    private var cells = InlineArray<kept, Sample>(repeating: 0)
    /// Values appended so far, those already overwritten included.
    private(set) var count = 0

    /// Appends a value, rounded to a `Sample`.
    ///
    /// - Returns: The value as it will be read.
    mutating func append(_ value: Double) -> Double {
        let sample = Sample(value)
        cells[count % kept] = sample
        count += 1
        return Double(sample)
    }

    /// The value so many steps before the last one, 0 ..< `kept` and less than `count`.
    ///
    /// Mutating, so that it reads in place: the compiler copies what is passed to a reader.
    subscript(lag: Int) -> Double {
        mutating get { Double(cells[(count - 1 - lag) % kept]) }
    }

    /// Copies the `target.count` values that begin `lag` steps before the last one, the earliest first.
    mutating func copy(from lag: Int, into target: UnsafeMutableBufferPointer<Double>) {
        RingCells.unroll(cells.span, from: (count - 1 - lag) % kept, into: target)
    }
}

/// The cells of rings.
enum RingCells {
    /// Copies the cells of a ring from a place on, as many as the target has, which are no more than the ring has.
    @inline(__always)
    static func unroll<Sample: BinaryFloatingPoint & BitwiseCopyable>(
        _ ring: Span<Sample>, from place: Int, into target: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(target.count <= ring.count && ring.indices.contains(place), "\(place) in \(ring.count)")
        let piece = min(ring.count - place, target.count)
        for i in 0..<piece { target[i] = Double(ring[unchecked: place &+ i]) }
        let rest = UnsafeMutableBufferPointer(rebasing: target[piece...])
        for i in rest.indices { rest[i] = Double(ring[unchecked: i]) }
    }
}
