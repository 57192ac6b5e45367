extension SelectorParser {
    /// The content of the quotes at the position, which is moved behind them.
    ///
    /// In back quotes everything stands for itself. In the others `\a \b \f \n \r \t \v \\`, the quote itself,
    /// `\377`, `\xFF`, `\u00FC` and `\U0001F600` are escapes, and no line end may stand.
    ///
    /// - Source: Prometheus, `util/strutil/quote.go`, `Unquote`.
    mutating func quoted() throws(SelectorError) -> [UInt8] {
        guard let quote = current else { throw error("a value in quotes") }
        let start = position
        position += 1
        var content: [UInt8] = []
        while true {
            guard let byte = current else {
                throw error("\(SelectorText.quoted([quote], at: 1)) to close it")
            }
            if byte == quote { break }
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                try escape(into: &content, quote: quote)
                continue
            }
            if byte == 0x0A, quote != UInt8(ascii: "`") {
                throw error("\\n, as no line ends within quotes")
            }
            content.append(byte)
            position += 1
        }
        position += 1
        // Escapes can spell bytes that are no text.
        guard String(validating: content, as: UTF8.self) != nil else {
            position = start
            throw error("a text in UTF-8")
        }
        return content
    }

    private mutating func escape(into content: inout [UInt8], quote: UInt8) throws(SelectorError) {
        let start = position
        position += 1
        let plain: [Character: UInt8] = [
            "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 0x5C,
        ]
        guard let byte = current else { throw error("an escape such as \\n") }
        if let single = plain[Character(Unicode.Scalar(byte))] ?? (byte == quote ? quote : nil) {
            content.append(single)
            position += 1
            return
        }
        switch Unicode.Scalar(byte) {
        case "x":
            position += 1
            content.append(UInt8(truncatingIfNeeded: try number(digits: 2, radix: 16)))
        case "0"..."7":
            let value = try number(digits: 3, radix: 8)
            guard value <= 255 else {
                position = start
                throw error("an escape up to \\377")
            }
            content.append(UInt8(truncatingIfNeeded: value))
        case "u", "U":
            position += 1
            let value = try number(digits: byte == UInt8(ascii: "u") ? 4 : 8, radix: 16)
            guard let scalar = Unicode.Scalar(value) else {
                position = start
                throw error("the number of a Unicode character")
            }
            content.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default:
            position = start
            throw error("an escape such as \\n, \\\\ or \\x41 (in back quotes \\ stands for itself)")
        }
    }

    private mutating func number(digits: Int, radix: UInt32) throws(SelectorError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
                digit < radix
            else { throw error("\(digits) digits of base \(radix)") }
            value = value &* radix &+ UInt32(digit)
            position += 1
        }
        return value
    }
}
