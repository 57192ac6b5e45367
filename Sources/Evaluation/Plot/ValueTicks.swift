internal import Glibc

/// Round numbers along a value axis: multiples of 1, 2 or 5 times a power of ten.
struct ValueTicks {
    /// The numbers, ascending, all inside the range that was asked for.
    let values: [Double]
    /// Their labels, all in one unit and with the same decimals.
    let labels: [String]

    /// About `target` ticks within a range of finite numbers.
    init(in range: ClosedRange<Double>, target: Int) {
        let step = Self.step(for: range.upperBound - range.lowerBound, target: target)
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        let count = Int(max(0, min(last - first, 1000)))
        let ticks = last < first ? [] : (0...count).map { (first + Double($0)) * step }
        values = ticks
        labels = Self.labels(ticks, step: step)
    }

    /// The round step that divides `span` into about `target` parts.
    static func step(for span: Double, target: Int) -> Double {
        let raw = span / Double(max(target, 1))
        guard raw > 0, raw.isFinite else { return 1 }
        let power = pow(10, log10(raw).rounded(.down))
        let fraction = raw / power
        return power * (fraction < 1.5 ? 1 : fraction < 3.5 ? 2 : fraction < 7.5 ? 5 : 10)
    }

    /// Labels with the suffixes k, M, G, T from ten thousand on, and with an exponent where those end.
    private static func labels(_ values: [Double], step: Double) -> [String] {
        let largest = values.map(abs).max() ?? 0
        guard largest > 0 else { return values.map { _ in "0" } }
        var unit = 1.0
        var suffix = ""
        if largest >= 1e15 || largest < 1e-3 {
            let exponent = Int((log10(largest) + 1e-9).rounded(.down))
            unit = pow(10, Double(exponent))
            suffix = "e\(exponent)"
        } else if largest >= 1e4 {
            let group = min(4, Int((log10(largest) + 1e-9) / 3))
            unit = pow(1000, Double(group))
            suffix = ["", "k", "M", "G", "T"][group]
        }
        let decimals = min(12, DecimalText.decimals(for: step / unit))
        return values.map { value in
            abs(value) < step / 2 ? "0" : DecimalText.fixed(value / unit, decimals: decimals) + suffix
        }
    }
}
