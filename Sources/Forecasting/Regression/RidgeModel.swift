public import TimeSeries

extension RidgeAutoregression {
    /// Fitted coefficients and the values that the longest lag still needs.
    public struct Model: ForecastModel {
        /// Lags, ascending, the first of them 1.
        private var lags: [Int]
        /// One weight a lag after the first.
        private var weights: [Double]
        /// What each phase of the season adds to the last value, in the unit of the series.
        private var offsets: [Double]
        /// Forecasts are held within these.
        private var floor: Double
        private var ceiling: Double
        /// The last values, oldest first; as many as the longest lag, or more by `slack`.
        private var recent: [Double]
        /// The steps seen, modulo the season.
        private var phase: Int

        /// Values are dropped from the front of `recent` in batches, so that observing stays O(lags).
        private static let slack = 256

        init(design: RidgeDesign, solution: RidgeDesign.Solution, history: [Double]) {
            let (lagWeights, phaseOffsets) = design.parameters(solution)
            lags = design.lags
            weights = lagWeights
            offsets = phaseOffsets
            floor = design.centre - RidgeAutoregression.bound * design.spread
            ceiling = design.centre + RidgeAutoregression.bound * design.spread
            recent = Array(history.suffix(design.lags[design.lags.count - 1]))
            phase = history.count % phaseOffsets.count
        }

        /// A model that repeats its last value, for a history without variation.
        init(constant value: Double) {
            lags = [1]
            weights = []
            offsets = [0]
            floor = -.infinity
            ceiling = .infinity
            recent = [value]
            phase = 0
        }

        private var longestLag: Int { lags[lags.count - 1] }

        /// The expectation of the value after `recent`.
        public var next: Double {
            recent.withUnsafeBufferPointer { expected(after: $0, phase: phase) }
        }

        private func expected(after values: UnsafeBufferPointer<Double>, phase: Int) -> Double {
            let end = values.count
            let last = values[end - 1]
            var mean = last + offsets[phase]
            for j in weights.indices { mean += weights[j] * (values[end - lags[j + 1]] - last) }
            return min(max(mean, floor), ceiling)
        }

        /// The recursive forecast. O(steps × lags).
        public func mean(steps: Int) -> [Double] {
            let known = longestLag
            let path = [Double](unsafeUninitializedCapacity: known + steps) { path, count in
                for (i, value) in recent.suffix(known).enumerated() { path[i] = value }
                var phase = phase
                for step in 0..<steps {
                    let before = UnsafeBufferPointer(rebasing: path[step..<known + step])
                    path[known + step] = expected(after: before, phase: phase)
                    phase = phase + 1 == offsets.count ? 0 : phase + 1
                }
                count = known + steps
            }
            return Array(path[known...])
        }

        /// Appends the value, or the expectation where it is missing.
        public mutating func observe(_ value: Double) {
            recent.append(value.isFinite ? value : next)
            if recent.count > longestLag + Self.slack { recent.removeFirst(recent.count - longestLag) }
            phase = phase + 1 == offsets.count ? 0 : phase + 1
        }

        /// One-step means with these coefficients; `nan` until the longest lag is there. O(n × lags).
        ///
        /// Missing values are filled as they were for the fit.
        public func fitted(on history: Series) -> [Double] {
            let count = history.values.count
            guard count > longestLag, let filled = try? FilledHistory(history, atLeast: 1) else {
                return [Double](repeating: .nan, count: count)
            }
            return filled.values.withUnsafeBufferPointer { values in
                (0..<count).map { step in
                    guard step >= longestLag else { return .nan }
                    let before = UnsafeBufferPointer(rebasing: values[(step - longestLag)..<step])
                    return expected(after: before, phase: step % offsets.count)
                }
            }
        }
    }
}

extension RidgeAutoregression.Model {
    private static let version = 1

    /// Appends coefficients and recent values.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(lags)
        writer.write(weights)
        writer.write(offsets)
        writer.write(floor)
        writer.write(ceiling)
        writer.write(Array(recent.suffix(longestLag)))
        writer.write(phase)
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "ridge") }
        lags = try reader.readInts()
        weights = try reader.readDoubles()
        offsets = try reader.readDoubles()
        floor = try reader.readDouble()
        ceiling = try reader.readDouble()
        recent = try reader.readDoubles()
        phase = try reader.readInt()
        let ascending = zip(lags, lags.dropFirst()).allSatisfy { $0 < $1 }
        guard lags.first == 1, ascending, weights.count == lags.count - 1, recent.count == lags.last,
            offsets.indices.contains(phase)
        else {
            throw .invalid(byte: reader.byte, reason: "\(lags.count) lags, \(weights.count) weights")
        }
    }
}
