import Numerics

/// Where incidents are, and what they do to each step.
///
/// The series after its first tenth is cut into equal slots with one incident each, so that none overlap and
/// their number is known. The kinds take turns in an order that the seed shuffles.
struct IncidentPlan {
    private struct Planned {
        var incident: Incident
        var strength: Double
        var noise: Double
        var hoursEarly: Double
    }

    /// Points for one incident.
    static let pointsEach = 400
    static let gapNote = "no values"
    private var planned: [Planned] = []

    var incidents: [Incident] { planned.map(\.incident) }

    /// - Parameters:
    ///   - quiet: The values without incidents; a place is sought where the metric is not asleep.
    ///   - day: Steps in a day, at least 1.
    init(
        _ entry: GeneratorCatalog.Entry, quiet: [Double], day: Int, using random: inout Xoshiro256StarStar
    ) {
        let points = quiet.count
        let first = (points + 9) / 10
        let count = min(max(points / Self.pointsEach, 1), points - first)
        guard count > 0 else { return }
        let usual = quiet.reduce(0) { $0 + abs($1) } / Double(points)
        var kinds: [IncidentKind] = []
        for slot in 0..<count {
            if kinds.isEmpty { kinds = entry.kinds.shuffled(using: &random) }
            let kind = kinds.removeLast()
            let start = first + slot * (points - first) / count
            let end = first + (slot + 1) * (points - first) / count
            // The last step of a slot stays quiet, so that neighbours do not touch.
            let room = max(end - start - 1, 1)
            let longest = max(room * 2 / 5, 1)
            let length = min(Int.random(in: Self.lengths(kind, day: day), using: &random), longest)
            var place = start
            for _ in 0..<12 {
                place = start + Int.random(in: 0...(room - length), using: &random)
                let sum = quiet[place..<(place + length)].reduce(0) { $0 + abs($1) }
                if sum >= 0.6 * usual * Double(length) { break }
            }
            planned.append(Self.drawn(kind, place...(place + length - 1), entry, using: &random))
        }
    }

    /// Steps that an incident may last.
    private static func lengths(_ kind: IncidentKind, day: Int) -> ClosedRange<Int> {
        switch kind {
        case .spike: 1...4
        case .dip: 2...8
        case .levelShift: 24...96
        case .ramp: 24...72
        case .varianceBurst: 24...60
        case .frozen: 12...48
        case .missing: 4...24
        case .seasonChange: min(max(day, 24), 288)...min(max(day, 24), 288)
        }
    }

    private static func drawn(
        _ kind: IncidentKind, _ steps: ClosedRange<Int>, _ entry: GeneratorCatalog.Entry,
        using random: inout Xoshiro256StarStar
    ) -> Planned {
        let size = random.nextUniform()
        let isUpward = !entry.movesBothWays || random.nextUniform() < 0.5
        let response = entry.mechanism.response
        var (strength, noise, hoursEarly, note) = (0.0, 1.0, 0.0, "")
        switch kind {
        case .spike: strength = 5 + 4 * size
        case .dip: strength = -5 - 4 * size
        case .levelShift: strength = (isUpward ? 1 : -1) * (2.5 + 1.5 * size)
        case .ramp: strength = (isUpward ? 1 : -1) * (4 + 2 * size)
        case .varianceBurst:
            noise = 4 + (2 * size).rounded()
            note = "noise \(Int(noise)) times the usual"
        case .frozen: note = "the value before is repeated"
        case .missing: note = Self.gapNote
        case .seasonChange:
            // Half hours, so that a job of every full hour moves too.
            hoursEarly = 3.5 + (5 * size).rounded()
            note = "the season is \(hoursEarly) hours early"
        }
        if strength != 0 { note = (kind == .ramp ? "up to " : "") + response.note(strength) }
        if kind == .ramp, strength < 0 { note = "down" + note.dropFirst(2) }
        return Planned(
            incident: Incident(kind: kind, steps: steps, note: note), strength: strength, noise: noise,
            hoursEarly: hoursEarly)
    }

    /// What the incidents do to each step.
    func disturbances(count: Int) -> [Disturbance] {
        var disturbances = [Disturbance](repeating: .none, count: count)
        for plan in planned {
            let steps = plan.incident.steps
            for (offset, index) in steps.enumerated() {
                let reached = plan.incident.kind == .ramp ? Double(offset + 1) / Double(steps.count) : 1
                disturbances[index] = Disturbance(
                    strength: plan.strength * reached, noise: plan.noise, hoursEarly: plan.hoursEarly)
            }
        }
        return disturbances
    }
}
