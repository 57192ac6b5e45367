// Comments: what they say of families, and the end of OpenMetrics.

extension PrometheusTextPass {
    mutating func readComment() throws(TextFault) {
        let start = position
        while position < bytes.count, bytes[position] != Byte.lineFeed { position += 1 }
        var end = position
        if !isOpen, bytes[end - 1] == Byte.carriageReturn { end -= 1 }
        var rest = bytes[(start + 1)..<end]
        let keyword = word(&rest)
        switch String(decoding: keyword.prefix(5), as: UTF8.self) {
        case "TYPE":
            let name = word(&rest)
            guard !name.isEmpty, !rest.isEmpty else {
                throw TextFault("a name and a type are needed", start..<end)
            }
            try begin(name, rest)
        case "HELP":
            guard !word(&rest).isEmpty else { throw TextFault("a name is needed", start..<end) }
        case "UNIT" where isOpen:
            guard !word(&rest).isEmpty else { throw TextFault("a name is needed", start..<end) }
        case "EOF" where isOpen && rest.isEmpty: isComplete = true
        default:
            if isOpen { throw TextFault("only HELP, TYPE, UNIT and EOF may follow '#'", start..<end) }
        }
        endLine()
    }

    /// Takes the next word of a comment and the space before it.
    private func word(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
        if isOpen {
            guard rest.first == Byte.space else { return rest.prefix(0) }
            rest = rest.dropFirst()
        } else {
            rest = rest.drop { isBlank($0) }
        }
        let end = rest.firstIndex { isBlank($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    private mutating func begin(
        _ name: Slice<UnsafeBufferPointer<UInt8>>, _ rest: Slice<UnsafeBufferPointer<UInt8>>
    ) throws(TextFault) {
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
        guard isKnown, rest.allSatisfy({ isBlank($0) }) else {
            throw TextFault("a type that this format has is needed", type.startIndex..<rest.endIndex)
        }
        creation.removeAll(keepingCapacity: true)
        if mayTell, isOpen { creation = Array(name) + Self.created }
    }

    private static let created = Array("_created".utf8)
}
