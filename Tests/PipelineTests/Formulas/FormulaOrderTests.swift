import Query
import Testing

@testable import Pipeline

private func definitions(_ formulas: [(String, String)]) throws -> [MetricDefinition] {
    try formulas.map { MetricDefinition(name: $0.0, formula: try Formula(parsing: $0.1)) }
}

@Test func `formulas are made after those that they read`() throws {
    let all = try definitions([("c", "b * 2"), ("b", "a + x"), ("d", "sum(c) / sum(b)"), ("a", "y - z")])
    let plain = MetricDefinition(name: "y", match: Selector(metric: "y"))
    #expect(try FormulaOrder.sorted(all + [plain]).map(\.name) == ["a", "b", "c", "d"])
    #expect(try FormulaOrder.sorted([plain]).isEmpty)
}

@Test(arguments: [
    ([("a", "a + 1")], #"the formula of "a" reads what it makes: a matches the name a"#),
    (
        [("b", #"x / {__name__=~"b.*"}"#)],
        #"the formula of "b" reads what it makes: {__name__=~"b.*"} matches the name b"#
    ),
    ([("a", #"sum({job="x"})"#)], #"the formula of "a" reads what it makes: {job="x"} matches the name a"#),
    ([("a", "b"), ("b", "a")], "formulas read each other in a circle: a reads b reads a"),
    (
        [("z", "a"), ("a", "b"), ("b", "c * 2"), ("c", "a - x"), ("ok", "x")],
        "formulas read each other in a circle: a reads b reads c reads a"
    ),
])
func `a formula that reads itself is refused, over others too`(
    formulas: [(String, String)], message: String
) throws {
    let all = try definitions(formulas)
    #expect { _ = try FormulaOrder.sorted(all) } throws: { "\($0)" == message }
}

@Test func `the hash of a definition holds its formula, however it is written, and not its name`() throws {
    let a = MetricDefinition(name: "a", formula: try Formula(parsing: "x/y"))
    let b = MetricDefinition(name: "b", formula: try Formula(parsing: "( x ) / y"))
    let c = MetricDefinition(name: "a", formula: try Formula(parsing: "y/x"))
    let d = MetricDefinition(name: "a", match: Selector(metric: "a"))
    #expect(a.configurationHash == b.configurationHash)
    #expect(Set([a, c, d].map(\.configurationHash)).count == 3)
    #expect(Set([a, b, c, d].map(\.modelHash)).count == 4)
    #expect(a.aggregation(metricName: "hits_total") == .last)
    #expect(
        a.inputAggregation(metricName: "hits_total") == .rate && a.inputAggregation(metricName: "x") == .mean)
    #expect(d.aggregation(metricName: "hits_total") == .rate)
}
