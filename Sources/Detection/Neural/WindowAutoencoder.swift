import Forecasting
import Numerics

/// How far the windows around a value are from what a small network makes of them that can keep only a few
/// numbers.
///
/// The network squeezes a window, as at most 63 means, through hidden layers of sixteen and four units and
/// unfolds it again. It learns from at most 2,000 of the series' own windows, evenly spaced, in batches of 32
/// for at most 40 rounds; every tenth of them decides when to stop. What is rare is learned last, and is
/// drawn badly. A value has the mean error (root mean square) of the windows that contain it. The series
/// itself is learned from, so that the answer is the same each time but says nothing about another series.
/// O(n), and at most 2,500 steps of learning.
///
/// - Source: Sakurada & Yairi, *Anomaly detection using autoencoders with nonlinear dimensionality
///   reduction*, MLSDA 2014; the early end: Prechelt, *Early stopping — but when?*, 1998.
struct WindowAutoencoder: BatchEvidence {
    let names = ["autoencoder"]
    let summary = "A small network that knows the usual windows draws those around badly."
    let source = "Sakurada & Yairi, Anomaly detection using autoencoders, MLSDA 2014"

    /// Units of the hidden layers.
    static let hidden = [16, 4, 16]
    /// Windows learned from, at most.
    static let sample = 2_000
    /// Every so many-th of them is kept for judging.
    private static let kept = 10
    private static let batch = 32
    private static let rounds = 40
    private static let patience = 5
    private static let learningRate = 5e-3
    /// Any number would do; the same one gives the same scores.
    private static let seed: UInt64 = 2014
    /// Windows that are scored together.
    private static let block = 1_024

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        guard let windows = WindowMeans(z, window: window) else { return [z.map { _ in 0 }] }
        let network = try Self.network(for: windows, progress)
        var errors: [Double] = []
        errors.reserveCapacity(windows.count)
        for start in stride(from: 0, to: windows.count, by: Self.block) {
            try progress.checkpoint()
            errors += Self.errors(
                of: network, on: windows.rows(start..<min(start + Self.block, windows.count)))
        }
        return [windows.covering(errors, values: z.count)]
    }

    /// The network that knows the usual windows.
    private static func network(
        for windows: WindowMeans, _ progress: FitProgress
    ) throws(ForecastError) -> DenseNetwork {
        let numbers = windows.sample(sample)
        // Those that judge come last: the trainer takes rows from one to another.
        let judging = numbers.enumerated().filter { $0.offset % kept == kept - 1 }.map(\.element)
        let learning = numbers.enumerated().filter { $0.offset % kept != kept - 1 }.map(\.element)
        let rows = windows.rows(learning + judging)
        let start = DenseNetwork(
            sizes: [windows.places] + hidden + [windows.places], activation: .gelu, seed: seed)
        var trainer = DenseTrainer(
            start, loss: .squared, optimiser: Adam(learningRate: learningRate), batch: batch)
        var stopping = EarlyStopping(patience: patience)
        var generator = Xoshiro256StarStar(seed: seed)
        var best = start
        for _ in 0..<rounds {
            try progress.checkpoint()
            trainer.epoch(inputs: rows, targets: rows, rows: 0..<learning.count, using: &generator)
            let judged = judging.isEmpty ? 0..<learning.count : learning.count..<rows.rows
            switch stopping.judge(trainer.meanLoss(inputs: rows, targets: rows, rows: judged)) {
            case .improved: best = trainer.network
            case .goOn: continue
            case .stop: return best
            }
        }
        return best
    }

    /// The root mean square of what a network changes in each row.
    static func errors(of network: DenseNetwork, on rows: Matrix) -> [Double] {
        let drawn = network.forward(batch: rows)
        return drawn.withElements { drawn in
            rows.withElements { rows in
                stride(from: 0, to: rows.count, by: network.inputs).map { row in
                    var sum = 0.0
                    for i in row..<row + network.inputs { sum += (drawn[i] - rows[i]) * (drawn[i] - rows[i]) }
                    return (sum / Double(network.inputs)).squareRoot()
                }
            }
        }
    }
}
