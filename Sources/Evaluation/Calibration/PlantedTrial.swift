import Forecasting
import Numerics

/// One seasonal series at a step of five minutes, and every incident planted at one place of it.
struct PlantedTrial {
    /// The threshold of two incidents a week for one series at five minutes.
    static let threshold = 2.0 / 2_016
    /// Weeks that a model is fitted to, and whole days after which the incident comes.
    private static let history = 4 * 2_016
    private static let settled = 2 * CleanProcess.day

    private let tier: CalibrationStudy.Tier
    private let method: String
    private let values: [Double]
    private let start: Int
    private let sign: Double

    init(_ tier: CalibrationStudy.Tier, _ method: String, seed: UInt64) {
        (self.tier, self.method) = (tier, method)
        var random = Xoshiro256StarStar(seed: seed &+ 1_000_000)
        start = Self.history + Self.settled + Int(random.next() % UInt64(CleanProcess.day))
        sign = random.nextUniform() < 0.5 ? -1 : 1
        values = CleanProcess.season.values(start + 2 * CleanProcess.day, seed: seed &+ 2_000_000)
    }

    /// For each incident whether any of its values, or of those in its delay, is anomalous.
    func found() throws(ForecastError) -> [Bool] {
        switch tier {
        case .full:
            var stream = try JudgedStream(
                fitting: method, to: Array(values.prefix(Self.history)), period: CleanProcess.day,
                threshold: Self.threshold, longestHold: CleanProcess.day)
            for value in values[Self.history..<start] { _ = stream.take(value) }
            return PlantedIncident.allCases.map { incident in
                var stream = stream
                return isFound(incident) { stream.take($0) }
            }
        case .stream:
            var stream = LightStream(threshold: Self.threshold)
            for value in values[..<start] { _ = stream.take(value) }
            return PlantedIncident.allCases.map { incident in
                var stream = stream
                return isFound(incident) { stream.take($0) }
            }
        }
    }

    private func isFound(_ incident: PlantedIncident, score: (Double) -> Double) -> Bool {
        let changed = incident.values(
            in: values, from: start, profile: CleanProcess.profile(of:), sign: sign)
        let after = values[(start + incident.length)..<(start + incident.length + incident.delay)]
        return (changed + after).contains { score($0) > 1 }
    }
}

/// One quiet seasonal series at a step of five minutes over four weeks, as a definition of its own and as one of a
/// thousand.
struct QuietTrial {
    /// Series that share a budget of two incidents a week, as thresholds count them: the next power of two.
    static let sharing = 1_024.0
    private static let history = 3 * 2_016
    private static let watched = 4 * 2_016

    private let method: String
    private let values: [Double]

    init(_ method: String, seed: UInt64) {
        self.method = method
        values = CleanProcess.season.values(Self.history + Self.watched, seed: seed &+ 3_000_000)
    }

    func outcome() throws(ForecastError) -> CalibrationStudy.Outcome {
        let own = try JudgedStream(
            fitting: method, to: Array(values.prefix(Self.history)), period: CleanProcess.day,
            threshold: PlantedTrial.threshold, longestHold: CleanProcess.day)
        let shared = own.with(threshold: PlantedTrial.threshold / Self.sharing)
        return .incidents(own: incidents(own), shared: incidents(shared))
    }

    private func incidents(_ stream: JudgedStream) -> Int {
        var stream = stream
        var count = IncidentCount()
        for value in values[Self.history...] { count.take(stream.take(value)) }
        return count.opened
    }
}

/// Counts incidents as a definition opens them by default: with the first anomalous value, until ten quiet ones in a row.
struct IncidentCount {
    private(set) var opened = 0
    private var isOpen = false
    private var quiet = 0

    /// Quiet values that close an incident.
    private static let closeAfter = 10
    /// A value with a lower score is quiet.
    private static let quietScore = 0.7

    mutating func take(_ score: Double) {
        if score > 1 {
            if !isOpen { opened += 1 }
            isOpen = true
            quiet = 0
        } else if isOpen {
            quiet = score < Self.quietScore ? quiet + 1 : 0
            isOpen = quiet < Self.closeAfter
        }
    }
}
