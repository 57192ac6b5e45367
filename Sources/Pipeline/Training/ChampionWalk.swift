import Forecasting
import TimeSeries

/// A stored champion that is taken along a history without a refit, from origin to origin.
///
/// Where its own history ended inside this one, before the first origin, it goes on from there. Else it
/// observes the history from the first step that is in phase with what it would expect next: as many steps
/// away as a multiple of all its seasons. A champion that saw the origins' own values when it was fitted has an
/// advantage by that, which keeps it when in doubt.
struct ChampionWalk {
    private var model: any ForecastModel
    /// The step of the history that the model observes next.
    private var position: Int

    /// - Parameters:
    ///   - grid: That of the history.
    ///   - first: The first origin, a step of the history.
    /// - Returns: `nil` when the step is another one, or no step in phase lies before the first origin.
    init?(_ champion: TrainedSeries, on grid: TimeGrid, before first: Int) {
        guard champion.step == grid.step else { return nil }
        let expected = grid.index(of: champion.lastTime).index + 1
        model = champion.model
        if (0...first).contains(expected) {
            position = expected
            return
        }
        guard let common = Self.leastCommonMultiple(champion.season, atMost: first) else { return nil }
        let rest = expected % common
        position = rest < 0 ? rest + common : rest
        guard position < first else { return nil }
    }

    /// The means of the `steps` values from an origin on; origins ascend from call to call.
    ///
    /// - Parameter history: The values before the origin at least; `nan` marks a missing step.
    mutating func means(at origin: Int, after history: [Double], steps: Int) -> [Double] {
        for step in position..<max(origin, position) { model.observe(history[step]) }
        position = max(origin, position)
        return model.mean(steps: steps)
    }

    /// `nil` above the limit.
    static func leastCommonMultiple(_ counts: [Int], atMost limit: Int) -> Int? {
        var multiple = 1
        for count in counts {
            var (a, b) = (multiple, count)
            while b != 0 { (a, b) = (b, a % b) }
            let (product, overflows) = (multiple / a).multipliedReportingOverflow(by: count)
            guard !overflows, product <= limit else { return nil }
            multiple = product
        }
        return multiple <= limit ? multiple : nil
    }
}
