// Labels of a sample, and texts in quotes.

extension PrometheusTextPass {
    /// Reads labels up to the closing brace; a text in quotes that is no label's name is the metric's.
    mutating func readLabels(into isNamed: inout Bool) throws(TextFault) {
        var isFirst = true
        while true {
            if !isOpen { skipBlanks() }
            if !isOpen || isFirst, take(UInt8(ascii: "}")) { return }
            isFirst = false
            try readLabel(into: &isNamed)
            if !isOpen { skipBlanks() }
            if take(Byte.comma) { continue }
            guard take(UInt8(ascii: "}")) else {
                throw TextFault("',' or '}' is needed after a label", here)
            }
            return
        }
    }

    private mutating func readLabel(into isNamed: inout Bool) throws(TextFault) {
        let start = position
        if position < bytes.count, bytes[position] == Byte.quote {
            try readText()
            if !isOpen { skipBlanks() }
            guard position < bytes.count, bytes[position] == Byte.equals else {
                guard !isNamed, !quoted.isEmpty else {
                    throw TextFault("a second name of a metric, or an empty one", start..<position)
                }
                isNamed = true
                labels.append(contentsOf: LabelName.metric)
                _ = labels.endName(makingValid: false)
                labels.append(contentsOf: quoted)
                guard labels.endValue() else { throw TextFault("a name is not UTF-8", start..<position) }
                return
            }
            labels.append(contentsOf: quoted)
            guard labels.endName(makingValid: true) else { throw TextFault("a label has no name", here) }
        } else {
            while position < bytes.count, LabelName.isWord(bytes[position]) { position += 1 }
            guard position > start, !isDigit(bytes[start]) else {
                throw TextFault("a name of a label is needed", here)
            }
            labels.append(bytes[start..<position])
            _ = labels.endName(makingValid: false)
            if !isOpen { skipBlanks() }
        }
        guard take(Byte.equals) else { throw TextFault("'=' is needed after a label's name", here) }
        if !isOpen { skipBlanks() }
        guard position < bytes.count, bytes[position] == Byte.quote else {
            throw TextFault("a label's value in quotes is needed", here)
        }
        let value = position
        var end = position + 1
        while end < bytes.count, bytes[end] != Byte.quote, bytes[end] != Byte.backslash,
            bytes[end] != Byte.lineFeed
        { end += 1 }
        if end < bytes.count, bytes[end] == Byte.quote {
            labels.append(bytes[(value + 1)..<end])
            position = end + 1
        } else {
            try readText()
            labels.append(contentsOf: quoted)
        }
        guard labels.endValue() else { throw TextFault("a label is not UTF-8", value..<position) }
    }

    /// Reads a text in quotes into `quoted`; a backslash before anything but `\`, `"` and `n` stays itself.
    private mutating func readText() throws(TextFault) {
        let start = position
        quoted.removeAll(keepingCapacity: true)
        position += 1
        while position < bytes.count {
            var byte = bytes[position]
            position += 1
            switch byte {
            case Byte.quote: return
            case Byte.backslash where position < bytes.count:
                switch bytes[position] {
                case Byte.backslash, Byte.quote: byte = bytes[position]
                case UInt8(ascii: "n"): byte = Byte.lineFeed
                default: position -= 1
                }
                position += 1
            case Byte.lineFeed where isOpen:
                throw TextFault("a text has no closing quote", start..<position)
            case Byte.lineFeed: line += 1
            default: break
            }
            quoted.append(byte)
        }
        throw TextFault("a text has no closing quote", start..<bytes.count)
    }
}
