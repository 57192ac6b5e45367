import Detection
import Glibc
public import Storage
import TimeSeries

extension StoredAnomaly {
    /// What happened, in words and numbers.
    public var sentence: String {
        // As many digits as tell the numbers apart.
        let parts = [value, expected, lower, upper].filter(\.isFinite)
        let least = [abs(value - expected), upper - lower].filter { $0.isFinite && $0 > 0 }.min()
        let digits = Self.digits(of: parts.map(abs).max() ?? 0, telling: least ?? 0)
        let number = { NumberText.short($0, digits: digits) }
        let side = direction < 0 ? "below" : "above"
        switch EvidenceKind(rawValue: evidence) {
        case .levelShift:
            return "the level moved \(direction < 0 ? "down" : "up"): \(number(value)) where "
                + "\(number(expected)) was expected."
        case .varianceShift:
            return "the values move \(direction < 0 ? "less" : "more") than usual; \(number(value)) where "
                + "\(number(expected)) was expected."
        case .shape?, .dependence?, .amplitude?, .frozen?:
            return "\(EvidenceKind(rawValue: evidence)?.sight ?? evidence); \(number(value)) where "
                + "\(number(expected)) was expected."
        case .residual, nil:
            let distance = NumberText.short(abs(value - expected))
            return "\(number(value)) is \(distance) \(side) the expected "
                + "\(number(expected)) (usual range \(number(lower)) to \(number(upper)))."
        }
    }

    /// The significant digits of a size in which a difference, and a tenth of it, can be seen; at least 4.
    private static func digits(of size: Double, telling difference: Double) -> Int {
        guard size > 0, difference > 0, size.isFinite else { return 4 }
        return min(max(Int(floor(log10(size)) - floor(log10(difference))) + 2, 4), 15)
    }
}
