internal import Glibc

/// Numbers as people read them on an axis.
enum DecimalText {
    /// A number with a fixed count of decimals, rounded half away from zero; `0` for what is not finite.
    static func fixed(_ value: Double, decimals: Int) -> String {
        let factor = pow(10, Double(decimals))
        let scaled = (value * factor).rounded()
        guard scaled.isFinite, abs(scaled) < 9e18 else { return value.isFinite ? "\(value)" : "0" }
        let whole = Int64(abs(scaled))
        let sign = scaled < 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(whole) }
        let unit = Int64(factor)
        let fraction = String(whole % unit)
        return sign + String(whole / unit) + "." + String(repeating: "0", count: decimals - fraction.count)
            + fraction
    }

    /// A coordinate with at most one decimal, as short as it can be.
    static func coordinate(_ value: Double) -> String {
        let text = fixed(value, decimals: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A number with at most three decimals, or as Swift writes it where that says too little.
    static func short(_ value: Double) -> String {
        let magnitude = abs(value)
        if magnitude != 0 && (magnitude < 1e-3 || magnitude >= 1e15) { return "\(value)" }
        var text = fixed(value, decimals: 3)[...]
        while text.hasSuffix("0") { text.removeLast() }
        return String(text.hasSuffix(".") ? text.dropLast() : text)
    }

    /// Decimals that tell apart numbers `step` away from each other; `step` is 1, 2 or 5 times a power of 10.
    static func decimals(for step: Double) -> Int {
        max(0, Int(-(log10(step) + 1e-9).rounded(.down)))
    }
}
