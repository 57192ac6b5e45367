import Numerics

extension Backtest {
    /// Sums up what the jobs gave.
    ///
    /// - Parameter scores: One a job, in their order.
    public func report(_ scores: [CaseScore]) -> ForecastReport {
        precondition(scores.count == jobs.count, "\(scores.count) scores of \(jobs.count) jobs")
        var scoreOf = methods.map { _ in [CaseScore?](repeating: nil, count: cases.count) }
        for (job, score) in zip(jobs, scores) { scoreOf[job.method][job.place] = score }
        var report = ForecastReport()
        for set in sets {
            let places = cases.indices.filter { cases[$0].set == set.name }
            for name in reported {
                guard let method = methods.firstIndex(where: { $0.name == name }) else { continue }
                let pairs = places.compactMap { place in
                    scoreOf[method][place].map { (place: place, score: $0) }
                }
                let good = pairs.filter { $0.score.failure == nil }
                let naive = good.compactMap { scoreOf[0][$0.place] }
                var row = ForecastReport.Row(set: set.name, method: name)
                row.fill(good.map(\.score), naive: naive)
                row.series = Set(good.map { cases[$0.place].series }).count
                row.failed = pairs.count - good.count
                report.rows.append(row)
                if isRolling { report.steps += steps(good.map(\.score), set.name, name) }
                report.failures += pairs.compactMap { place, score in
                    score.failure.map {
                        ForecastReport.Failed(
                            set: set.name, method: name, series: cases[place].series, reason: $0)
                    }
                }
            }
            let (flat, short) = (flat[set.name] ?? 0, short[set.name] ?? 0)
            if flat + short > 0 {
                report.leftOut.append(ForecastReport.LeftOut(set: set.name, flat: flat, short: short))
            }
        }
        return report
    }

    private func steps(
        _ scores: [CaseScore], _ set: String, _ method: String
    ) -> [ForecastReport.StepRow] {
        let horizon = scores.map(\.stepScaledErrors.count).max() ?? 0
        return (0..<horizon).map { step in
            func known(_ errors: KeyPath<CaseScore, [Double]>) -> [Double] {
                scores.compactMap { score in
                    let errors = score[keyPath: errors]
                    return step < errors.count && !errors[step].isNaN ? errors[step] : nil
                }
            }
            let scaled = known(\.stepScaledErrors)
            return ForecastReport.StepRow(
                set: set, method: method, step: step + 1, values: scaled.count,
                smape: Descriptive.mean(known(\.stepPercentages)), mase: Descriptive.mean(scaled))
        }
    }
}

extension ForecastReport.Row {
    /// - Parameters:
    ///   - scores: Those without a failure.
    ///   - naive: Of Naive2 on the same cases.
    fileprivate mutating func fill(_ scores: [CaseScore], naive: [CaseScore]) {
        values = scores.reduce(0) { $0 + $1.steps }
        smape = Descriptive.mean(scores.map(\.smape))
        mase = Descriptive.mean(scores.map(\.mase))
        medianMASE = Descriptive.median(scores.map(\.mase))
        owa = PointErrors.owa(
            smape: smape, mase: mase, naiveSMAPE: Descriptive.mean(naive.map(\.smape)),
            naiveMASE: Descriptive.mean(naive.map(\.mase)))
        let times = scores.map(\.milliseconds)
        medianMilliseconds = Descriptive.median(times)
        meanMilliseconds = Descriptive.mean(times)
        worstMilliseconds = times.max() ?? .nan
        let intervals = scores.compactMap(\.intervals)
        // Some forecasts with intervals and some without are not compared by their intervals.
        guard !intervals.isEmpty, intervals.count == scores.count else { return }
        msis = Descriptive.mean(intervals.map(\.msis))
        coverage80 = Double(intervals.reduce(0) { $0 + $1.inside80 }) / Double(values)
        coverage95 = Double(intervals.reduce(0) { $0 + $1.inside95 }) / Double(values)
        var (loss, scaledLoss) = (
            WeightedQuantileLoss(taus: QuantileGrid.taus), WeightedQuantileLoss(taus: QuantileGrid.taus)
        )
        for interval in intervals {
            loss.add(interval.loss)
            scaledLoss.add(interval.scaledLoss)
        }
        (wql, scaledWQL) = (loss.value, scaledLoss.value)
    }
}
