import Forecasting
import Foundation
import TestSupport
import TimeSeries

@testable import Detection

/// Noise of the kinds that metrics have.
enum Family: String, CaseIterable, Sendable {
    case white, autoregressive, seasonal, studentT, poisson, walk, logNormal, rareSteps

    func values(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        switch self {
        case .white: return random.noise(count)
        case .autoregressive: return random.autoregression(count, 0.9)
        case .seasonal: return random.season(count, period: 24)
        case .studentT: return random.studentT3(count)
        case .poisson: return random.poisson(count, mean: 4)
        case .walk: return random.autoregression(count, 1)
        case .logNormal: return random.noise(count).map { exp($0) }
        case .rareSteps:
            var level = 10.0
            return (0..<count).map { _ in
                if random.uniform() < 0.002 { level += random.normal() > 0 ? 1 : -1 }
                return level
            }
        }
    }
}

func scores(
    of values: [Double], _ mode: DetectionMode, alpha: Double = 1e-3, trainingCount: Int? = nil,
    season: [Int]? = nil, method: String = "auto"
) throws -> Scores {
    let settings = DetectionSettings(
        alpha: alpha, mode: mode, trainingCount: trainingCount, method: method, season: season)
    return try SeriesDetector(settings).scores(of: Series(values: values))
}

func bits(_ values: [Double]) -> [UInt64] { values.map { $0.isNaN ? .max : $0.bitPattern } }
