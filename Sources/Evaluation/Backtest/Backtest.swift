import Forecasting

/// Asks every method about every case, one at a time, in an order that its caller chooses.
///
/// The work is cut into jobs that do not touch each other, so that they may run on several threads; the
/// report is made of their scores in the order of the jobs, and is the same whoever ran them.
public struct Backtest: Sendable {
    /// One method and one case.
    public struct Job: Sendable, Equatable {
        let method: Int
        let place: Int
        /// Whether this is the first case of its set for the method, which is run once before it is timed.
        let isFirst: Bool
    }

    /// The methods; `naive2` is the first, whether it is to be reported or not.
    let methods: [EvaluationMethod]
    let reported: [String]
    let sets: [EvaluationSet]
    let cases: [BacktestCase]
    /// Series of each set that were left out: their history repeats itself exactly, so that errors have no
    /// scale, or what followed is missing.
    let flat: [String: Int]
    /// Series of each set that are too short for a single origin.
    let short: [String: Int]
    let isRolling: Bool
    /// Every job, method by method within each set.
    public let jobs: [Job]

    /// A back-test of these methods on these sets.
    ///
    /// - Parameters:
    ///   - methods: In the order of the report.
    ///   - cut: How series are cut into histories and futures.
    public init(_ methods: [EvaluationMethod], on sets: [EvaluationSet], cut: BacktestCut) {
        reported = methods.map(\.name)
        let all = [EvaluationMethod.naive2] + methods.filter { $0.name != EvaluationMethod.naive2.name }
        var (cases, flat, short): ([BacktestCase], [String: Int], [String: Int]) = ([], [:], [:])
        var jobs: [Job] = []
        for set in sets {
            let start = cases.count
            for series in set.series {
                let cut = cut.cases(series, of: set)
                let scalable = cut.filter(\.isScalable)
                if cut.isEmpty {
                    short[set.name, default: 0] += 1
                } else if scalable.isEmpty {
                    flat[set.name, default: 0] += 1
                }
                cases += scalable
            }
            for method in all.indices {
                jobs += (start..<cases.count).map { Job(method: method, place: $0, isFirst: $0 == start) }
            }
        }
        isRolling = cut != .given
        (self.methods, self.sets) = (all, sets)
        (self.cases, self.flat, self.short, self.jobs) = (cases, flat, short, jobs)
    }

    /// What a job is about: the method, the set and the series.
    public func title(of job: Job) -> (method: String, set: String, series: String) {
        let test = cases[job.place]
        return (methods[job.method].name, test.set, test.series)
    }

    /// Does one job.
    ///
    /// - Parameter clock: CPU milliseconds of the calling thread.
    public func run(_ job: Job, clock: () -> Double) -> CaseScore {
        let (method, test) = (methods[job.method], cases[job.place])
        if job.isFirst { _ = try? method.forecast(test) }
        let begin = clock()
        do throws(ForecastError) {
            let forecast = try method.forecast(test)
            return CaseScore.of(forecast, test, milliseconds: clock() - begin)
        } catch {
            return CaseScore(failure: Self.words(error), milliseconds: clock() - begin)
        }
    }

    /// Why a method has no answer.
    static func words(_ error: ForecastError) -> String {
        switch error {
        case .historyTooShort(let needed, let got): "\(needed) values are needed, \(got) are there"
        case .noFiniteValues: "every value is missing"
        case .negativeCounts: "a method for counts, and values below 0"
        case .overflow: "the forecast overflows"
        case .cancelled: "cancelled"
        case .unknownMethod(let name, _): "no method is called \(name)"
        }
    }
}
