/// How often p-values of clean series lie below their nominal probability, and how much of what was planted is found.
public struct CalibrationTable: Sendable, Equatable {
    /// The probabilities at which false alarms are counted.
    public static let nominal = [1e-2, 1e-3, 1e-4]
    /// The share of planted incidents that must be found.
    public static let leastFound = 0.95
    /// Incidents of quiet series over those of their budgets.
    public static let promisedIncidents = 0.2...1.3
    /// Incidents in four weeks of a thousand series that share a budget of two a week.
    public static let mostShared = 18

    /// False alarms of a detector in a clean process.
    public struct Rate: Sendable, Equatable {
        /// Which detector.
        public let tier: CalibrationStudy.Tier
        /// In what.
        public let process: CleanProcess
        /// Values with a p-value, in all series.
        public var scored = 0
        /// Of them those below each of ``CalibrationTable/nominal``.
        public var below = CalibrationTable.nominal.map { _ in 0 }

        /// The rates over the nominal ones; `nan` where nothing was scored.
        public var ratios: [Double] {
            zip(below, CalibrationTable.nominal).map { Double($0) / (Double(scored) * $1) }
        }
    }

    /// How much of an incident was found.
    public struct Recall: Sendable, Equatable {
        /// Which detector.
        public let tier: CalibrationStudy.Tier
        /// What was planted.
        public let incident: PlantedIncident
        /// In how many series.
        public var planted = 0
        /// In how many it was found.
        public var found = 0

        /// The share that was found; `nan` where none was planted.
        public var share: Double { Double(found) / Double(planted) }
    }

    /// Rows of clean processes, detector by detector.
    public var rates: [Rate] = []
    /// Rows of planted incidents, detector by detector.
    public var recalls: [Recall] = []
    /// Quiet series that were watched for four weeks.
    public var quietSeries = 0
    /// Their incidents with a budget of two a week each.
    public var ownIncidents = 0
    /// Their incidents where a thousand share a budget of two a week.
    public var sharedIncidents = 0
    /// Why jobs failed, each reason once.
    public var failures: [String] = []

    /// Incidents over those of the budgets: two a week for four weeks and each series.
    public var incidentRatio: Double { Double(ownIncidents) / Double(8 * quietSeries) }
}

extension CalibrationStudy {
    /// Sums up what the jobs counted.
    ///
    /// - Parameter outcomes: One a job, in their order.
    public func table(_ outcomes: [Outcome]) -> CalibrationTable {
        precondition(outcomes.count == jobs.count, "\(outcomes.count) outcomes of \(jobs.count) jobs")
        var table = CalibrationTable()
        if size.cleanSeries > 0 {
            for tier in Tier.allCases {
                table.rates += CleanProcess.allCases.map { CalibrationTable.Rate(tier: tier, process: $0) }
            }
        }
        if size.plantedSeries > 0 {
            for tier in Tier.allCases {
                table.recalls += PlantedIncident.allCases.map {
                    CalibrationTable.Recall(tier: tier, incident: $0)
                }
            }
        }
        for (job, outcome) in zip(jobs, outcomes) { table.add(outcome, of: job) }
        return table
    }
}

extension CalibrationTable {
    fileprivate mutating func add(_ outcome: CalibrationStudy.Outcome, of job: CalibrationStudy.Job) {
        switch (outcome, job) {
        case (.rates(let scored, let below), .clean(let tier, let process, _)):
            for index in rates.indices where rates[index].tier == tier && rates[index].process == process {
                rates[index].scored += scored
                for place in below.indices { rates[index].below[place] += below[place] }
            }
        case (.found(let found), .planted(let tier, _)):
            for index in recalls.indices where recalls[index].tier == tier {
                let place = PlantedIncident.allCases.firstIndex(of: recalls[index].incident)
                recalls[index].planted += 1
                if let place, found[place] { recalls[index].found += 1 }
            }
        case (.incidents(let own, let shared), _):
            quietSeries += 1
            ownIncidents += own
            sharedIncidents += shared
        case (.failed(let reason), _):
            if !failures.contains(reason) { failures.append(reason) }
        default: break
        }
    }
}
