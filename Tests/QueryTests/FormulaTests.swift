import TestSupport
import Testing

@testable import Query

@Test(arguments: [
    ("revenue/orders", "revenue / orders"), ("(( a ))", "a"), ("a-b-c", "a - b - c"),
    ("a-(b-c)", "a - (b - c)"),
    ("a+b*c", "a + b * c"), ("(a+b)*c", "(a + b) * c"), ("a/(b*c)", "a / (b * c)"), ("a/b*c", "a / b * c"),
    ("-a*b", "-a * b"), ("-(a*b)", "-(a * b)"), ("+a", "a"), ("- -a", "--a"), ("2*-3*a", "2 * -3 * a"),
    ("1e3*a", "1000 * a"), (".5 * a", "0.5 * a"), ("a\n +\t1", "a + 1"),
    (#"x{b='1',a="2"} / {__name__="y"}"#, #"x{a="2", b="1"} / y"#), (#"x {a="}"} + 1"#, #"x{a="}"} + 1"#),
    ("sum(a)", "sum(a)"), ("sum by (b, a, b) (x)", "sum by (a, b) (x)"), ("avg(x) by(a)", "avg by (a) (x)"),
    ("min by (a) (x) / max by (a) (y)", "min by (a) (x) / max by (a) (y)"), ("min(a, b, 1)", "min(a, b, 1)"),
    ("max(a)", "max(a)"), ("rate( hits{a=`1`} )", #"rate(hits{a="1"})"#),
    ("abs(clamp_min(a, -1))", "abs(clamp_min(a, -1))"),
    ("clamp_max(a, 2*3)", "clamp_max(a, 2 * 3)"), ("sum(rate(a) / b) * 100", "sum(rate(a) / b) * 100"),
    // The names of functions are no reserved words.
    ("rate / sum", "rate / sum"), ("by + min", "by + min"),
    ("job:errors:rate5m / 2", "job:errors:rate5m / 2"),
    ("a + b # c".replacing(" # c", with: ""), "a + b"),
])
func `a formula is read and written in its canonical form`(text: String, canonical: String) throws {
    let formula = try Formula(parsing: text)
    #expect(formula.description == canonical)
    let again = try Formula(parsing: canonical)
    #expect(again == formula && again.hashValue == formula.hashValue && again.description == canonical)
}

private let operand = #"a number, a metric or "(""#
private let next = "an operator (+ - * /) or the end"
private let names = "abs, avg, clamp_max, clamp_min, max, min, rate, sum"

@Test(arguments: [
    ("", "column 1: expected \(operand), found the end"),
    ("a +", "column 4: expected \(operand), found the end"),
    ("a b", "column 3: expected \(next), found \"b\""),
    ("a / / b", "column 5: expected \(operand), found \"/\""),
    ("(a", "column 3: expected an operator (+ - * /) or \")\", found the end"),
    ("a)", "column 2: expected \(next), found \")\""), ("a % b", "column 3: expected \(next), found \"%\""),
    ("a > 1", "column 3: expected \(next), found \">\""),
    ("a[5m]", "column 2: expected \(next), found \"[\""),
    ("ü / a", "column 1: expected \(operand), found \"ü\""),
    ("a / ü", "column 5: expected \(operand), found \"ü\""),
    ("1 + 2", "column 1: a number alone; a formula reads at least one metric"),
    ("a * 1.2.3", "column 5: expected a number such as 0.5 or 1e6, found \"1.2.3\""),
    ("a * 5m", "column 5: expected a number such as 0.5 or 1e6, found \"5m\""),
    ("a * 1e999", "column 5: expected a number such as 0.5 or 1e6, found \"1e999\""),
    ("a * .", "column 5: expected a number such as 0.5 or 1e6, found \".\""),
    ("averge(a)", "column 1: there is no function \"averge\"; there are \(names)"),
    ("a / x{b=1}", "column 9: expected a value in quotes, found \"1\""),
    ("a / x{b=\"1\"", "column 12: expected \",\" or \"}\", found the end"),
    (
        "a / {}",
        "column 5: expected a matcher that no empty value passes, as job=\"api\"; this one would choose every series, found \"{\""
    ),
    (#"x{a=~"("} + 1"#, #"column 6: expected a regular expression (RE2: missing ): (), found "(""#),
    ("rate(1)", "column 6: expected a metric, as in rate(requests_total), found \"1\""),
    ("rate(sum(a))", "column 6: expected a metric, as in rate(requests_total), found \"sum\""),
    ("rate(a[5m])", "column 7: expected \")\", since a rate is over the step of the metric, found \"[\""),
    ("rate(a + b)", "column 8: expected an operator (+ - * /) or \")\", found \"+\""),
    ("sum(1)", "column 5: sum over labels takes series, not a number"),
    ("sum(a, b)", "column 1: sum takes one operand, not 2"),
    ("min(1)", "column 5: min over labels takes series, not a number"),
    ("min by (x) (a, b)", "column 16: min by takes one operand"),
    ("abs(a, b)", "column 1: abs takes one operand, not 2"),
    ("clamp_min(a)", "column 1: clamp_min takes a value and a number, not 1 operands"),
    (
        "clamp_min(a, b)",
        "column 14: clamp_min takes a number here, not series; max takes series on both sides"
    ),
    ("sum by a (x)", "column 8: expected \"(\" and labels, found \"a\""),
    ("sum by (a b) (x)", "column 11: expected \",\" or \")\", found \"b\""),
    ("sum by (1) (x)", "column 9: expected a label name or \")\", found \"1\""),
    (
        "sum by (__name__) (x)",
        "column 9: expected another label, since what a formula makes has the name of its definition, found \"__name__\""
    ),
    (
        "sum by (a) (x) / sum by (b) (y)",
        "column 16: a series for each (a) on the left and a series for each (b) on the right never match; "
            + "aggregate both by the same labels"
    ),
    (
        "sum(x) / sum by (b) (y)",
        "column 8: one lone series on the left and a series for each (b) on the right never match; "
            + "aggregate both by the same labels"
    ),
    ("sum by (b) (sum by (a) (x))", "column 13: the label b is not there any more, it was aggregated"),
])
func `what is no formula is refused where it goes wrong`(text: String, message: String) {
    do throws(FormulaError) {
        let formula = try Formula(parsing: text)
        Issue.record("\(text) is read as \(formula)")
    } catch {
        #expect(error.description == message)
    }
}

@Test func `the types of formulas and what they read are known`() throws {
    let grouped = try Formula(parsing: #"100 * sum by (b, a) (rate(e{x="1"})) / sum by (a, b) (r_total)"#)
    #expect(grouped.grouping == .labels(["a", "b"]))
    #expect(grouped.inputs.map(\.isRate) == [true, false])
    #expect(grouped.inputs.map(\.selector.description) == [#"e{x="1"}"#, "r_total"])
    #expect(grouped.inputs.map(\.column) == [27, 55])
    #expect(try Formula(parsing: "a / b").grouping == .everyLabel)
    #expect(try Formula(parsing: "sum(a) / 2").grouping == .labels([]))
    #expect(try Formula(parsing: "sum by (x) (a) / b").grouping == .labels(["x"]))
}

@Test func `what is too long, too deep or too much is refused before it is read`() throws {
    let cases = [
        (String(repeating: "a", count: 4_097), "4097 bytes; a formula has at most 4096"),
        (String(repeating: "(", count: 4_000), "nested deeper than 32 times"),
        (String(repeating: "-", count: 4_000) + "a", "nested deeper than 32 times"),
        (String(repeating: "1+", count: 2_000) + "a", "more than 256 numbers and operations"),
        (String(repeating: "a+", count: 40) + "a", "more than 32 metrics are read"),
        (String(repeating: "min(", count: 900) + "a", "nested deeper than 32 times"),
    ]
    for (text, reason) in cases {
        #expect { _ = try Formula(parsing: text) } throws: { ($0 as? FormulaError)?.reason == reason }
    }
    let widest = String(repeating: "a+", count: 31) + "a"
    #expect(try Formula(parsing: widest).inputs.count == 32)
}

@Test(arguments: 0..<60 as Range<UInt64>)
func `damaged formulas are refused or read, never fatal`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let good = #"-sum by (a, b) (rate(x{c=~"d|e", f!='g'})) / clamp_min(min(y, 2.5e3), 1) * (z - 1)"#
    for _ in 0..<50 {
        var bytes = Array(good.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 1...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.removeSubrange(place...)
            }
            if bytes.isEmpty { break }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let formula = try? Formula(parsing: text) else { continue }
        #expect(try Formula(parsing: formula.description) == formula, "seed \(seed): \(text)")
    }
}
