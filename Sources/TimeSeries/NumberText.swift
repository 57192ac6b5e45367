/// Numbers as people read them: few digits, no exponent where that is shorter.
public enum NumberText {
    /// `value` with about `digits` significant digits: `41.3`, `0.00521`, `1.2M` is never used; very
    /// large and very small numbers keep an exponent. `nan` and infinities read "–", "∞", "-∞".
    public static func short(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return value.isNaN ? "–" : (value > 0 ? "∞" : "-∞") }
        guard value != 0 else { return "0" }
        let rounded = rounded(value, digits: digits)
        let magnitude = abs(rounded)
        if magnitude >= 1e15 || magnitude < 1e-5 { return trimmed(rounded.description) }
        return trimmed(plain(rounded))
    }

    /// The shortest text that reads back as the same number; whole ones without `.0`.
    public static func exact(_ value: Double) -> String {
        trimmed(value.description)
    }

    /// The nearest number with so many significant digits.
    private static func rounded(_ value: Double, digits: Int) -> Double {
        var exponent = 0
        var scaled = abs(value)
        while scaled >= 10 {
            scaled /= 10
            exponent += 1
        }
        while scaled < 1 {
            scaled *= 10
            exponent -= 1
        }
        // Whole numbers are not cut: 10532 stays 10532.
        let places = max(digits - 1 - exponent, 0)
        guard places <= 300 else { return value }
        var power = 1.0
        for _ in 0..<places { power *= 10 }
        let result = (value * power).rounded() / power
        return result.isFinite ? result : value
    }

    /// Without an exponent.
    private static func plain(_ value: Double) -> String {
        let text = value.description
        guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]),
            exponent < 0
        else { return text }
        let digits = text[..<mark].filter(\.isNumber).reversed().drop { $0 == "0" }.reversed()
        return (value < 0 ? "-0." : "0.") + String(repeating: "0", count: -exponent - 1) + String(digits)
    }

    private static func trimmed(_ text: String) -> String {
        text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
