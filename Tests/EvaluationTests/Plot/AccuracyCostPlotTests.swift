import TestSupport
import Testing

@testable import Evaluation

@Suite struct AccuracyCostPlotTests {
    private func points(_ count: Int, seed: UInt64) -> [AccuracyCostPlot.Point] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            AccuracyCostPlot.Point(
                name: "method-\(index)<&", cost: Double.random(in: 0.01...2000, using: &random),
                error: Double.random(in: 0.5...1.1, using: &random), isPeer: index % 2 == 0)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `no label covers another label or a point`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // A crowd: everything within a small part of the area.
        let places = (0..<24).map { _ in
            PlotVertex(
                x: Double.random(in: 400...480, using: &random),
                y: Double.random(in: 200...260, using: &random)
            )
        }
        let area = LabelBox(left: 60, top: 60, right: 940, bottom: 500)
        let boxes = LabelPlacement(area: area, radius: 7).place(
            places, widths: places.indices.map { 40 + Double($0 % 5) * 15 })
        for (index, box) in boxes.enumerated() {
            #expect(area.holds(box))
            for other in boxes[..<index] { #expect(!box.meets(other), "seed \(seed)") }
            for place in places { #expect(box.distance(from: place) >= 6.9, "seed \(seed)") }
        }
    }

    @Test func `a picture names every method once, and is the same every time`() {
        let plot = AccuracyCostPlot(
            title: "a < b", note: "of 3 sets", errorName: "OWA", points: points(16, seed: 1))
        let svg = plot.document()
        #expect(svg == plot.document())
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
        for index in 0..<16 {
            #expect(svg.split(separator: ">method-\(index)&lt;&amp;<").count == 2)
        }
        #expect(!svg.contains("nan") && !svg.contains("inf\""))
        #expect(svg.contains("prefers-color-scheme:dark"))
    }

    @Test func `an outlier is written at the edge instead of pressing the others together`() {
        var plot = AccuracyCostPlot(title: "", note: "", errorName: "OWA", points: points(9, seed: 2))
        plot.points.append(.init(name: "wild", cost: 3, error: 40, isPeer: true))
        #expect(plot.highestError < 1.7)
        #expect(plot.document().contains(">wild ↑ 40.00<"))
    }

    @Test func `few points and small pictures are drawn too`() {
        for count in 0...2 {
            let plot = AccuracyCostPlot(
                title: "", note: "", errorName: "OWA", points: points(count, seed: 3))
            #expect(plot.document(width: 320, height: 240).hasSuffix("</svg>\n"))
        }
    }
}
