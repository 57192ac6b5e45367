// Comments: what they say of families, and the end of OpenMetrics.

extension PrometheusTextPass {
    typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    mutating func readComment() throws(TextFault) {
        let start = position
        while position < bytes.count, bytes[position] != Byte.lineFeed { position += 1 }
        var end = position
        if !isOpen, bytes[end - 1] == Byte.carriageReturn { end -= 1 }
        var rest = bytes[(start + 1)..<end]
        let isSpaced = rest.first.map(isBlank) ?? false
        let keyword = word(&rest)
        // In the text format a comment that has not the form of one that tells something is no more than that.
        switch String(decoding: keyword.prefix(5), as: UTF8.self) {
        case "TYPE" where isSpaced && !rest.isEmpty:
            let name = try family(&rest, in: start..<end)
            try begin(name, rest, in: start..<end)
        case "HELP" where isSpaced && !rest.isEmpty:
            _ = try family(&rest, in: start..<end)
            guard !isOpen || rest.first == Byte.space else {
                throw TextFault("a space and a text are needed", start..<end)
            }
        case "UNIT" where isOpen:
            let name = try family(&rest, in: start..<end)
            guard rest.first == Byte.space, Self.isUnit(rest.dropFirst(), of: name) else {
                throw TextFault("a unit that ends the name is needed", start..<end)
            }
        case "EOF" where isOpen && rest.isEmpty: isComplete = true
        default:
            if isOpen { throw TextFault("only HELP, TYPE, UNIT and EOF may follow '#'", start..<end) }
        }
        endLine()
    }

    /// Takes the next word of a comment and the space before it.
    private func word(_ rest: inout Bytes) -> Bytes {
        guard takeBlanks(&rest) else { return rest.prefix(0) }
        let end = rest.firstIndex { isBlank($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    /// Takes the name of a family, which may stand in quotes, and the space before it.
    private func family(_ rest: inout Bytes, in line: Range<Int>) throws(TextFault) -> Bytes {
        guard takeBlanks(&rest), let first = rest.first else { throw TextFault("a name is needed", line) }
        guard first != Byte.quote else {
            var end = rest.startIndex + 1
            while end < rest.endIndex, rest[end] != Byte.quote { end += rest[end] == Byte.backslash ? 2 : 1 }
            guard end < rest.endIndex else { throw TextFault("a name has no closing quote", line) }
            defer { rest = rest[(end + 1)...] }
            return rest[(rest.startIndex + 1)..<end]
        }
        let end = rest.firstIndex { isBlank($0) } ?? rest.endIndex
        let name = rest[..<end]
        guard !isDigit(first), name.allSatisfy({ LabelName.isWord($0) || $0 == Byte.colon }) else {
            throw TextFault("a name of a metric is needed", line)
        }
        rest = rest[end...]
        return name
    }

    /// Takes the one space of OpenMetrics, or any blanks; returns whether it could.
    private func takeBlanks(_ rest: inout Bytes) -> Bool {
        guard isOpen else {
            rest = rest.drop { isBlank($0) }
            return true
        }
        guard rest.first == Byte.space else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func begin(_ name: Bytes, _ rest: Bytes, in line: Range<Int>) throws(TextFault) {
        var rest = rest
        let type = word(&rest)
        let isKnown: Bool
        var mayTell = false
        switch String(decoding: type.prefix(16), as: UTF8.self) {
        case "counter", "histogram", "summary": (isKnown, mayTell) = (true, true)
        case "gauge": isKnown = true
        case "untyped": isKnown = !isOpen
        case "gaugehistogram", "info", "stateset", "unknown": isKnown = isOpen
        default: isKnown = false
        }
        guard isKnown, isOpen ? rest.isEmpty : rest.allSatisfy({ isBlank($0) }) else {
            throw TextFault("a type that this format has is needed", line)
        }
        creation.removeAll(keepingCapacity: true)
        if mayTell, isOpen { creation = Array(name) + Self.created }
    }

    private static let created = Array("_created".utf8)

    /// Whether a unit is empty, or ends a name with `_` before it.
    private static func isUnit(_ unit: Bytes, of name: Bytes) -> Bool {
        guard !unit.isEmpty else { return true }
        return name.count > unit.count && name.suffix(unit.count).elementsEqual(unit)
            && name[name.endIndex - unit.count - 1] == Byte.underscore
    }
}
