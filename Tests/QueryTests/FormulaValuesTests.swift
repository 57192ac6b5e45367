import TestSupport
import TimeSeries
import Testing

@testable import Query

/// The obvious way: one moment at a time, each part a table from labels to a value; what is missing is not in it.
private enum Twin {
    static func table(_ node: FormulaNode, _ inputs: [[Labels: Double]]) -> [Labels: Double] {
        switch node {
        case .number(let value): return [.none: value]
        case .input(let place): return inputs[place]
        case .negative(let part): return table(part, inputs).mapValues { -$0 }
        case .binary(let operation, let left, let right, _):
            return pairs(left, right, inputs) { a, b in
                switch operation {
                case .plus: a + b
                case .minus: a - b
                case .times: a * b
                case .over: b == 0 ? .nan : a / b
                }
            }
        case .call(.abs, let parts, _): return table(parts[0], inputs).mapValues { $0 < 0 ? -$0 : $0 }
        case .call(let function, let parts, let column):
            guard parts.count > 2 else {
                return pairs(parts[0], parts[1], inputs) { a, b in
                    switch function {
                    case .clampMin, .max: [a, b].max() ?? a
                    default: [a, b].min() ?? a
                    }
                }
            }
            // Of many operands the first two, then that and the third.
            let inner = FormulaNode.call(function, Array(parts.dropLast()), column: column)
            return table(.call(function, [inner, parts[parts.count - 1]], column: column), inputs)
        case .aggregate(let aggregation, let names, let part):
            var groups: [Labels: [Double]] = [:]
            for (labels, value) in table(part, inputs).sorted(by: { $0.key < $1.key }) {
                let kept = labels.pairs.filter { names.contains($0.name) }.map { ($0.name, $0.value) }
                groups[(try? Labels(kept)) ?? .none, default: []].append(value)
            }
            return groups.mapValues { values in
                switch aggregation {
                case .sum: values.reduce(0, +)
                case .avg: values.reduce(0, +) / Double(values.count)
                case .min: values.min() ?? .nan
                case .max: values.max() ?? .nan
                }
            }
        }
    }

    private static func isNumber(_ node: FormulaNode) -> Bool {
        switch node {
        case .number: true
        case .input, .aggregate: false
        case .negative(let part): isNumber(part)
        case .binary(_, let left, let right, _): isNumber(left) && isNumber(right)
        case .call(_, let parts, _): parts.allSatisfy(isNumber)
        }
    }

    private static func pairs(
        _ left: FormulaNode, _ right: FormulaNode, _ inputs: [[Labels: Double]],
        _ make: (Double, Double) -> Double
    ) -> [Labels: Double] {
        let (a, b) = (table(left, inputs), table(right, inputs))
        var whole: [Labels: Double] = [:]
        if isNumber(right) {
            for (labels, value) in a { whole[labels] = make(value, b[.none] ?? .nan) }
        } else if isNumber(left) {
            for (labels, value) in b { whole[labels] = make(a[.none] ?? .nan, value) }
        } else {
            for (labels, value) in a { if let other = b[labels] { whole[labels] = make(value, other) } }
        }
        return whole.filter { $0.value.isFinite }
    }
}

private func labels(_ name: String, _ shop: String, _ lane: String = "") throws -> Labels {
    try Labels([("__name__", name), ("shop", shop), ("lane", lane)])
}

/// Columns of a plan, the leaves of each group in its order.
private func values(
    _ plan: FormulaPlan, _ columns: [UInt32: [Double]], _ count: Int
) -> [Labels: [Double]] {
    Dictionary(
        uniqueKeysWithValues: plan.groups.map { group in
            (group.labels, group.values(group.leaves.map { columns[$0.series] ?? [] }, count: count))
        })
}

@Test(arguments: [
    "a / b", "a - b * 2", "-(a + b) / (a - b)", "sum(a) / sum(b)", "sum by (shop) (a) / sum by (shop) (b)",
    "avg by (lane) (a / b)", "min by (shop) (a) + max by (shop) (b)", "max(a, b, 0) - min(a, 1, b)",
    "abs(a) * clamp_max(clamp_min(b, -0.5), 0.5)", "1 / a + a / 0", "a * 1e200 * 1e200", "a + a - 2 * a",
    "max(a) - min(a)",
    "-1 * (2 - 3) * a", "abs(-2) + a",
])
func `values are those of the obvious way, missing and endless ones included`(text: String) throws {
    let formula = try Formula(parsing: text)
    var random = SeededSeries(seed: UInt64(text.utf8.count))
    let places = ["a", "b"].flatMap { name in
        ["x", "y", "z"].flatMap { shop in ["1", "2"].map { (name, shop, $0) } }
    }
    var series: [String: [FormulaSeries]] = [:]
    var columns: [UInt32: [Double]] = [:]
    let count = 40
    for (id, place) in places.enumerated() {
        let one = FormulaSeries(id: UInt32(id), labels: try labels(place.0, place.1, place.2))
        series[place.0, default: []].append(one)
        columns[UInt32(id)] = (0..<count).map { _ in
            switch random.uniform() {
            case ..<0.15: .nan
            case ..<0.25: 0
            case ..<0.3: 1e300
            default: random.normal()
            }
        }
    }
    let lists = formula.inputs.map { series[$0.selector.metricName ?? ""] ?? [] }
    let got = values(try formula.plan(lists), columns, count)
    for moment in 0..<count {
        let tables = lists.map { list in
            var table: [Labels: Double] = [:]
            for one in list {
                guard let value = columns[one.id]?[moment], value.isFinite else { continue }
                table[(try? one.labels.setting("__name__", to: "")) ?? .none] = value
            }
            return table
        }
        let want = Twin.table(formula.root, tables)
        for (labels, column) in got {
            let (a, b) = (column[moment], want[labels].flatMap { $0.isFinite ? $0 : nil } ?? .nan)
            #expect(a == b || (a.isNaN && b.isNaN), "\(text) at \(moment) of \(labels): \(a) for \(b)")
        }
        #expect(want.keys.allSatisfy { got[$0] != nil })
    }
}

@Test func `the order in which series came changes no bit`() throws {
    let formula = try Formula(parsing: "sum(a) / avg(a)")
    var random = SeededSeries(seed: 3)
    let all = try (0..<20).map { FormulaSeries(id: UInt32($0), labels: try labels("a", "\($0)")) }
    let columns = Dictionary(uniqueKeysWithValues: all.map { ($0.id, random.noise(9)) })
    let forward = values(try formula.plan([all, all]), columns, 9)
    let backward = values(try formula.plan([all.reversed(), all.reversed()]), columns, 9)
    #expect(forward[.none]?.map(\.bitPattern) == backward[.none]?.map(\.bitPattern))
}

@Test func `series are matched one to one by all labels but the name`() throws {
    let formula = try Formula(parsing: "a / b")
    let left = try ["x", "y", "z"].enumerated().map {
        FormulaSeries(id: UInt32($0.offset), labels: try labels("a", $0.element))
    }
    let right = try ["y", "x", "w"].enumerated().map {
        FormulaSeries(id: UInt32(10 + $0.offset), labels: try labels("b", $0.element))
    }
    let plan = try formula.plan([left, right])
    #expect(plan.groups.map(\.labels.description) == [#"{shop="x"}"#, #"{shop="y"}"#])
    #expect(plan.groups.map { $0.leaves.map(\.series) } == [[0, 11], [1, 10]])
    let rest = "of 3 series on the"
    #expect(
        plan.notes == [
            #"column 3: 1 \#(rest) left has no partner with the same labels, such as {shop="z"}"#,
            #"column 3: 1 \#(rest) right has no partner with the same labels, such as {shop="w"}"#,
        ])
    #expect(try formula.plan([left, []]).groups.isEmpty && formula.plan([[], []]).notes.isEmpty)
}

@Test func `what cannot be matched is an error that people understand`() throws {
    let many = try ["x", "y"].enumerated().map {
        FormulaSeries(id: UInt32($0.offset), labels: try labels("a", $0.element))
    }
    let lone = [FormulaSeries(id: 9, labels: Labels(metric: "b"))]
    let rule = "series are matched by all labels but the name"
    let cases = [
        (
            "a / b", [many, lone],
            #"column 3: one series on the right, {}, against 2 on the left, such as {shop="x"}: \#(rule); aggregate the left side, as sum by (…) (…)"#
        ),
        (
            "b * a", [lone, many],
            #"column 3: one series on the left, {}, against 2 on the right, such as {shop="x"}: \#(rule); aggregate the right side, as sum by (…) (…)"#
        ),
        (
            "1 + min(a, b)", [[many[0]], lone],
            #"column 5: no series on the left, such as {shop="x"}, has the labels of one on the right, such as {}: \#(rule); aggregate both sides by labels that they share, as sum by (…) (…)"#
        ),
        (
            #"{__name__=~"a|b"} * 2"#, [[lone[0], FormulaSeries(id: 3, labels: Labels(metric: "a"))]],
            "column 1: two series of the formula have the labels {} but for their names; name one metric, or aggregate them"
        ),
    ]
    for (text, series, message) in cases {
        let formula = try Formula(parsing: text)
        #expect { _ = try formula.plan(series) } throws: { ($0 as? FormulaError)?.description == message }
    }
    let sum = try Formula(parsing: "sum(a) / b").plan([many, lone])
    #expect(sum.groups.map(\.labels) == [.none])
}

@Test func `operands are waited for, members of an aggregation only as long as lateness`() throws {
    let series = try ["x", "y", "z"].enumerated().map {
        FormulaSeries(id: UInt32($0.offset), labels: try labels("a", $0.element))
    }
    let other = [FormulaSeries(id: 7, labels: Labels(metric: "b"))]
    let group = try #require(try Formula(parsing: "sum(a) / b").plan([series, other]).groups.first)
    func end(_ a: [Int64], _ b: Int64) -> Int64 {
        group.end(last: group.leaves.map { $0.series == 7 ? b : a[Int($0.series)] }, lateness: 100)
    }
    #expect(end([500, 500, 450], 900) == 450)
    #expect(end([500, 500, 399], 900) == 500)
    #expect(end([500, 500, .min], 900) == 500)
    #expect(end([500, 500, 500], 10) == 10)
    #expect(end([500, 500, 500], .min) == .min)
    #expect(end([.min, .min, .min], 5) == .min)
    #expect(group.start(first: [5, 3, 4, 9]) == 9 && group.start(first: [5, 3, 4, 1]) == 3)
}
