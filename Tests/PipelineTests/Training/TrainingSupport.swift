import Foundation
import TestSupport

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

/// Made histories and the shortest way to train on them.
enum Made {
    static let hour: Int64 = 3_600_000
    static let start = Timestamp(milliseconds: 1_735_689_600_000)
    static let grid = TimeGrid(origin: start, step: .fixed(milliseconds: hour))

    static func labels(_ index: Int) -> [UInt8] { Array("series=\(index)".utf8) }

    /// `count` series with a noisy season of 24 steps, each of its own level and seed.
    static func seasons(_ count: Int, points: Int, noise: Double = 1, seed: UInt64 = 1) -> [TrainingHistory] {
        (0..<count).map { index in
            var random = SeededSeries(seed: seed &* 1_000 &+ UInt64(index))
            let values = random.season(points, period: 24, noise: noise).map { $0 + 10 * Double(index) }
            return TrainingHistory(labels: labels(index), values: values, grid: grid)
        }
    }

    static func settings(_ method: String, season: Int? = 24, horizon: Int? = nil) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.method = method
        settings.season = season
        settings.horizon = horizon
        return settings
    }

    static func train(
        _ method: String, _ histories: [TrainingHistory], season: Int? = 24, horizon: Int? = nil,
        champion: ModelParameters? = nil
    ) throws -> TrainingOutcome {
        try Training(settings(method, season: season, horizon: horizon), champion: champion).run(histories)
    }

    /// Four threads that take every fourth series each, from the last to the first.
    static let threads: Training.Parallel = { count, body in
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for index in stride(from: thread, to: count, by: 4).reversed() { body(index) }
        }
    }
}

func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }
