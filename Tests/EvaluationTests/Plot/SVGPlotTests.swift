import Glibc
import TestSupport
import Testing

@testable import Evaluation

/// Models of all shapes that a picture must survive.
enum PlotExamples {
    static let hour: Int64 = 3_600_000
    static let start: Int64 = 1_767_571_200_000

    static func seasonal(_ count: Int = 336, horizon: Int = 48, scale: Double = 1) -> PlotModel {
        var random = SeededGenerator(seed: 7)
        func normal() -> Double {
            (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
        }
        func clean(_ i: Int) -> Double {
            scale * (500 + 300 * sin(Double(i) / 24 * 2 * .pi) + Double(i) * 0.3)
        }
        var observed = (0..<count).map { clean($0) + scale * 25 * normal() }
        if count > 260 {
            observed[120] += scale * 600
            for i in 250...256 { observed[i] -= scale * 350 }
            for i in 180..<192 { observed[i] = .nan }
        }
        let times = (0..<count + horizon).map { start + Int64($0) * hour }
        var model = PlotModel(title: "checkout_rps", observed: observed, axis: .times(times, clock: .utc))
        model.unit = "requests/s"
        model.expected = (0..<count).map { $0 < 48 ? .nan : clean($0) }
        model.lower = model.expected.map { $0 - scale * 90 }
        model.upper = model.expected.map { $0 + scale * 90 }
        if count > 260 {
            model.anomalies = [
                PlotAnomaly(120...120, label: "spike: 1,287 instead of 640"),
                PlotAnomaly(250...256, label: "dip"),
            ]
        }
        if horizon > 0 {
            let mean = (count..<count + horizon).map(clean)
            func band(_ level: Double, _ z: Double) -> PlotBand {
                let half = (0..<horizon).map { scale * 25 * z * sqrt(1 + Double($0) / 8) }
                return PlotBand(
                    level: level, lower: zip(mean, half).map { $0 - $1 },
                    upper: zip(mean, half).map { $0 + $1 })
            }
            model.forecast = PlotForecast(mean: mean, bands: [band(80, 1.28), band(95, 1.96)])
        }
        return model
    }

    static func twenty() -> PlotModel {
        var model = PlotModel(
            title: "sales", observed: (0..<20).map { 10 + 4 * sin(Double($0)) }, axis: .steps(from: 1))
        model.forecast = PlotForecast(
            mean: [12, 12.5, 13, 13.5],
            bands: [PlotBand(level: 95, lower: [9, 9, 9, 9], upper: [15, 16, 17, 18])])
        return model
    }

    static func long(_ count: Int = 100_000, odd: Int = 40) -> PlotModel {
        var random = SeededGenerator(seed: 3)
        var observed = (0..<count).map {
            40 + 20 * sin(Double($0) / 4000) + Double.random(in: -6...6, using: &random)
        }
        var model = PlotModel(title: "cpu", observed: [])
        for k in 0..<odd {
            let at = count / (odd + 1) * (k + 1)
            observed[at] = 40 + 20 * sin(Double(at) / 4000)
            model.anomalies.append(PlotAnomaly(at...at, label: "odd \(k)"))
        }
        model.observed = observed
        model.lower = observed.indices.map { 40 + 20 * sin(Double($0) / 4000) - 8 }
        model.upper = model.lower.map { $0 + 16 }
        model.axis = .times((0..<count).map { start + Int64($0) * 60_000 }, clock: .utc)
        return model
    }

    static let gaps = PlotModel(
        title: "gaps",
        observed: (0..<60).map { $0 % 7 == 3 || (20..<30).contains($0) ? .nan : Double($0 % 11) })

    static func flat(_ value: Double, _ count: Int = 50) -> PlotModel {
        PlotModel(title: "flat \(value)", observed: Array(repeating: value, count: count))
    }

    static var all: [(name: String, model: PlotModel)] {
        var overload = seasonal()
        overload.title =
            "http_requests_total{job=\"checkout\", path=\"</text><script>alert('x')</script>\"} & \u{7}"
            + String(repeating: " a long title", count: 20)
        var wild = twenty()
        wild.observed[3] = .infinity
        wild.observed[4] = 1e308
        wild.observed[5] = -1e308
        return [
            ("seasonal", seasonal()), ("twenty", twenty()), ("long", long()), ("gaps", gaps),
            ("constant", flat(42)), ("zero", flat(0)), ("one", flat(3, 1)), ("empty", flat(0, 0)),
            ("missing", flat(.nan)), ("huge", seasonal(scale: 1e7)), ("tiny", seasonal(scale: 1e-9)),
            ("title", overload), ("wild", wild), ("history", seasonal(100, horizon: 0)),
            (
                "future",
                {
                    var m = twenty(); m.observed = []; return m
                }()
            ), ("crowded", long(100_000, odd: 20_000)),
        ]
    }
}

@Suite struct SVGPlotTests {
    @Test(arguments: PlotExamples.all.map(\.name))
    func `every picture is well formed and has no number that is not one`(name: String) throws {
        let model = try #require(PlotExamples.all.first { $0.name == name }).model
        for (width, height) in [(960, 420), (240, 160)] {
            let svg = SVGPlot.document(model, width: width, height: height)
            #expect(XMLCheck.fault(in: svg) == nil)
            for token in ["nan", "inf", "e+", "NaN"] {
                let numbers = svg.split(separator: "\"").filter { $0.first == "M" }.joined()
                #expect(!numbers.contains(token))
            }
            #expect(svg.firstRange(of: #/="-?(nan|inf)/#) == nil)
            #expect(svg.utf8.count < 400_000, "\(svg.utf8.count) bytes")
        }
    }

    @Test func `text from outside stays text`() {
        let model = PlotExamples.all.first { $0.name == "title" }?.model ?? PlotExamples.gaps
        let svg = SVGPlot.document(model)
        #expect(!svg.contains("<script"))
        #expect(
            svg.contains("&lt;script&gt;") && svg.contains("&quot;checkout&quot;") && svg.contains(" &amp; "))
        #expect(!svg.unicodeScalars.contains { $0.value == 7 })
    }

    @Test func `the same model gives the same text`() {
        #expect(SVGPlot.document(PlotExamples.seasonal()) == SVGPlot.document(PlotExamples.seasonal()))
    }

    @Test func `an anomaly within the crowd is kept`() {
        let model = PlotExamples.long()
        let drawing = SVGDrawing(model: model, width: 960, height: 420)
        #expect(drawing.oddVertices().count == 40)
        let heights = model.observed.map(drawing.frame.y)
        let runs = Downsampling.runs(x: drawing.xs, y: heights, kept: model.anomalousIndices())
        #expect(runs.count == 1 && runs.joined().count < 2100)
        for anomaly in model.anomalies {
            let at = anomaly.range.lowerBound
            #expect(runs.joined().contains(PlotVertex(x: drawing.xs[at], y: heights[at])))
        }
    }

    @Test func `missing values break the line and thinning keeps wide gaps`() {
        let x = (0..<10).map { Double($0) }
        let y: [Double] = [1, 2, .nan, 3, .nan, .nan, 4, 5, 6, .nan]
        #expect(Downsampling.runs(x: x, y: y).map(\.count) == [2, 1, 3])
        let many = (0..<100_000).map { Double($0) / 100 }
        let heights = many.map { (300.0..<400.0).contains($0) ? Double.nan : $0 }
        let runs = Downsampling.runs(x: many, y: heights)
        #expect(runs.count == 2)
        #expect(runs.joined().count <= 2000)
    }

    @Test func `parts that the model lacks are not in the legend`() {
        let plain = SVGPlot.document(PlotExamples.flat(1))
        #expect(!plain.contains(">forecast<") && !plain.contains(">anomaly<"))
        let full = SVGPlot.document(PlotExamples.seasonal())
        for word in ["observed", "expected range", "forecast", "95 %", "80 %", "anomaly"] {
            #expect(full.contains(">\(word)<"))
        }
    }

    /// Writes the pictures for people to look at, if told where to.
    @Test func `pictures can be looked at`() throws {
        guard let folder = getenv("BELLWETHER_PICTURES") else { return }
        for (name, model) in PlotExamples.all {
            let file = try #require(fopen(String(cString: folder) + "/\(name).svg", "w"))
            fputs(SVGPlot.document(model), file)
            fclose(file)
        }
    }
}

/// A small checker of well-formedness: balanced tags, quoted attributes, no stray `&` or `<`.
enum XMLCheck {
    static func fault(in document: String) -> String? {
        var open: [Substring] = []
        var rest = document[...]
        while let start = rest.firstIndex(of: "<") {
            if let fault = textFault(rest[..<start]) { return fault }
            guard let end = rest[start...].firstIndex(of: ">") else { return "an open tag" }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            let name = tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" }
            if tag.hasPrefix("/") {
                guard open.popLast() == name else { return "\(tag) closes another" }
            } else {
                if tag.filter({ $0 == "\"" }).count % 2 != 0 || tag.contains("<") {
                    return "quotes in \(tag)"
                }
                if let fault = textFault(tag) { return fault }
                if !tag.hasSuffix("/") { open.append(name) }
            }
            if open.isEmpty, !rest.allSatisfy(\.isWhitespace) { return "text after the root" }
        }
        return open.isEmpty ? nil : "left open: \(open)"
    }

    private static func textFault(_ text: Substring) -> String? {
        let legal = #/&(amp|lt|gt|quot|#39);/#
        return text.contains("&") && text.replacing(legal, with: "").contains("&")
            ? "a bare & in \(text)" : nil
    }
}
