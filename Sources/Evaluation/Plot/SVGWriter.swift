/// Collects the text of an SVG document. Text from outside enters only through attributes and
/// ``element(_:_:text:)``, which escape it; numbers only through `DecimalText`, which never writes `nan`.
struct SVGWriter {
    private(set) var document = ""

    /// Writes an element that has no content.
    mutating func empty(_ name: String, _ attributes: [(String, String)]) {
        open(name, attributes, end: "/>")
    }

    /// Writes an element that holds only text.
    mutating func element(_ name: String, _ attributes: [(String, String)] = [], text: String) {
        open(name, attributes, end: ">")
        document.removeLast()
        document += DisplayText.xml(text) + "</\(name)>\n"
    }

    /// Opens an element; ``end(_:)`` closes it.
    mutating func begin(_ name: String, _ attributes: [(String, String)]) {
        open(name, attributes, end: ">")
    }

    /// Closes what ``begin(_:_:)`` opened.
    mutating func end(_ name: String) {
        document += "</\(name)>\n"
    }

    /// Writes a style sheet of ours as it is; it holds neither `<` nor `&`.
    mutating func style(_ css: String) {
        document += "<style>\n\(css)\n</style>\n"
    }

    /// Writes lines through the vertices of each run; a run of one vertex becomes a dot.
    mutating func lines(_ runs: [[PlotVertex]], style: String) {
        let lines = runs.filter { $0.count > 1 }.map(Self.path)
        let dots = runs.filter { $0.count == 1 }.map { Self.dot($0[0]) }
        if !lines.isEmpty { empty("path", [("class", "line " + style), ("d", lines.joined())]) }
        if !dots.isEmpty { empty("path", [("class", "line point " + style), ("d", dots.joined())]) }
    }

    /// Writes filled outlines.
    mutating func areas(_ outlines: [[PlotVertex]], _ attributes: [(String, String)]) {
        if outlines.isEmpty { return }
        empty("path", attributes + [("d", outlines.map { Self.path($0) + "Z" }.joined())])
    }

    /// Path data that a round line cap turns into a dot.
    static func dot(_ vertex: PlotVertex) -> String {
        "M" + pair(vertex) + "h0"
    }

    private static func path(_ run: [PlotVertex]) -> String {
        var data = "M"
        for (index, vertex) in run.enumerated() {
            if index > 0 { data += index == 1 ? "L" : " " }
            data += pair(vertex)
        }
        return data
    }

    private static func pair(_ vertex: PlotVertex) -> String {
        DecimalText.coordinate(vertex.x) + " " + DecimalText.coordinate(vertex.y)
    }

    private mutating func open(_ name: String, _ attributes: [(String, String)], end: String) {
        document += "<" + name
        for (key, value) in attributes { document += " \(key)=\"\(DisplayText.xml(value))\"" }
        document += end + "\n"
    }
}

extension Double {
    /// As an attribute of an SVG element.
    var svg: String { DecimalText.coordinate(self) }
}
