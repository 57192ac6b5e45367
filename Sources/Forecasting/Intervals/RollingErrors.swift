public import TimeSeries

/// Errors of a method at origins that it had not seen: one path an origin.
///
/// The method is fitted once on the older part of a history and then walks over the rest: at each
/// origin it predicts `steps` ahead and the errors are kept, then it observes the next value.
/// The paths serve intervals, the choice between methods, and the probability of crossing a limit.
public struct RollingErrors: Sendable {
    /// How many steps ahead a path reaches.
    public let steps: Int
    /// Value minus mean, one row an origin, oldest first; `nan` where the value is missing or past the end.
    public let paths: [[Double]]

    /// At most so many origins are kept, spread evenly.
    static let mostOrigins = 100

    /// How many of the last steps serve as origins: a third of the history, at most `mostOrigins`
    /// plus the horizon and two seasons.
    static func span(count: Int, steps: Int, period: Int) -> Int {
        min(count / 3, mostOrigins + steps + 2 * period)
    }

    /// Walks over the last part of a history.
    ///
    /// - Parameters:
    ///   - history: `nan` marks a missing step.
    ///   - steps: How far ahead each origin predicts; cut to what the history can show.
    ///   - period: Steps in a season, 1 for none.
    /// - Returns: `nil` when the history is too short to be split: fewer than three origins, or less
    ///   left than the method needs.
    public init?(
        of forecaster: any Forecaster, on history: Series, steps: Int, period: Int, progress: FitProgress
    ) throws(ForecastError) {
        let count = history.values.count
        let span = Self.span(count: count, steps: steps, period: period)
        guard span >= 3, count - span >= forecaster.minimumHistory else { return nil }
        do {
            let model = try forecaster.fit(history.prefix(count - span), progress: progress)
            self.init(walking: model, over: Array(history.values[(count - span)...]), steps: steps)
        } catch .noFiniteValues {
            return nil
        }
    }

    private init?(walking model: some ForecastModel, over rest: [Double], steps: Int) {
        let steps = min(steps, rest.count)
        let stride = (rest.count + Self.mostOrigins - 1) / Self.mostOrigins
        var model = model
        var paths: [[Double]] = []
        for (origin, value) in rest.enumerated() {
            if origin % stride == 0 {
                let reach = min(steps, rest.count - origin)
                var path = model.mean(steps: reach)
                for h in 0..<reach { path[h] = rest[origin + h] - path[h] }
                path.append(contentsOf: repeatElement(.nan, count: steps - reach))
                paths.append(path)
            }
            model.observe(value)
        }
        guard paths.contains(where: { $0.contains(where: \.isFinite) }) else { return nil }
        self.steps = steps
        self.paths = paths
    }

    /// The mean absolute error, each horizon weighing the same.
    public var meanAbsoluteError: Double {
        let byStep = meanAbsoluteErrors.filter(\.isFinite)
        return byStep.reduce(0, +) / Double(max(byStep.count, 1))
    }

    /// The mean absolute error of each horizon; `nan` for one that no origin shows.
    var meanAbsoluteErrors: [Double] {
        (0..<steps).map { step in
            var sum = 0.0
            var count = 0.0
            for path in paths where path[step].isFinite {
                sum += abs(path[step])
                count += 1
            }
            return sum / count
        }
    }
}
