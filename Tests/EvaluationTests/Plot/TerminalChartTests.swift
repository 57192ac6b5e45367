import Glibc
import Testing

@testable import Evaluation

@Suite struct TerminalChartTests {
    static let small: PlotModel = {
        var model = PlotModel(
            title: "sales", observed: [0, 2, 4, 2, .nan, 2, 4, 10, 0], axis: .steps(from: 1))
        model.anomalies = [PlotAnomaly(7...7)]
        model.forecast = PlotForecast(
            mean: [2, 4, 2], bands: [PlotBand(level: 80, lower: [1, 2, 0], upper: [3, 6, 6])])
        return model
    }()

    @Test func `a small case looks as it should in ASCII`() {
        let lines = TerminalChart.lines(Self.small, width: 28, height: 6, style: .ascii)
        #expect(
            lines == [
                "sales",
                "10 +               !  |",
                "   |              * * |",
                "   |              * * |  ...",
                " 5 +   **       **  * | oo..",
                "   | **  **   **     *|o..oo",
                " 0 +*                *|.  ..",
                "   +------------------------",
                "    1                     12",
            ], "\n\(lines.joined(separator: "\n"))")
    }

    @Test func `a small case looks as it should in braille`() {
        let lines = TerminalChart.lines(Self.small, width: 28, height: 6)
        #expect(
            lines == [
                "sales",
                "10 ┤               ×  │",
                "   │              ⡸⢸  │",
                "   │             ⢀⠇ ⡇ │  ░░░",
                " 5 ┤    ⡠⡀      ⢀⠜  ⢱ │ ░⡠⡀░",
                "   │  ⡠⠊ ⠘⢄   ⢀⠔⠁   ⠸⡀│⡠⠊░⠘⢄",
                " 0 ┤⡠⠊               ⡇│░░ ░░",
                "   └────────────────────────",
                "    1                     12",
            ], "\n\(lines.joined(separator: "\n"))")
    }

    @Test(arguments: PlotExamples.all.map(\.name))
    func `no line is wider than allowed`(name: String) throws {
        var model = try #require(PlotExamples.all.first { $0.name == name }).model
        model.title += " 東京の注文数 🚀 and more words than fit"
        for width in [8, 9, 20, 40, 80, 200] {
            for style in [TerminalChart.Style.braille, .ascii] {
                for usesColour in [false, true] {
                    let lines = TerminalChart.lines(model, width: width, style: style, usesColour: usesColour)
                    #expect(lines.count == 15)
                    for line in lines {
                        let plain = line.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
                        #expect(DisplayText.columns(plain) <= width, "\(width): \(line)")
                        #expect(!plain.unicodeScalars.contains { $0.value < 32 })
                    }
                }
            }
        }
    }

    @Test func `without colour there is no escape, and with it every line ends in the default colour`() {
        let plain = TerminalChart.lines(PlotExamples.seasonal())
        #expect(!plain.joined().contains("\u{1B}"))
        let coloured = TerminalChart.lines(PlotExamples.seasonal(), usesColour: true)
        #expect(coloured.joined().contains("\u{1B}[1;31m×"))
        for line in coloured where line.contains("\u{1B}") { #expect(line.hasSuffix("\u{1B}[0m")) }
        #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") } == plain)
    }

    /// Prints the charts for people to look at, if asked to.
    @Test(.enabled(if: getenv("BELLWETHER_PICTURES") != nil))
    func `charts can be looked at`() {
        for (_, model) in PlotExamples.all {
            print(TerminalChart.lines(model, usesColour: true).joined(separator: "\n"))
        }
        print(TerminalChart.lines(PlotExamples.seasonal(), style: .ascii).joined(separator: "\n"))
    }

    @Test func `every anomaly is marked and ASCII is ASCII`() {
        let lines = TerminalChart.lines(PlotExamples.seasonal(), style: .ascii).dropFirst()
        #expect(lines.joined().utf8.allSatisfy { $0 < 128 })
        #expect(lines.joined().contains("!"))
    }
}
