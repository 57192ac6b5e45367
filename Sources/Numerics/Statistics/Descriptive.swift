/// Descriptions of a sample by one number.
///
/// Missing-value rule for all: `nan` is skipped, and the answer is `nan` when too little is left.
public enum Descriptive {
    /// What the median absolute deviation of normal values is multiplied by to estimate their standard
    /// deviation: 1 / Φ⁻¹(¾).
    public static let normalConsistency = 1.482_602_218_505_602

    /// The arithmetic mean; `nan` without values. O(*n*).
    public static func mean(_ values: [Double]) -> Double {
        var (sum, count) = (0.0, 0)
        for value in values where !value.isNaN {
            sum += value
            count += 1
        }
        return count == 0 ? .nan : sum / Double(count)
    }

    /// The sample variance, with *n − 1* below; `nan` for fewer than two values. O(*n*), in two passes.
    public static func variance(_ values: [Double]) -> Double {
        let mean = mean(values)
        var (squares, sum, count) = (0.0, 0.0, 0)
        for value in values where !value.isNaN {
            let deviation = value - mean
            squares += deviation * deviation
            sum += deviation
            count += 1
        }
        // The sum of the deviations is 0 but for rounding; taking it out makes the two passes exact.
        return count < 2 ? .nan : max(squares - sum * sum / Double(count), 0) / Double(count - 1)
    }

    /// The square root of ``variance(_:)``.
    public static func standardDeviation(_ values: [Double]) -> Double {
        variance(values).squareRoot()
    }

    /// The median, the mean of the middle two for an even count; `nan` without values.
    ///
    /// - Complexity: O(*n*) on average.
    public static func median(_ values: [Double]) -> Double {
        quantile(values, 0.5)
    }

    /// The quantile of a probability, interpolated between order statistics; `nan` without values.
    ///
    /// - Precondition: `probability` is in 0 … 1.
    /// - Complexity: O(*n*) on average.
    /// - Source: Hyndman & Fan, *Sample quantiles in statistical packages*, American Statistician 50, 1996,
    ///   definition 7 (the default of R and NumPy).
    public static func quantile(_ values: [Double], _ probability: Double) -> Double {
        withCopy(of: values) { quantile(inPlace: $0, probability) }
    }

    /// The median absolute deviation from the median, not scaled: see ``normalConsistency``.
    ///
    /// - Complexity: O(*n*) on average.
    public static func medianAbsoluteDeviation(_ values: [Double]) -> Double {
        withCopy(of: values) { medianAbsoluteDeviation(inPlace: $0) }
    }

    /// Calls `body` with a copy that lives on the stack when it is small.
    private static func withCopy(
        of values: [Double], _ body: (UnsafeMutableBufferPointer<Double>) -> Double
    ) -> Double {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: values.count) { copy in
            _ = copy.initialize(from: values)
            return body(copy)
        }
    }
}

// MARK: - In place

extension Descriptive {
    /// ``median(_:)`` without a copy: reorders the values, and overwrites those that are `nan`.
    public static func median(inPlace values: UnsafeMutableBufferPointer<Double>) -> Double {
        quantile(inPlace: values, 0.5)
    }

    /// ``median(_:)`` without a copy: reorders the values, and overwrites those that are `nan`.
    public static func median(inPlace values: inout [Double]) -> Double {
        values.withUnsafeMutableBufferPointer { quantile(inPlace: $0, 0.5) }
    }

    /// ``quantile(_:_:)`` without a copy: reorders the values, and overwrites those that are `nan`.
    public static func quantile(inPlace values: inout [Double], _ probability: Double) -> Double {
        values.withUnsafeMutableBufferPointer { quantile(inPlace: $0, probability) }
    }

    /// The value of a rank, counted from 0 for the least: reorders the values.
    ///
    /// - Precondition: The rank is below the count, and no value is `nan`.
    /// - Complexity: O(*n*) on average.
    public static func value(ofRank rank: Int, inPlace values: inout [Double]) -> Double {
        precondition(values.indices.contains(rank), "rank \(rank) of \(values.count)")
        values.withUnsafeMutableBufferPointer { select(rank, in: $0) }
        return values[rank]
    }

    /// ``quantile(_:_:)`` without a copy: reorders the values, and overwrites those that are `nan`.
    public static func quantile(
        inPlace values: UnsafeMutableBufferPointer<Double>, _ probability: Double
    ) -> Double {
        precondition(probability >= 0 && probability <= 1, "the quantile of \(probability)")
        let present = withoutMissing(values)
        guard !present.isEmpty else { return .nan }
        let position = Double(present.count - 1) * probability
        let rank = Int(position)
        select(rank, in: present)
        let below = present[rank]
        guard rank + 1 < present.count, position > Double(rank) else { return below }
        // Everything behind the rank is at least as great; the next order statistic is the least of it.
        var above = present[rank + 1]
        for value in present[(rank + 2)...] where value < above { above = value }
        return below == above ? below : below + (position - Double(rank)) * (above - below)
    }

    /// ``medianAbsoluteDeviation(_:)`` without a copy: overwrites the values.
    public static func medianAbsoluteDeviation(
        inPlace values: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        let present = withoutMissing(values)
        let centre = median(inPlace: present)
        for i in present.indices { present[i] = present[i] == centre ? 0 : abs(present[i] - centre) }
        return median(inPlace: present)
    }
}
