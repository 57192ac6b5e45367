import Detection
import Forecasting
import Glibc
import TimeSeries

/// Measures whether p-values are what they say: false alarms in clean processes, and what of planted incidents is found.
///
/// The work is cut into jobs that do not touch each other, so that they may run on several threads; the table is
/// made of their outcomes in the order of the jobs, and is the same whoever ran them.
public struct CalibrationStudy: Sendable {
    /// How much is measured.
    public struct Size: Sendable, Equatable {
        /// Series of each clean process, each of so many values.
        public var cleanSeries = 6
        /// Values of each of them.
        public var cleanValues = 30_000
        /// Series in which each incident is planted.
        public var plantedSeries = 200
        /// Quiet seasonal series whose incidents are counted over four weeks.
        public var quietSeries = 1_000

        /// What the product promises is measured on.
        public static let full = Size()
        /// A minute's worth.
        public static let quick = Size(
            cleanSeries: 2, cleanValues: 10_000, plantedSeries: 20, quietSeries: 50)

        /// A size.
        public init(
            cleanSeries: Int = 6, cleanValues: Int = 30_000, plantedSeries: Int = 200,
            quietSeries: Int = 1_000
        ) {
            precondition(
                min(cleanSeries, plantedSeries, quietSeries) >= 0 && cleanValues >= 1,
                "\(cleanSeries) series of \(cleanValues) values, \(plantedSeries) and \(quietSeries) series")
            (self.cleanSeries, self.cleanValues) = (cleanSeries, cleanValues)
            (self.plantedSeries, self.quietSeries) = (plantedSeries, quietSeries)
        }
    }

    /// Which detector.
    public enum Tier: String, Sendable, CaseIterable {
        /// The judge behind a forecasting method.
        case full
        /// The light tier of every stored series.
        case stream
    }

    /// One series and one detector.
    public enum Job: Sendable, Equatable {
        case clean(Tier, CleanProcess, seed: UInt64)
        case planted(Tier, seed: UInt64)
        case quiet(seed: UInt64)
    }

    /// What a training fits for a definition that names no method. Before its first training a definition has the seasonal
    /// naive one.
    public static let usualMethod = ForecasterCatalog.automatic

    let size: Size
    let method: String
    let seed: UInt64
    /// Everything there is to do, row by row of the table.
    public let jobs: [Job]

    /// - Parameters:
    ///   - method: What says what the full tier expects of planted and quiet series; a name of the forecaster catalogue.
    ///   - seed: Where the series begin.
    public init(_ size: Size = .full, method: String = usualMethod, seed: UInt64 = 1) {
        (self.size, self.method, self.seed) = (size, method, seed)
        func seeds(_ count: Int) -> [UInt64] { (0..<count).map { seed &+ UInt64($0) } }
        var jobs: [Job] = []
        for tier in Tier.allCases {
            for process in CleanProcess.allCases {
                jobs += seeds(size.cleanSeries).map { .clean(tier, process, seed: $0) }
            }
        }
        for tier in Tier.allCases { jobs += seeds(size.plantedSeries).map { .planted(tier, seed: $0) } }
        jobs += seeds(size.quietSeries).map { .quiet(seed: $0) }
        self.jobs = jobs
    }

    /// What a job is about.
    public func title(of job: Job) -> String {
        switch job {
        case .clean(let tier, let process, _): "\(tier.rawValue): \(process.rawValue)"
        case .planted(let tier, _): "\(tier.rawValue): planted incidents"
        case .quiet: "quiet series"
        }
    }

    /// What a job counted.
    public enum Outcome: Sendable, Equatable {
        /// Values with a score, and of them those with a p-value below each of ``CalibrationTable/nominal``.
        case rates(scored: Int, below: [Int])
        /// For each of ``PlantedIncident``, whether it was found.
        case found([Bool])
        /// Incidents with a budget of its own, and as one of a thousand series.
        case incidents(own: Int, shared: Int)
        /// Why there is nothing to count.
        case failed(String)
    }

    /// Does one job.
    public func run(_ job: Job) -> Outcome {
        do throws(ForecastError) {
            return switch job {
            case .clean(let tier, let process, let seed): try rates(tier, process, seed)
            case .planted(let tier, let seed): .found(try PlantedTrial(tier, method, seed: seed).found())
            case .quiet(let seed): try QuietTrial(method, seed: seed).outcome()
            }
        } catch {
            return .failed(Backtest.words(error))
        }
    }

    private func rates(
        _ tier: Tier, _ process: CleanProcess, _ seed: UInt64
    ) throws(ForecastError) -> Outcome {
        let values = process.values(size.cleanValues, seed: seed)
        var pValues: [Double]
        switch tier {
        case .full:
            let settings = DetectionSettings(naturalSeasons: [CleanProcess.day])
            pValues = try SeriesDetector(settings).scores(of: Series(values: values)).pValue
        case .stream:
            var stream = LightStream(threshold: LightTier.threshold)
            pValues = values.map { stream.pValue($0) ?? .nan }
        }
        pValues.removeAll { !$0.isFinite }
        return .rates(
            scored: pValues.count,
            below: CalibrationTable.nominal.map { nominal in pValues.count { $0 < nominal } })
    }
}
