import Forecasting

/// How far off a live model is at each horizon: it goes once more over the newest steps, and its errors from rolling
/// origins are counted.
///
/// - Source: split conformal prediction, Lei et al., JASA 113 (2018): half a width is the quantile of the absolute errors
///   with the correction for a finite sample.
struct ChampionErrors {
    /// Half the widths of the central interval, one a step ahead; never falling.
    let halfWidths: [Double]

    private static let level = 0.95
    /// Origins beyond which nothing is gained, and fewer than which nothing is known.
    private static let origins = 20...60

    /// - Parameters:
    ///   - model: Expects step `next`; its errors are those of a model with its parameters.
    ///   - first: The step of the first value.
    ///   - values: `nan` marks a step without a value.
    /// - Returns: `nil` when the steps are too few for its season and the horizon.
    init?(of live: FullSeries.LiveModel, next: Int, first: Int, values: [Double], steps: Int) {
        let common = ChampionWalk.leastCommonMultiple(live.season, atMost: max(values.count / 2, 1))
        guard let common, steps >= 1 else { return nil }
        // The model goes on from a step that is in phase with the one it expects.
        let phase = (next - first) % common
        var model = live.model
        var position = phase < 0 ? phase + common : phase
        // A third to find its way back, the rest for origins; each needs at least one known step ahead.
        let begin = max(position + common, values.count / 3)
        let room = values.count - begin
        guard room >= Self.origins.lowerBound else { return nil }
        let stride = max(room / Self.origins.upperBound, 1)
        var errors = [[Double]](repeating: [], count: steps)
        var origin = begin
        while origin < values.count {
            while position < origin {
                model.observe(values[position])
                position += 1
            }
            let mean = model.mean(steps: min(steps, values.count - origin))
            for (ahead, expected) in mean.enumerated() where values[origin + ahead].isFinite {
                errors[ahead].append(abs(values[origin + ahead] - expected))
            }
            origin += stride
        }
        var widths: [Double] = []
        for (ahead, sample) in errors.enumerated() {
            let before = widths.last ?? 0
            guard sample.count >= Self.origins.lowerBound / 2 else {
                // Past what the steps can show, the width grows with the root of the horizon.
                widths.append(ahead == 0 ? 0 : before * (Double(ahead + 1) / Double(ahead)).squareRoot())
                continue
            }
            let sorted = sample.sorted()
            let rank = Int((Self.level * Double(sorted.count + 1)).rounded(.up)) - 1
            widths.append(max(before, sorted[min(rank, sorted.count - 1)]))
        }
        guard errors[0].count >= Self.origins.lowerBound / 2 else { return nil }
        halfWidths = widths
    }
}
