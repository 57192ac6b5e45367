import Numerics
public import TimeSeries

extension MultilayerPerceptron {
    /// A trained network and the window that it looks at.
    public struct Model: ForecastModel {
        private var network: DenseNetwork
        private var windows: PerceptronWindows
        /// The last values, oldest first, as many as the window has.
        private var recent: [Double]
        /// The phase of the next step.
        private var phase: Int

        init(network: DenseNetwork, windows: PerceptronWindows, history: [Double]) {
            self.network = network
            self.windows = windows
            recent = Array(history.suffix(windows.inputs))
            phase = history.count % windows.period
        }

        /// The first value that the network predicts.
        public var next: Double { block(after: recent, phase: phase)[0] }

        /// Whole blocks of the network's span, each from the values and the blocks before it.
        public func mean(steps: Int) -> [Double] {
            var path = recent
            while path.count < recent.count + steps {
                let ahead = path.count - recent.count
                path += block(after: path.suffix(windows.inputs), phase: phase + ahead)
            }
            return Array(path[recent.count..<recent.count + steps])
        }

        /// Moves the window on; a missing value is stood in for by its expectation.
        public mutating func observe(_ value: Double) {
            recent.append(value.isFinite ? value : next)
            recent.removeFirst()
            phase = (phase + 1) % windows.period
        }

        /// The first prediction of each window of the history; `nan` before the first window is full.
        public func fitted(on history: Series) -> [Double] {
            let count = history.values.count
            var means = [Double](repeating: .nan, count: count)
            guard count > windows.inputs, let filled = try? FilledHistory(history, atLeast: 1) else {
                return means
            }
            filled.values.withUnsafeBufferPointer { values in
                var batch = Matrix(rows: count - windows.inputs, columns: windows.width)
                batch.withMutableElements { cells in
                    for end in windows.inputs..<count {
                        let row = end - windows.inputs
                        windows.write(
                            values, end: end, phase: end, normal: windows.normal(values, end: end),
                            to: UnsafeMutableBufferPointer(
                                rebasing: cells[row * windows.width..<(row + 1) * windows.width]))
                    }
                }
                let outputs = network.forward(batch: batch)
                for end in windows.inputs..<count {
                    let normal = windows.normal(values, end: end)
                    means[end] = normal.centre + normal.scale * outputs[end - windows.inputs, 0]
                }
            }
            return means
        }

        private func block(after values: some Collection<Double>, phase: Int) -> [Double] {
            let window = Array(values)
            var input = [Double](repeating: 0, count: windows.width)
            let normal = window.withUnsafeBufferPointer { values in
                let normal = windows.normal(values, end: windows.inputs)
                input.withUnsafeMutableBufferPointer {
                    windows.write(values, end: windows.inputs, phase: phase, normal: normal, to: $0)
                }
                return normal
            }
            return network.predict(input).map { normal.centre + normal.scale * $0 }
        }
    }
}

extension MultilayerPerceptron.Model {
    private static let version = 1
    /// No stored network is wider.
    private static let widest = 4_096

    /// Appends the sizes, the weights and the window.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(windows.inputs)
        writer.write(windows.outputs)
        writer.write(windows.period)
        writer.write(network.sizes)
        writer.write(network.parameters)
        writer.write(recent)
        writer.write(phase)
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "mlp") }
        windows = PerceptronWindows(
            inputs: try reader.readInt(), outputs: try reader.readInt(), period: try reader.readInt())
        let byte = reader.byte
        let sizes = try reader.readInts()
        let parameters = try reader.readDoubles()
        recent = try reader.readDoubles()
        phase = try reader.readInt()
        let areSizesSound = sizes.count >= 2 && sizes.allSatisfy { (1...Self.widest).contains($0) }
        guard areSizesSound, (1...Self.widest).contains(windows.inputs), windows.period > 0,
            sizes.first == windows.width,
            sizes.last == windows.outputs, parameters.count == DenseNetwork.parameterCount(sizes: sizes),
            recent.count == windows.inputs, (0..<windows.period).contains(phase)
        else {
            throw .invalid(byte: byte, reason: "a network of \(sizes) over \(windows.inputs) values")
        }
        network = DenseNetwork(sizes: sizes, activation: .relu, parameters: parameters)
    }
}
