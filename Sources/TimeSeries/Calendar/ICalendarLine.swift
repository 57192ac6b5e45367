/// One unfolded line of a calendar file: `NAME;PARAMETER=VALUE:VALUE`.
struct ICalendarLine {
    /// The line it begins on, counted from 1.
    var number: Int
    /// In large letters.
    var name: String
    /// By their names in large letters.
    var parameters: [String: String] = [:]
    var value: String

    /// Longer lines are refused; folded ones count as a whole.
    static let mostBytes = 64 << 10

    /// Takes a line apart.
    init(_ bytes: ArraySlice<UInt8>, number: Int) throws(ICalendarError) {
        self.number = number
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        var isQuoted = false
        var starts = [bytes.startIndex]
        var colon: Int?
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == UInt8(ascii: ";") {
                starts.append(index + 1)
            } else if !isQuoted, byte == UInt8(ascii: ":") {
                colon = index
                break
            }
        }
        guard let colon else {
            throw ICalendarError(line: number, reason: "no ':' after the name of a property")
        }
        var parts: [String] = []
        for (place, start) in starts.enumerated() {
            parts.append(part(start..<(place + 1 < starts.count ? starts[place + 1] - 1 : colon)))
        }
        name = parts[0].uppercased()
        for text in parts.dropFirst() {
            let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw ICalendarError(line: number, reason: "the parameter '\(text.prefix(60))' has no '='")
            }
            parameters[pair[0].uppercased()] = String(pair[1].filter { $0 != "\"" })
        }
        value = part((colon + 1)..<bytes.endIndex)
    }

    /// The value as text, its escapes replaced.
    var text: String {
        var text = ""
        var isEscaped = false
        for character in value {
            if isEscaped {
                text.append(character == "n" || character == "N" ? " " : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }

    /// That the line cannot be read.
    func error(_ reason: String) -> ICalendarError { ICalendarError(line: number, reason: reason) }
}

extension ICalendarLine {
    /// The lines of a file, unfolded; empty ones are left out.
    ///
    /// - Source: RFC 5545, section 3.1. Lines that end with a line feed alone are taken too.
    static func all(of bytes: [UInt8]) throws(ICalendarError) -> [ICalendarLine] {
        var lines: [ICalendarLine] = []
        var current: [UInt8] = []
        var begin = 1
        func end() throws(ICalendarError) {
            guard current.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
            lines.append(try ICalendarLine(current[...], number: begin))
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let rest = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
        for (place, line) in rest.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let content = line.last == 0x0D ? line.dropLast() : line
            if let first = content.first, first == 0x20 || first == 0x09, place > 0 {
                current += content.dropFirst()
            } else {
                try end()
                current = Array(content)
                begin = place + 1
            }
            guard current.count <= mostBytes else {
                throw ICalendarError(line: begin, reason: "the line has more than \(mostBytes) bytes")
            }
        }
        try end()
        return lines
    }
}
