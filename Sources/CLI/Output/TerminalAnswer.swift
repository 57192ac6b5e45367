import Detection
import Evaluation
import Forecasting
import Ingest
import Pipeline
import TimeSeries

/// The answer for one series as a person reads it in a terminal: a chart, what was found, the numbers.
struct TerminalAnswer {
    private let answer: SeriesAnswer
    private let request: PredictionRequest
    private let console: Console

    /// At most so many anomalies and forecast steps are listed; `-o csv` has them all.
    private static let mostRows = 24
    /// A chart of a forecast alone shows so many horizons of history, or the forecast would be a sliver.
    private static let horizonsShown = 6

    init(_ answer: SeriesAnswer, _ request: PredictionRequest, _ console: Console) {
        self.answer = answer
        self.request = request
        self.console = console
    }

    var text: String {
        var lines = chart + [facts]
        if answer.scores != nil { lines += [""] + findings }
        if !answer.evidence.isEmpty { lines += [""] + evidence }
        if answer.forecast != nil { lines += [""] + forecast }
        return lines.joined(separator: "\n") + "\n\n"
    }

    private var chart: [String] {
        var plot = FilePicture.model(of: answer, zone: request.zone)
        if answer.scores == nil { plot.keepLatest(Self.horizonsShown * (answer.forecast?.times.count ?? 0)) }
        return TerminalChart.lines(
            plot, width: min(console.width, 100), usesColour: console.usesColour)
    }

    private var facts: String {
        var facts = ["\(answer.values.count) values"]
        if let step = answer.step { facts.append("step \(step)") }
        if !answer.season.isEmpty {
            facts.append("season " + answer.season.map(String.init).joined(separator: ", "))
        }
        facts.append("model \(answer.method)")
        return facts.joined(separator: " · ")
    }

    private var findings: [String] {
        guard let scores = answer.scores else { return [] }
        guard scores.score.contains(where: \.isFinite) else {
            return ["warming: too few values to score any"]
        }
        return anomalies(scores) + changes(scores)
    }

    private func changes(_ scores: SeriesScores) -> [String] {
        let lines = scores.changes.prefix(Self.mostRows).flatMap { moved in
            Wrapping.lines("\(time(ofRow: moved.at))  \(moved.sentence)", width: console.width)
        }
        let rest = scores.changes.count - Self.mostRows
        return lines + (rest > 0 ? ["and \(rest) more changes of level"] : [])
    }

    private func anomalies(_ scores: SeriesScores) -> [String] {
        let insights = scores.stretches
        guard !insights.isEmpty else { return ["no anomalies at alpha \(request.alpha)"] }
        let count = "\(insights.count) anomal\(insights.count == 1 ? "y" : "ies")"
        var lines = ["\(count) at alpha \(request.alpha) (\(scores.mode))"]
        for insight in insights.prefix(Self.mostRows) {
            let from = time(ofRow: insight.first)
            let when = insight.first == insight.last ? from : "\(from) to \(time(ofRow: insight.last))"
            let score = NumberText.short((insight.peakScore * 10).rounded() / 10)
            lines += Wrapping.lines("\(when)  score \(score)  \(insight.sentence)", width: console.width)
        }
        if insights.count > Self.mostRows {
            lines.append("and \(insights.count - Self.mostRows) more: -o csv")
        }
        return lines
    }

    private var evidence: [String] {
        let longest = answer.evidence.map(\.name.count).max() ?? 0
        return ["the upper tenth of what each detector sees, first value to last:"]
            + answer.evidence.map { $0.line(nameWidth: longest, width: min(console.width, 100)) }
    }

    private var forecast: [String] {
        guard let forecast = answer.forecast else { return [] }
        let levels = request.levels
        let bounds = levels.flatMap { level in
            let text = NumberText.exact(level)
            return ["lo-" + text, "hi-" + text]
        }
        var table = TextTable(header: ["timestamp", "mean"] + bounds)
        for (step, time) in forecast.times.enumerated().prefix(Self.mostRows) {
            let numbers = forecast.bands.flatMap { [$0.lower[step], $0.upper[step]] }
            table.add(
                [FileTime.text(time, request.zone)]
                    + ([forecast.mean[step]] + numbers).map { NumberText.short($0) })
        }
        let rest = forecast.times.count - Self.mostRows
        return table.lines(width: console.width) + (rest > 0 ? ["and \(rest) more: -o csv"] : [])
    }

    private func time(ofRow row: Int) -> String {
        answer.timeText(row) ?? "\(row)"
    }
}

/// Breaks a sentence into lines.
enum Wrapping {
    /// Lines of at most `width` characters, broken at spaces; those after the first are indented.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = "    " + word
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return lines + [line]
    }
}

extension PlotModel {
    /// Drops all but the latest values of the history, at least 24; there must be no scores.
    fileprivate mutating func keepLatest(_ count: Int) {
        let dropped = observed.count - max(count, 24)
        guard dropped > 0 else { return }
        observed.removeFirst(dropped)
        switch axis {
        case .steps(let first): axis = .steps(from: first + dropped)
        case .times(let times, let clock): axis = .times(Array(times.dropFirst(dropped)), clock: clock)
        }
    }
}
