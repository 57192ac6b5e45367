/// Reads a formula from its text and finds the types of its parts.
struct FormulaParser {
    let bytes: [UInt8]
    var position = 0
    var inputs: [Formula.Input] = []
    private var nodes = 0
    private var depth = 0

    /// No formula has more parts, and none is nested deeper: whoever walks over it does so on a thread's stack.
    private static let mostNodes = 256
    private static let mostDepth = 32

    /// What a part amounts to.
    enum Kind: Equatable {
        case number
        /// Series that are told apart by all their labels.
        case every
        /// Series that are told apart by these labels, sorted.
        case grouped([String])
    }

    /// A part with its type and the character at which it begins.
    struct Typed {
        var node: FormulaNode
        var kind: Kind
        var column: Int
    }

    init(_ text: String) throws(FormulaError) {
        bytes = Array(text.utf8)
        guard bytes.count <= Formula.mostBytes else {
            throw FormulaError(
                column: 1, reason: "\(bytes.count) bytes; a formula has at most \(Formula.mostBytes)")
        }
    }

    /// The whole text.
    mutating func formula() throws(FormulaError) -> Typed {
        let whole = try sum()
        skipBlanks()
        guard position == bytes.count else { throw error("an operator (+ - * /) or the end") }
        guard whole.kind != .number else {
            throw FormulaError(
                column: whole.column, reason: "a number alone; a formula reads at least one metric")
        }
        return whole
    }

    /// Parts with `+` and `-` between them.
    mutating func sum() throws(FormulaError) -> Typed {
        var left = try product()
        while let operation = operation(where: \.isSum) {
            left = try combine(operation.0, left, try product(), at: operation.column)
        }
        return left
    }

    private mutating func product() throws(FormulaError) -> Typed {
        var left = try signed()
        while let operation = operation(where: { !$0.isSum }) {
            left = try combine(operation.0, left, try signed(), at: operation.column)
        }
        return left
    }

    private mutating func operation(
        where isWanted: (FormulaOperator) -> Bool
    ) -> (FormulaOperator, column: Int)? {
        skipBlanks()
        guard let operation = current.flatMap(FormulaOperator.init(rawValue:)), isWanted(operation) else {
            return nil
        }
        defer { position += 1 }
        return (operation, column(of: position))
    }

    private mutating func signed() throws(FormulaError) -> Typed {
        skipBlanks()
        let start = column(of: position)
        guard let byte = current, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") else {
            return try nested { parser throws(FormulaError) in try parser.operand() }
        }
        position += 1
        let part = try nested { parser throws(FormulaError) in try parser.signed() }
        guard byte == UInt8(ascii: "-") else { return part }
        try count()
        if case .number(let value) = part.node {
            return Typed(node: .number(-value), kind: .number, column: start)
        }
        return Typed(node: .negative(part.node), kind: part.kind, column: start)
    }

    /// Reads something that may hold a whole formula.
    private mutating func nested(
        _ read: (inout FormulaParser) throws(FormulaError) -> Typed
    ) throws(FormulaError) -> Typed {
        guard depth < Self.mostDepth else {
            throw FormulaError(
                column: column(of: position), reason: "nested deeper than \(Self.mostDepth) times")
        }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    private mutating func operand() throws(FormulaError) -> Typed {
        let wanted = "a number, a metric or \"(\""
        guard let byte = current else { throw error(wanted) }
        switch Unicode.Scalar(byte) {
        case "(":
            position += 1
            var whole = try sum()
            whole.column = whole.column - 1
            try close()
            return whole
        case "0"..."9", ".": return try number()
        case "a"..."z", "A"..."Z", "_", ":":
            let start = position
            let name = word()
            skipBlanks()
            if current == UInt8(ascii: "(") { return try call(name, at: start) }
            if name.aggregation != nil, followsBy() { return try call(name, at: start) }
            position = start
            return try input(isRate: false)
        case "{": return try input(isRate: false)
        default: throw error(wanted)
        }
    }

    private mutating func number() throws(FormulaError) -> Typed {
        let start = position
        skipDigits()
        if current == UInt8(ascii: ".") {
            position += 1
            skipDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            skipDigits()
        }
        // A unit or a second point, which make no number.
        while let byte = current, SelectorText.isWordByte(byte, first: false) || byte == UInt8(ascii: ".") {
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            let found = SelectorText.quoted(Array(text.utf8), at: 20)
            throw FormulaError(
                column: column(of: start), reason: "expected a number such as 0.5 or 1e6, found \(found)")
        }
        try count()
        return Typed(node: .number(value), kind: .number, column: column(of: start))
    }

    /// A selector, which ends with its braces or, without them, with its name.
    mutating func input(isRate: Bool) throws(FormulaError) -> Typed {
        let start = position
        _ = word()
        let nameEnd = position
        skipBlanks()
        if current == UInt8(ascii: "{") { skipBraces() } else { position = nameEnd }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let column = column(of: start)
        guard inputs.count < Formula.mostInputs else {
            throw FormulaError(column: column, reason: "more than \(Formula.mostInputs) metrics are read")
        }
        do throws(SelectorError) {
            inputs.append(
                Formula.Input(selector: try Selector(parsing: text), isRate: isRate, column: column))
        } catch {
            throw FormulaError(
                column: column + error.column - 1,
                reason: "expected \(error.expected), found \(error.found)")
        }
        try count()
        return Typed(node: .input(inputs.count - 1), kind: .every, column: column)
    }

    /// Counts one more part.
    mutating func count() throws(FormulaError) {
        nodes += 1
        guard nodes <= Self.mostNodes else {
            throw FormulaError(
                column: column(of: position), reason: "more than \(Self.mostNodes) numbers and operations")
        }
    }
}

// MARK: - Characters

extension FormulaParser {
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipBlanks() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func skipDigits() {
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
    }

    /// Goes behind the braces that begin here, past quotes; to the end where they do not end.
    private mutating func skipBraces() {
        var quote: UInt8?
        while let byte = current {
            position += 1
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open != UInt8(ascii: "`") {
                    position = min(position + 1, bytes.count)
                }
                if byte == open { quote = nil }
            } else if SelectorParser.isQuote(byte) {
                quote = byte
            } else if byte == UInt8(ascii: "}") {
                return
            }
        }
    }

    /// Letters, digits, `_` and `:`, no digit first; empty when none stands here.
    mutating func word() -> String {
        let start = position
        while let byte = current,
            SelectorText.isWordByte(byte, first: position == start) || byte == UInt8(ascii: ":")
        {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Goes behind a closing parenthesis.
    mutating func close() throws(FormulaError) {
        skipBlanks()
        guard current == UInt8(ascii: ")") else { throw error("an operator (+ - * /) or \")\"") }
        position += 1
    }

    /// The character at a byte, from 1.
    func column(of place: Int) -> Int {
        SelectorText.column(of: place, in: bytes)
    }

    /// That something else should stand at the position.
    func error(_ expected: String) -> FormulaError {
        FormulaError(
            column: column(of: position),
            reason: "expected \(expected), found \(SelectorText.word(at: position, in: bytes))")
    }
}

extension String {
    /// The aggregation of this name.
    var aggregation: FormulaAggregation? { FormulaAggregation(rawValue: self) }
}
