internal import Glibc

/// What the Numenta benchmark makes of a detection too many, too few, too late.
public struct NABProfile: Sendable, Equatable {
    /// The name in reports.
    public let name: String
    /// The weight of a window found at its very start.
    let found: Double
    /// The weight of a detection far from every window.
    let falseAlarm: Double
    /// The weight of a window that was missed.
    let missed: Double

    /// The weights of the benchmark's file `config/profiles.json`.
    public static let standard = NABProfile(name: "standard", found: 1, falseAlarm: 0.11, missed: 1)
    /// False alarms weigh twice as much.
    public static let lowFalsePositives = NABProfile(name: "low_fp", found: 1, falseAlarm: 0.22, missed: 1)
    /// Misses weigh twice as much.
    public static let lowFalseNegatives = NABProfile(name: "low_fn", found: 1, falseAlarm: 0.11, missed: 2)
    /// All three, in the order of reports.
    public static let all = [standard, lowFalsePositives, lowFalseNegatives]
}

/// The score of the Numenta anomaly benchmark over a corpus of files, one threshold for all of them.
///
/// Early detections within a window are worth more than late ones, the first rows of a file are probation, and
/// 0 is what a detector without any detection gets, 100 a perfect one. The threshold is the best one for the
/// corpus, found among all distinct scores.
///
/// - Source: Lavin & Ahmad, *Evaluating Real-time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark*,
///   ICMLA 2015, and its code (`sweeper.py`).
public struct NABScore: Sendable, Equatable {
    /// The sum of what detections and misses are worth.
    public let raw: Double
    /// 100 · (raw − null) / (perfect − null); `nan` for a corpus without windows.
    public let normalised: Double
    /// The threshold, detections lie at or above it; ``NABCorpus/nothing`` when the best is to detect nothing.
    public let threshold: Double
}

/// The scores of one detector on all files of the benchmark, sorted once for all profiles.
public struct NABCorpus: Sendable {
    /// The scores of one file, and its windows.
    public struct File: Sendable, Equatable {
        /// One a row; comparable across files.
        public let scores: [Double]
        /// Ascending, not touching.
        public let windows: [ClosedRange<Int>]

        /// A file of the corpus.
        ///
        /// - Parameter scores: `nan` and −∞ count as 0, +∞ as a very large number.
        public init(scores: [Double], windows: [ClosedRange<Int>]) {
            AnomalyWindows.check(windows, count: scores.count)
            self.scores = OrderedScores.finite(scores)
            self.windows = windows
        }
    }

    /// One row after probation.
    private struct Row {
        let score: Double
        /// The worth within a window, or of a false alarm, before the weight of the profile.
        let worth: Double
        /// The number of the window in the corpus; negative outside.
        let window: Int32
    }

    /// The highest score first; rows of one score in the order of files and rows.
    private let rows: [Row]
    private let windowCount: Int
    /// For each window whether a row of it comes after probation.
    private let isJudged: [Bool]

    /// The threshold above all scores in 0 … 1.
    public static let nothing = 1.1

    /// The corpus of some files.
    ///
    /// - Complexity: O(*n* log *n*) in the number of rows.
    public init(_ files: [File]) {
        var rows: [Row] = []
        var isJudged: [Bool] = []
        for file in files {
            let start = isJudged.count
            isJudged += file.windows.map { _ in false }
            let worth = NABWorth.of(count: file.scores.count, windows: file.windows)
            for place in NABWorth.probation(of: file.scores.count)..<file.scores.count {
                let window = worth[place].window.map { $0 + start }
                if let window { isJudged[window] = true }
                rows.append(
                    Row(
                        score: file.scores[place], worth: worth[place].value,
                        window: Int32(window ?? -1)))
            }
        }
        let order = rows.indices.sorted {
            rows[$0].score != rows[$1].score ? rows[$0].score > rows[$1].score : $0 < $1
        }
        self.rows = order.map { rows[$0] }
        self.isJudged = isJudged
        windowCount = isJudged.count
    }

    /// The score in a profile.
    ///
    /// - Parameter threshold: Detections lie at or above it; `nil` for the best one of the corpus.
    /// - Complexity: O(*n*).
    public func score(_ profile: NABProfile, threshold: Double? = nil) -> NABScore {
        var parts = isJudged.map { $0 ? -profile.missed : 0 }
        let null = parts.reduce(0, +)
        var (best, bestThreshold, total) = (null, Self.nothing, null)
        for (place, row) in rows.enumerated() {
            if let threshold, row.score < threshold { break }
            if row.window < 0 {
                total += row.worth * profile.falseAlarm
            } else {
                let window = Int(row.window)
                let worth = row.worth * profile.found
                if worth > parts[window] {
                    total += worth - parts[window]
                    parts[window] = worth
                }
            }
            let isLastOfScore = place + 1 == rows.count || rows[place + 1].score != row.score
            if isLastOfScore, threshold != nil || total > best { (best, bestThreshold) = (total, row.score) }
        }
        let perfect = Double(windowCount) * profile.found
        return NABScore(
            raw: best, normalised: windowCount > 0 ? 100 * (best - null) / (perfect - null) : .nan,
            threshold: bestThreshold)
    }
}

/// What a detection at each row of a file is worth, before the weights of a profile.
enum NABWorth {
    /// The first rows of a file, in which nothing counts: 15 % of it, at most 15 % of 5,000.
    static func probation(of count: Int) -> Int {
        Int(min((0.15 * Double(count)).rounded(.down), 0.15 * 5000).rounded(.up))
    }

    /// For each row the window it lies in, if any, and its worth: 1 at the start of a window falling to almost
    /// 0 at its end, then to −1 at three lengths beyond; −1 before the first window.
    static func of(count: Int, windows: [ClosedRange<Int>]) -> [(window: Int?, value: Double)] {
        var worth = [(window: Int?, value: Double)](repeating: (nil, -1), count: count)
        for (index, window) in windows.enumerated() {
            let next = index + 1 < windows.count ? windows[index + 1].lowerBound : count
            let width = Double(window.count)
            for place in window {
                let position = -Double(window.upperBound - place + 1) / width
                worth[place] = (index, sigmoid(position) / sigmoid(-1))
            }
            for place in (window.upperBound + 1)..<max(next, window.upperBound + 1) {
                let position = Double(place - window.upperBound) / (width - 1)
                worth[place] = (nil, position > farthest ? -1 : sigmoid(position))
            }
        }
        return worth
    }

    /// Beyond so many lengths after a window a detection has nothing to do with it.
    private static let farthest = 3.0

    private static func sigmoid(_ y: Double) -> Double { 2 / (1 + exp(5 * y)) - 1 }
}
