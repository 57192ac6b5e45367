import Forecasting
import TimeSeries

/// Scores every value of a series by the whole of it.
///
/// The method is fitted once and its one-step residuals over the same history are judged together.
/// Isolated spikes are taken out and the method fitted again, so that a spike neither bends the model
/// nor echoes through its lags.
struct BatchDetection {
    let settings: DetectionSettings

    /// A residual beyond so many robust spreads, away from its neighbours, is a spike.
    static let spike = 8.0
    /// Spikes are taken out only when so many values are left.
    static let fewestLeft = 16

    /// - Parameter method: The method already fitted to this series, if there is one.
    func scores(
        of series: Series, season: [Int], fitted method: FittedMethod?
    ) throws(ForecastError) -> Scores {
        let values = series.values
        let methodSettings = MethodSettings(season: season, horizon: 1, seed: settings.seed)
        var name = method?.name ?? settings.method
        var expected: [Double]
        if let method {
            expected = method.model.fitted(on: series)
        } else {
            let chosen = try ForecasterCatalog.fitModel(name, to: series, settings: methodSettings)
            name = chosen.name
            expected = chosen.model.fitted(on: series)
        }
        let first = ResidualSpread(residuals: zip(values, expected).map { $0 - $1 }, values: values)
        let spikes = Self.spikes(in: values, expected: expected, spread: first.value)
        if !spikes.isEmpty, values.count - spikes.count >= Self.fewestLeft {
            var cleaned = series
            for step in spikes { cleaned.values[step] = .nan }
            let model = try ForecasterCatalog.fitModel(name, to: cleaned, settings: methodSettings).model
            expected = model.fitted(on: cleaned)
        }

        var scores = Scores(mode: .batch, count: values.count)
        scores.method = name
        scores.expected = expected
        scores.warmUp = expected.firstIndex(where: \.isFinite) ?? values.count
        let residuals = zip(values, expected).map { $0 - $1 }
        let spread = ResidualSpread(residuals: residuals, values: values).value
        let calibration = BatchCalibration(strengths: residuals.map { abs($0) / spread })
        let share = DetectorCatalog.share(of: .residual)
        let bound = calibration.strength(at: share * settings.alpha)

        let unit = StandardUnit(values: values)
        var shifts = ShiftTracker(period: methodSettings.period)
        var verdicts = [Verdict?](repeating: nil, count: values.count)
        var withheld = 0
        for (step, value) in values.enumerated() {
            let mean = expected[step]
            scores.lower[step] = mean - bound * spread
            scores.upper[step] = mean + bound * spread
            guard value.isFinite else { continue }
            guard mean.isFinite else {
                shifts.learn(unit.standardised(value))
                continue
            }
            let strength = (value - mean) / spread
            var verdict = Verdict()
            verdict.strengths.residual = strength
            verdict.residual = calibration.pValue(of: abs(strength))
            let isOutside = abs(strength) > bound
            if isOutside { verdict.residual = min(verdict.residual, share * settings.alpha * (1 - 1e-12)) }
            shifts.judge(unit.standardised(value), into: &verdict)
            withheld = isOutside ? withheld + 1 : 0
            let isWithheld = isOutside && withheld <= CausalDetection.mostWithheld
            shifts.learn(unit.standardised(isWithheld ? mean : value))
            verdicts[step] = verdict
            scores.set(verdict, at: step, alpha: settings.alpha, rank: 0)
        }
        scores.rankCentred(verdicts, window: max(3, methodSettings.period / 4))
        scores.tell(verdicts, values: values)
        return scores
    }

    /// Steps whose residual is large and whose value stands alone among its neighbours.
    private static func spikes(in values: [Double], expected: [Double], spread: Double) -> [Int] {
        values.indices.filter { step in
            let residual = values[step] - expected[step]
            guard abs(residual) > spike * spread else { return false }
            let from = max(0, step - 3)
            let to = min(values.count, step + 4)
            let neighbours = values[from..<to].filter(\.isFinite).sorted()
            return abs(values[step] - neighbours[neighbours.count / 2]) > 0.5 * abs(residual)
        }
    }
}
