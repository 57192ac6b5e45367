import Forecasting
import TimeSeries

/// Scores every value of a series by the whole of it.
///
/// The method is fitted once and its one-step residuals over the same history are judged together.
/// The method does not see isolated spikes, so that a spike neither bends the model nor echoes through its
/// lags; it is judged all the same.
struct BatchDetection {
    let settings: DetectionSettings
    let progress: FitProgress

    /// Fewer residuals say nothing of what is usual.
    static let fewestResiduals = 8

    /// - Parameter method: The method already fitted to this series, if there is one.
    func scores(
        of series: FramedValues, season: [Int], fitted method: FittedMethod?
    ) throws(ForecastError) -> Scores {
        let values = series.values
        let methodSettings = MethodSettings(season: season, horizon: 1, seed: settings.seed)
        let bySlot: [Double]
        let name: String
        if let method, let model = method.model {
            name = method.name
            bySlot = model.fitted(on: method.history)
        } else {
            let cleaned = SpikeFilter(period: methodSettings.period).cleaned(series.history)
            let chosen = try ForecasterCatalog.fitModel(
                settings.method, to: cleaned, settings: methodSettings)
            name = chosen.name
            bySlot = chosen.model.fitted(on: cleaned)
        }
        let expected = series.slots.map { bySlot[$0] }
        let residuals = zip(values, expected).map { $0 - $1 }
        guard residuals.count(where: \.isFinite) >= Self.fewestResiduals else {
            return .unknown(mode: .batch, count: values.count)
        }

        var scores = Scores(mode: .batch, count: values.count)
        scores.method = name
        scores.expected = expected
        scores.warmUp = expected.firstIndex(where: \.isFinite) ?? values.count
        let spread = ResidualSpread(residuals: residuals, values: values).value
        let calibration = BatchCalibration(
            strengths: residuals.map { abs($0) / spread },
            quantum: (QuantisationStep.smallestDifference(of: values.filter(\.isFinite)) ?? 0) / spread)
        let share = DetectorCatalog.share(of: .residual)
        let bound = calibration.strength(at: share * settings.alpha)

        let unit = StandardUnit(values: values)
        var shifts = ShiftTracker(period: methodSettings.period)
        var onset = Onset()
        var verdicts = [Verdict?](repeating: nil, count: values.count)
        var withheld = 0
        for (step, value) in values.enumerated() {
            if step % CausalDetection.stepsBetweenReports == 0 {
                try progress.advance(to: step, of: values.count)
            }
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
            // The band and the verdict share one threshold, to the last bit.
            let limit = share * settings.alpha
            verdict.residual =
                isOutside ? min(verdict.residual, limit * (1 - 1e-12)) : max(verdict.residual, limit)
            shifts.judge(unit.standardised(value), into: &verdict)
            onset.take(verdict)
            verdict.stepsSinceOnset = onset.stepsBefore(isOutside ? .residual : verdict.leading.test)
            withheld = isOutside ? withheld + 1 : 0
            let isWithheld = isOutside && withheld <= CausalJudge.shortestHold
            shifts.learn(unit.standardised(isWithheld ? mean : value))
            verdicts[step] = verdict
            scores.set(verdict, at: step, alpha: settings.alpha, rank: 0)
        }
        scores.levelChanges = RowLevels.all(values, season: season)
        series.restore(&scores)
        scores.tell(verdicts, values: series.told)
        return scores
    }
}
