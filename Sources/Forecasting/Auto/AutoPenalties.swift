import Glibc
import Numerics

/// What speaks against each candidate, the network among them as the last.
struct AutoPenalties {
    /// How it did: the logarithm of its validation error over the median one, within ±2.
    let errors: [Double]
    /// How far it is from the median of all: ln(1 + mean distance / scale).
    let distances: [Double]
    /// How far its beginning is from that of the candidates which begin at the last values: the same
    /// logarithm, in units of recent changes.
    let gaps: [Double]

    /// An error is held off 0 by this share of the scale, a recent change by that.
    private static let floors = (error: 0.02, change: 0.1)
    private static let largestGap = 4.0
    /// The candidates that begin at the last values.
    private static let local = [2, 4, 6, 7, 8]

    /// - Parameter forecasts: One path a candidate and the network's.
    init(_ evidence: AutoEvidence, forecasts: [[Double]]) {
        let scale = evidence.scale
        let steps = forecasts[0].count
        var column = [Double](repeating: 0, count: forecasts.count)
        var sums = column
        for h in 0..<steps {
            for k in forecasts.indices { column[k] = forecasts[k][h] }
            let median = Descriptive.median(column)
            for k in forecasts.indices { sums[k] += abs(column[k] - median) }
        }
        distances = sums.map { log1p($0 / Double(steps) / scale) }

        let beginning = max(1, steps / 8)
        var starts = [Double](repeating: 0, count: forecasts.count)
        for h in 0..<beginning {
            let median = Descriptive.median(Self.local.map { forecasts[$0][h] })
            for k in forecasts.indices { starts[k] += abs(forecasts[k][h] - median) }
        }
        let change = evidence.facts.recentChange + Self.floors.change * scale
        gaps = starts.map { min(log1p($0 / Double(beginning) / change), Self.largestGap) }

        guard !evidence.validations.isEmpty else {
            errors = forecasts.map { _ in 0 }
            return
        }
        var own = [Double](repeating: 0, count: forecasts.count - 1)
        for (candidates, truth) in evidence.validations {
            let half = max(1, truth.count / 2)
            for k in own.indices {
                // The near and the far half count the same.
                let near = Self.meanError(candidates[k], truth, 0..<half)
                let far = half < truth.count ? Self.meanError(candidates[k], truth, half..<truth.count) : near
                own[k] += 0.5 * (near + far) / Double(evidence.validations.count)
            }
        }
        // The network was not there then; the candidates on which it builds were.
        own.append(GlobalNetwork.base.reduce(0) { $0 + own[$1] } / Double(GlobalNetwork.base.count))
        let floor = Self.floors.error * scale + 1e-12
        let middle = Descriptive.median(own) + floor
        errors = own.map { min(max(log(($0 + floor) / middle), -2), 2) }
    }

    private static func meanError(_ path: [Double], _ truth: [Double], _ steps: Range<Int>) -> Double {
        steps.reduce(0) { $0 + abs(path[$1] - truth[$1]) } / Double(steps.count)
    }
}
