import Forecasting
import Glibc
import Pipeline
import TimeSeries
import Workload

/// Whole trainings: back-test of challenger and seasonal naive method, decision, fit to all data.
/// Times are those of one series.
enum TrainingBenchmarks {
    static let all: [Benchmark] = [
        training("seasonal-naive", series: 1000), training("ridge", series: 1000),
        training("holt-winters", series: 100), training("auto", series: 100), training("mlp", series: 16),
        .kernel("train/ridge/1000x1000/threads=2", unit: 1000) {
            let histories = made(series: 1000)
            var settings = TrainingSettings()
            settings.method = "ridge"
            let training = Training(settings, parallel: onTwoThreads)
            return { sink(try? training.run(histories)) }
        },
        .kernel("train/encode/ridge/1000x1000", unit: 1000) {
            let whole = trained()
            return { sink(whole?.bytes) }
        },
        .kernel("train/decode/ridge/1000x1000", unit: 1000) {
            let bytes = trained()?.bytes ?? []
            return { sink(try? ModelParameters(bytes: bytes)) }
        },
    ]

    private static let points = 1000

    private static func training(_ method: String, series: Int) -> Benchmark {
        .kernel("train/\(method)/\(series)x\(points)", unit: series) {
            let histories = made(series: series)
            var settings = TrainingSettings()
            settings.method = method
            let training = Training(settings)
            return { sink(try? training.run(histories)) }
        }
    }

    private static func trained() -> ModelParameters? {
        var settings = TrainingSettings()
        settings.method = "ridge"
        return try? Training(settings).run(made(series: 1000)).parameters
    }

    private static func made(series: Int) -> [TrainingHistory] {
        let grid = TimeGrid(
            origin: Timestamp(milliseconds: 1_735_689_600_000), step: .fixed(milliseconds: 3_600_000))
        return (0..<series).map { index in
            TrainingHistory(
                labels: Array("series=\(index)".utf8),
                values: SampleData.values(points, seed: UInt64(index + 1)), grid: grid)
        }
    }

    /// Every second series on each of two threads.
    private static let onTwoThreads: Training.Parallel = { count, body in
        Threads.run(2) { thread in
            for index in stride(from: thread, to: count, by: 2) { body(index) }
        }
    }
}
