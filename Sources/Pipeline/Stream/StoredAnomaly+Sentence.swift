import Detection
public import Storage
import TimeSeries

extension StoredAnomaly {
    /// What happened, in words and numbers.
    public var sentence: String {
        let number = { NumberText.short($0) }
        let side = direction < 0 ? "below" : "above"
        switch EvidenceKind(rawValue: evidence) {
        case .levelShift:
            return "the level moved \(direction < 0 ? "down" : "up"): \(number(value)) where "
                + "\(number(expected)) was expected."
        case .varianceShift:
            return "the values move \(direction < 0 ? "less" : "more") than usual; \(number(value)) where "
                + "\(number(expected)) was expected."
        case .residual, nil:
            return "\(number(value)) is \(number(abs(value - expected))) \(side) the expected "
                + "\(number(expected)) (usual range \(number(lower)) to \(number(upper)))."
        }
    }
}
