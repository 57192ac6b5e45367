import Glibc

/// What happens to a metric; the raw values are permanent names.
public enum IncidentKind: String, Sendable, CaseIterable {
    /// A few values far above.
    case spike
    /// A few values far below.
    case dip
    /// The level moves at once, stays, and comes back.
    case levelShift = "level-shift"
    /// The level moves more with every step, then comes back.
    case ramp
    /// The noise is several times its usual size.
    case varianceBurst = "variance-burst"
    /// One value is repeated.
    case frozen
    /// There are no values.
    case missing
    /// The season runs hours early.
    case seasonChange = "season-change"
}

/// A stretch of a generated series in which something is wrong.
public struct Incident: Sendable, Hashable {
    /// What is wrong.
    public let kind: IncidentKind
    /// The steps that it covers, counted from 0.
    public let steps: ClosedRange<Int>
    /// How strong it is, in words without commas or quotes.
    public let note: String

    /// The first step.
    public var first: Int { steps.lowerBound }
    /// The last step.
    public var last: Int { steps.upperBound }
}

/// What an incident does to one step of the mechanism behind a metric.
struct Disturbance {
    /// How far the level is moved, in the scenario's typical deviations.
    var strength = 0.0
    /// The size of the noise as a multiple of the usual one.
    var noise = 1.0
    /// Hours by which the season runs early.
    var hoursEarly = 0.0

    static let none = Disturbance()
}

/// How the level of a scenario follows the strength of a disturbance.
enum Response {
    /// By exp(unit · strength).
    case multiplies(unit: Double)
    /// By unit · strength.
    case adds(unit: Double)

    /// What a strength means for the metric.
    func note(_ strength: Double) -> String {
        switch self {
        case .multiplies(let unit): "\(Self.short(exp(unit * strength))) times the usual"
        case .adds(let unit): (strength < 0 ? "" : "+") + Self.short(unit * strength)
        }
    }

    /// Two decimals.
    private static func short(_ value: Double) -> String {
        let text = ((value * 100).rounded() / 100).description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
