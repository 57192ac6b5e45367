import Glibc

/// How a series is cut into windows for the network: inputs, phase and targets of one row.
struct PerceptronWindows: Sendable, Equatable {
    /// Values that go in.
    let inputs: Int
    /// Values that come out.
    let outputs: Int
    /// Steps in the season, 1 for none.
    let period: Int

    /// Sine and cosine of the first two harmonics of the phase.
    static let harmonics = 2
    /// A window that moves less than this share of its size is not scaled up.
    private static let leastSpread = 1e-9

    init(count: Int, period: Int, horizon: Int) {
        let period = count >= 3 * period ? period : 1
        let wanted = period > 1 ? min(period + 4, MultilayerPerceptron.longestInput) : 16
        inputs = max(2, min(wanted, count / 4))
        outputs = max(1, min(horizon, MultilayerPerceptron.longestBlock, count / 4))
        self.period = period
    }

    init(inputs: Int, outputs: Int, period: Int) {
        self.inputs = inputs
        self.outputs = outputs
        self.period = period
    }

    /// Numbers in one row of inputs.
    var width: Int { inputs + (period > 1 ? 2 * Self.harmonics : 0) }

    /// Centre and scale of the window that ends before `end`: its last value and its spread.
    func normal(_ values: UnsafeBufferPointer<Double>, end: Int) -> (centre: Double, scale: Double) {
        let window = values[(end - inputs)..<end]
        let mean = window.reduce(0, +) / Double(inputs)
        let variance = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inputs)
        let spread = variance.squareRoot()
        let size = window.reduce(0) { max($0, abs($1)) }
        return (values[end - 1], spread > Self.leastSpread * size ? spread : max(size, 1))
    }

    /// Writes the row of the window that ends before `end`; `phase` is that of the next step.
    func write(
        _ values: UnsafeBufferPointer<Double>, end: Int, phase: Int, normal: (centre: Double, scale: Double),
        to row: UnsafeMutableBufferPointer<Double>
    ) {
        for i in 0..<inputs { row[i] = (values[end - inputs + i] - normal.centre) / normal.scale }
        guard period > 1 else { return }
        for harmonic in 1...Self.harmonics {
            let angle = 2 * Double.pi * Double(harmonic) * Double(phase % period) / Double(period)
            row[inputs + 2 * harmonic - 2] = sin(angle)
            row[inputs + 2 * harmonic - 1] = cos(angle)
        }
    }
}
