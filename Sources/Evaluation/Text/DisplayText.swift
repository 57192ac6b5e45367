/// Text from outside, made safe to show, and how much room it takes.
enum DisplayText {
    /// The text without control characters and without marks that reverse the direction of writing.
    /// White space of any kind becomes one blank.
    static func clean(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09...0x0D: result.append(" ")
            case 0...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: break
            case let value where value & 0xFFFE == 0xFFFE: break
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The cleaned text, safe between XML tags and inside quoted attributes.
    static func xml(_ text: String) -> String {
        var result = ""
        for character in clean(text).unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// Columns that a text takes in a terminal: 2 for East Asian wide characters and emoji, 0 for marks.
    static func columns(_ text: String) -> Int {
        text.reduce(0) { $0 + columns($1) }
    }

    /// The beginning of a text that fits into `limit` terminal columns, with an ellipsis if it was cut.
    static func fitted(_ text: String, columns limit: Int, ellipsis: String = "…") -> String {
        if columns(text) <= limit { return text }
        var result = ""
        var used = columns(ellipsis)
        guard used <= limit else { return "" }
        for character in text {
            used += columns(character)
            if used > limit { break }
            result.append(character)
        }
        return result + ellipsis
    }

    /// About how many pixels a text takes, on the generous side.
    static func pixels(_ text: String, fontSize: Double) -> Double {
        text.reduce(0) { $0 + em($1) } * fontSize
    }

    /// The beginning of a text that fits into `limit` pixels, with an ellipsis if it was cut.
    static func fitted(_ text: String, pixels limit: Double, fontSize: Double) -> String {
        if pixels(text, fontSize: fontSize) <= limit { return text }
        var result = ""
        var used = fontSize
        for character in text {
            used += em(character) * fontSize
            if used > limit { break }
            result.append(character)
        }
        return result + "…"
    }

    private static func em(_ character: Character) -> Double {
        if columns(character) == 2 { return 1.05 }
        switch character {
        case "i", "j", "l", ".", ",", ":", ";", "|", "'", "!", " ", "(", ")", "[", "]": return 0.4
        case "m", "w", "M", "W", "%", "@", "—", "…": return 0.98
        case "A"..."Z": return 0.73
        default: return 0.63
        }
    }

    private static func columns(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return character.unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1
        }
    }
}
