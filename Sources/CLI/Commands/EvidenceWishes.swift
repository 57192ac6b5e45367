import Detection
import Evaluation
import Service

/// What `--evidence` asks for: the ranks of single detectors beside the scores.
struct EvidenceWishes {
    static let option = Command.Option(
        "--evidence", value: "NAME,NAME", "what single detectors see ('all'); see evaluate detect")

    /// In the order of the catalogue; empty where nothing is asked for.
    let methods: [RankingMethod]

    init(_ arguments: Arguments, mode: DetectionMode) throws {
        guard let text = arguments.text("--evidence") else {
            methods = []
            return
        }
        // A delayed rank is a mean of causal ones: single detectors have none of their own.
        let mode = mode == .delayed ? .causal : mode
        let known = RankingMethod.all.filter { $0.mode == mode }
        if text == "all" {
            methods = known
            return
        }
        let names = try EvaluationWishes.names(text, "--evidence")
        for name in names where !known.contains(where: { $0.name == name }) {
            let near = nearest(to: name, among: known.map(\.name))
            throw UsageError(
                "--evidence: no \(mode.rawValue) detector '\(name)'"
                    + (near.map { "; did you mean '\($0)'?" } ?? "")
                    + " (known: \(known.map(\.name).joined(separator: ", ")))")
        }
        methods = known.filter { names.contains($0.name) }
    }

    /// What each detector says of the values of one series.
    func ranks(of values: [Double]) throws -> [SeriesEvidence] {
        try methods.map { SeriesEvidence(name: $0.name, ranks: try $0.ranks(of: values)) }
    }
}

/// What one detector says of every value of a series.
struct SeriesEvidence {
    let name: String
    /// Higher is more unusual; `nan` where nothing is said.
    let ranks: [Double]

    /// Ranks above this share of all are shown.
    private static let shown = 0.9

    /// How far each rank lies in the upper tenth of all, 0 ... 1: detectors have scales of their own.
    var heat: [Double] {
        let sorted = ranks.filter(\.isFinite).sorted()
        guard let first = sorted.first, let last = sorted.last, last > first else {
            return ranks.map { _ in 0 }
        }
        return ranks.map { rank in
            guard rank.isFinite else { return 0 }
            var (low, high) = (0, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < rank { low = middle + 1 } else { high = middle }
            }
            return max(Double(low) / Double(sorted.count) - Self.shown, 0) / (1 - Self.shown)
        }
    }

    /// One line: the name, and the highest heat of each stretch as a character.
    func line(nameWidth: Int, width: Int) -> String {
        let heat = heat
        let columns = max(min(width - nameWidth - 2, heat.count), 1)
        let marks: [Character] = [" ", "·", "░", "▒", "▓", "█"]
        let strip = (0..<columns).map { column in
            let range = (column * heat.count / columns)..<max((column + 1) * heat.count / columns, 1)
            let most = heat[range.clamped(to: 0..<heat.count)].max() ?? 0
            return marks[min(Int((most * Double(marks.count - 1)).rounded(.up)), marks.count - 1)]
        }
        let line = name + String(repeating: " ", count: nameWidth - name.count + 2) + String(strip)
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}
