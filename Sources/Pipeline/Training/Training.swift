public import Forecasting
import Numerics
import Synchronization
import TimeSeries

/// Trains a challenger for every series of a definition, compares it with the champion, and decides.
///
/// Both sides forecast from the same rolling origins, a horizon ahead each; the challenger is fitted again on
/// what lies before each origin, the champion is its stored model taken along, and where there is none, or it
/// does not cover a series, the seasonal naive method. With `auto` the method is chosen once, on what lies
/// before the first origin, and stays: what was compared is what is promoted. The season is that of the whole
/// history. The scaled error of an origin is its mean absolute error over that of the seasonal naive method
/// before the first origin, at most 100. The challenger is better when the 90 % bootstrap interval of the mean
/// difference, challenger minus champion, lies below 0; 2,000 times, whole series are drawn where there are ten
/// or more, else single origins. Ties keep the champion. The challenger is then fitted to all data.
///
/// There are up to ten origins a series, at least three; in jobs of more than 100 series fewer, three from 333
/// series on.
///
/// Pure: the same input and seed give the same bytes, however the work is spread over threads.
/// Cost: a fit for each origin and one more, for `auto` also the choice.
public struct Training: Sendable {
    /// Calls a body with 0 ..< count, in any order and on any threads, and returns when all calls have.
    public typealias Parallel =
        @Sendable (_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Void

    private let settings: TrainingSettings
    private let champion: ModelParameters?
    private let progress: FitProgress
    private let pace: @Sendable () -> Void
    private let parallel: Parallel

    /// A training with these settings.
    ///
    /// - Parameters:
    ///   - champion: What the challenger must beat; the seasonal naive method when `nil`.
    ///   - progress: Told how many fits are done; may cancel the training. Called from the threads of
    ///     `parallel`, by one at a time.
    ///   - pace: Called after each fit on the thread that made it, so that it may sleep there.
    ///   - parallel: Spreads the series over threads.
    public init(
        _ settings: TrainingSettings, champion: ModelParameters? = nil, progress: FitProgress = .ignored,
        pace: @escaping @Sendable () -> Void = {}, parallel: @escaping Parallel = Training.inOrder
    ) {
        self.settings = settings
        self.champion = champion
        self.progress = progress
        self.pace = pace
        self.parallel = parallel
    }

    /// One series after the other, on the caller's thread.
    public static let inOrder: Parallel = { count, body in
        for index in 0..<count { body(index) }
    }

    /// Trains and decides.
    ///
    /// - Throws: ``ForecastError/cancelled``, ``ForecastError/unknownMethod(_:known:)``; a series that
    ///   cannot be trained is a failure in the outcome.
    public func run(_ histories: [TrainingHistory]) throws(ForecastError) -> TrainingOutcome {
        if settings.method != ForecasterCatalog.automatic { _ = try ForecasterCatalog.entry(settings.method) }
        let mostOrigins = RollingOrigins.most(series: histories.count)
        let work = TrainingWork(
            total: histories.count * SeriesTraining.units(mostOrigins: mostOrigins), progress: progress,
            pace: pace)
        let results = Results(count: histories.count)
        parallel(histories.count) { [settings, champion] index in
            guard !work.isCancelled else { return }
            let history = histories[index]
            let training = SeriesTraining(
                history: history, champion: champion?[history.labels], settings: settings,
                mostOrigins: mostOrigins, work: work)
            do throws(ForecastError) {
                results.set(try training.run(), at: index)
            } catch {
                work.cancel()
            }
        }
        guard !work.isCancelled else { throw .cancelled }
        return outcome(of: histories, results.all)
    }

    private func outcome(
        of histories: [TrainingHistory], _ results: [SeriesTraining.Result?]
    ) -> TrainingOutcome {
        var seen = Set<[UInt8]>()
        var failures: [TrainingFailure] = []
        var trained: [TrainedSeries] = []
        var tests: [SeriesTraining.BackTest] = []
        for (history, result) in zip(histories, results) {
            guard seen.insert(history.labels).inserted else {
                failures.append(TrainingFailure(labels: history.labels, reason: .repeated))
                continue
            }
            switch result {
            case .trained(let series, let test):
                trained.append(series)
                tests.append(test)
            case .failed(let reason):
                failures.append(TrainingFailure(labels: history.labels, reason: reason))
            case nil:
                preconditionFailure("the parallel runner left out a series")
            }
        }
        guard !trained.isEmpty else {
            return TrainingOutcome(
                decision: Self.shortage(failures), parameters: nil, metrics: nil, failures: failures)
        }
        let metrics = metrics(of: tests)
        let wild = tests.reduce(0) { $0 + $1.wildForecasts }
        return TrainingOutcome(
            decision: settings.gates.breach(by: metrics, wildForecasts: wild)
                ?? (metrics.differenceHigh < 0 ? .promoted : .notBetter),
            parameters: ModelParameters(trained), metrics: metrics, failures: failures)
    }

    private func metrics(of tests: [SeriesTraining.BackTest]) -> TrainingMetrics {
        let differences = tests.map { zip($0.challenger, $0.champion).map { $0 - $1 } }
        let interval = PairedBootstrap(seed: settings.seed).interval(of: differences)
        return TrainingMetrics(
            challengerScaledError: Descriptive.mean(tests.flatMap(\.challenger)),
            championScaledError: Descriptive.mean(tests.flatMap(\.champion)),
            differenceLow: interval.low, differenceHigh: interval.high,
            coverage95: tests.reduce(ConformalCoverage()) { $0 + $1.coverage }.share,
            origins: tests.reduce(0) { $0 + $1.challenger.count }, series: tests.count,
            points: tests.reduce(0) { $0 + $1.points })
    }

    /// The shortage of the series that lacks the fewest values.
    private static func shortage(_ failures: [TrainingFailure]) -> TrainingOutcome.Decision {
        var least = (needed: 0, got: 0)
        for failure in failures {
            guard case .tooShort(let needed, let got) = failure.reason else { continue }
            if least.needed == 0 || needed - got < least.needed - least.got { least = (needed, got) }
        }
        return .notEnoughData(needed: least.needed, got: least.got)
    }
}

extension QualityGates {
    /// The first gate that a back-test breaks.
    fileprivate func breach(
        by metrics: TrainingMetrics, wildForecasts: Int
    ) -> TrainingOutcome.Decision? {
        if wildForecasts > 0 {
            return .gateBreached(.finiteForecasts, value: Double(wildForecasts), limit: 0)
        }
        if let limit = maximumScaledError, metrics.challengerScaledError > limit {
            return .gateBreached(.maximumScaledError, value: metrics.challengerScaledError, limit: limit)
        }
        if let limit = minimumCoverage, let coverage = metrics.coverage95, coverage < limit {
            return .gateBreached(.minimumCoverage, value: coverage, limit: limit)
        }
        return nil
    }
}

/// What became of each series, written from many threads.
private final class Results: Sendable {
    private let slots: Mutex<[SeriesTraining.Result?]>

    init(count: Int) {
        slots = Mutex([SeriesTraining.Result?](repeating: nil, count: count))
    }

    var all: [SeriesTraining.Result?] { slots.withLock { $0 } }

    func set(_ result: SeriesTraining.Result, at index: Int) {
        slots.withLock { $0[index] = result }
    }
}
