internal import TimeSeries

extension FormulaParser {
    /// Every name that may stand before a parenthesis.
    private static let names =
        Set(FormulaFunction.allCases.map(\.rawValue) + FormulaAggregation.allCases.map(\.rawValue) + ["rate"])
        .sorted()

    /// Whether `by` stands here, as a word.
    func followsBy() -> Bool {
        var ahead = self
        ahead.skipBlanks()
        return ahead.word() == "by"
    }

    /// What follows a name that something is made by; the position is behind the name.
    mutating func call(_ name: String, at start: Int) throws(FormulaError) -> Typed {
        let column = column(of: start)
        guard Self.names.contains(name) else {
            throw FormulaError(
                column: column,
                reason: "there is no function \(SelectorText.quoted(Array(name.utf8), at: 30)); "
                    + "there are \(Self.names.joined(separator: ", "))")
        }
        var labels = try by()
        skipBlanks()
        guard current == UInt8(ascii: "(") else { throw error("\"(\"") }
        position += 1
        if name == "rate" { return try rate(at: column) }
        var parts = [try sum()]
        skipBlanks()
        while current == UInt8(ascii: ",") {
            position += 1
            parts.append(try sum())
            skipBlanks()
        }
        try close()
        if labels == nil, name.aggregation != nil, parts.count == 1 { labels = try by() }
        if let aggregation = name.aggregation, parts.count == 1 || labels != nil {
            return try aggregate(aggregation, labels ?? [], parts, at: column)
        }
        guard let function = FormulaFunction(rawValue: name) else {
            throw FormulaError(column: column, reason: "\(name) takes one operand, not \(parts.count)")
        }
        return try apply(function, parts, at: column)
    }

    private mutating func rate(at column: Int) throws(FormulaError) -> Typed {
        skipBlanks()
        let start = position
        let name = word()
        skipBlanks()
        let isCall = !name.isEmpty && current == UInt8(ascii: "(")
        position = start
        guard !isCall, !name.isEmpty || current == UInt8(ascii: "{") else {
            throw error("a metric, as in rate(requests_total)")
        }
        var typed = try input(isRate: true)
        skipBlanks()
        guard current != UInt8(ascii: "[") else {
            throw error("\")\", since a rate is over the step of the metric")
        }
        try close()
        typed.column = column
        return typed
    }

    /// The labels behind `by`, sorted, each once; `nil` where there is no `by`.
    private mutating func by() throws(FormulaError) -> [String]? {
        guard followsBy() else { return nil }
        skipBlanks()
        _ = word()
        skipBlanks()
        guard current == UInt8(ascii: "(") else { throw error("\"(\" and labels") }
        position += 1
        var labels: [String] = []
        skipBlanks()
        while current != UInt8(ascii: ")") {
            let start = position
            let label = word()
            guard Labels.isValidName(label) else {
                position = start
                throw error("a label name or \")\"")
            }
            guard label != Labels.metricName else {
                position = start
                throw error("another label, since what a formula makes has the name of its definition")
            }
            labels.append(label)
            skipBlanks()
            if current == UInt8(ascii: ",") {
                position += 1
                skipBlanks()
            } else if current != UInt8(ascii: ")") {
                throw error("\",\" or \")\"")
            }
        }
        position += 1
        return Set(labels).sorted()
    }

    private mutating func aggregate(
        _ aggregation: FormulaAggregation, _ labels: [String], _ parts: [Typed], at column: Int
    ) throws(FormulaError) -> Typed {
        guard parts.count == 1 else {
            throw FormulaError(
                column: parts[1].column, reason: "\(aggregation.rawValue) by takes one operand")
        }
        guard parts[0].kind != .number else {
            throw FormulaError(
                column: parts[0].column,
                reason: "\(aggregation.rawValue) over labels takes series, not a number")
        }
        if case .grouped(let there) = parts[0].kind, let lost = labels.first(where: { !there.contains($0) }) {
            throw FormulaError(
                column: parts[0].column, reason: "the label \(lost) is not there any more, it was aggregated")
        }
        try count()
        return Typed(
            node: .aggregate(aggregation, by: labels, parts[0].node), kind: .grouped(labels), column: column)
    }

    private mutating func apply(
        _ function: FormulaFunction, _ parts: [Typed], at column: Int
    ) throws(FormulaError) -> Typed {
        switch function {
        case .abs:
            guard parts.count == 1 else {
                throw FormulaError(column: column, reason: "abs takes one operand, not \(parts.count)")
            }
        case .clampMin, .clampMax:
            guard parts.count == 2 else {
                throw FormulaError(
                    column: column,
                    reason: "\(function.rawValue) takes a value and a number, not \(parts.count) operands")
            }
            guard parts[1].kind == .number else {
                throw FormulaError(
                    column: parts[1].column,
                    reason: "\(function.rawValue) takes a number here, not series; "
                        + "\(function == .clampMin ? "max" : "min") takes series on both sides")
            }
        case .min, .max:
            guard parts.count >= 2 else {
                // One operand that is no set of series; of one set it is an aggregation.
                throw FormulaError(column: column, reason: "\(function.rawValue) of one number")
            }
        }
        var kind = parts[0].kind
        for part in parts.dropFirst() { kind = try matched(kind, part.kind, at: part.column) }
        try count()
        return Typed(node: .call(function, parts.map(\.node), column: column), kind: kind, column: column)
    }

    /// Two parts with an operator between them.
    mutating func combine(
        _ operation: FormulaOperator, _ left: Typed, _ right: Typed, at column: Int
    ) throws(FormulaError) -> Typed {
        try count()
        let kind = try matched(left.kind, right.kind, at: column)
        return Typed(
            node: .binary(operation, left.node, right.node, column: column), kind: kind, column: left.column)
    }

    /// The type of what is made of two parts.
    private func matched(_ left: Kind, _ right: Kind, at column: Int) throws(FormulaError) -> Kind {
        switch (left, right) {
        case (.number, let other), (let other, .number), (.every, let other), (let other, .every):
            return other
        case (.grouped(let a), .grouped(let b)):
            guard a != b else { return left }
            throw FormulaError(
                column: column,
                reason: "\(Self.text(a)) on the left and \(Self.text(b)) on the right never match; "
                    + "aggregate both by the same labels")
        }
    }

    private static func text(_ labels: [String]) -> String {
        labels.isEmpty ? "one lone series" : "a series for each (\(labels.joined(separator: ", ")))"
    }
}
