public import TimeSeries

extension DirectRidge {
    /// The map and the values that its longest lag needs.
    public struct Model: ForecastModel {
        private let inputs: Inputs
        /// One row a step ahead, one weight an input.
        private let map: [[Double]]
        /// The last values, oldest first; as many as the longest lag, or more by `slack`.
        private var recent: [Double]
        /// The steps seen, modulo the season.
        private var phase: Int
        /// Forecasts are held within these.
        private let floor: Double
        private let ceiling: Double

        private static let slack = 256
        /// Forecasts leave the range of the history by at most so many of its widths.
        private static let reach = 5.0

        init(inputs: Inputs, map: [[Double]], history: [Double]) {
            self.inputs = inputs
            self.map = map
            recent = Array(history.suffix(inputs.longestLag))
            phase = history.count % inputs.period
            let lowest = history.min() ?? 0
            let highest = history.max() ?? 0
            floor = lowest - Self.reach * (highest - lowest)
            ceiling = highest + Self.reach * (highest - lowest)
        }

        /// A model that repeats its last value.
        init(constant value: Double) {
            inputs = Inputs(lags: [1], period: 1)
            map = [[0]]
            recent = [value]
            phase = 0
            floor = -.infinity
            ceiling = .infinity
        }

        private func expected(_ row: [Double], _ cells: [Double], last: Double) -> Double {
            let value = zip(row, cells).reduce(last) { $0 + $1.0 * $1.1 }
            return min(max(value, floor), ceiling)
        }

        private func cells(after values: [Double], step: Int) -> [Double] {
            var cells = [Double](repeating: 0, count: inputs.columns)
            cells.withUnsafeMutableBufferPointer { cells in
                values.withUnsafeBufferPointer { inputs.fill(cells, after: $0, step: step) }
            }
            return cells
        }

        /// The expectation of the next value.
        public var next: Double {
            expected(map[0], cells(after: recent, step: phase), last: recent[recent.count - 1])
        }

        /// One block after the other, each from the values and forecasts before it. O(steps × inputs).
        public func mean(steps: Int) -> [Double] {
            var path = recent
            let known = path.count
            while path.count < known + steps {
                let last = path[path.count - 1]
                let cells = cells(after: path, step: phase + path.count - known)
                path += map.map { expected($0, cells, last: last) }
            }
            return Array(path[known..<known + steps])
        }

        /// Appends the value, or the expectation where it is missing.
        public mutating func observe(_ value: Double) {
            recent.append(value.isFinite ? value : next)
            if recent.count > inputs.longestLag + Self.slack {
                recent.removeFirst(recent.count - inputs.longestLag)
            }
            phase = phase + 1 == inputs.period ? 0 : phase + 1
        }

        /// One-step means of this map; `nan` until the longest lag is there.
        public func fitted(on history: Series) -> [Double] {
            let count = history.values.count
            guard count > inputs.longestLag, let filled = try? FilledHistory(history, atLeast: 1).values
            else {
                return [Double](repeating: .nan, count: count)
            }
            return (0..<count).map { step in
                guard step >= inputs.longestLag else { return .nan }
                let before = Array(filled[(step - inputs.longestLag)..<step])
                return expected(map[0], cells(after: before, step: step), last: filled[step - 1])
            }
        }
    }
}

extension DirectRidge.Model {
    private static let version = 1

    /// Appends lags, map and recent values.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(inputs.lags)
        writer.write(inputs.period)
        writer.write(map.flatMap { $0 })
        writer.write(Array(recent.suffix(inputs.longestLag)))
        writer.write(phase)
        writer.write(floor)
        writer.write(ceiling)
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "ridge-direct") }
        let lags = try reader.readInts()
        let byte = reader.byte
        let period = try reader.readInt()
        let weights = try reader.readDoubles()
        recent = try reader.readDoubles()
        phase = try reader.readInt()
        floor = try reader.readDouble()
        ceiling = try reader.readDouble()
        let ascending = zip(lags, lags.dropFirst()).allSatisfy { $0 < $1 }
        guard lags.first == 1, ascending, recent.count == lags.last,
            (1...DirectRidge.longestPeriod).contains(period),
            (0..<period).contains(phase)
        else {
            throw .invalid(byte: byte, reason: "\(lags.count) lags, period \(period), phase \(phase)")
        }
        inputs = DirectRidge.Inputs(lags: lags, period: period)
        let columns = inputs.columns
        guard weights.count >= columns, weights.count % columns == 0 else {
            throw .invalid(byte: byte, reason: "\(weights.count) weights of \(columns) inputs")
        }
        map = stride(from: 0, to: weights.count, by: columns).map { Array(weights[$0..<$0 + columns]) }
    }
}
