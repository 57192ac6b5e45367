import Glibc
import Numerics

/// Series of known processes from which the automatic combination learns besides those of its users.
///
/// Sets of real series leave whole kinds out: long ones without a season, noise around a constant level, a
/// process that returns to its mean. What is learned must hold for them too, the intervals above all.
public enum AutoProcesses {
    private static let count = 600
    private static let lengths = 40.0...1_000.0
    private static let horizons = [6, 12, 24, 48]
    private static let periods = [7, 12, 24]

    /// The set, the same for the same seed.
    public static func set(seed: UInt64) -> EvaluationSet {
        var random = Xoshiro256StarStar(seed: seed)
        let series = (0..<count).map { number in
            let length = exp(
                log(lengths.lowerBound)
                    + random.nextUniform() * log(lengths.upperBound / lengths.lowerBound))
            let horizon = horizons[Int(random.next() % 4)]
            let train = max(Int(length), 3 * horizon)
            let kind = Kind.allCases[number % Kind.allCases.count]
            let period = kind.isSeasonal ? periods[Int(random.next() % 3)] : 1
            let level = number / Kind.allCases.count % 2 == 0 ? 0 : 30.0
            let values = kind.values(train + horizon, period: period, &random).map { level + $0 }
            return EvaluationSeries(
                id: "process-\(number)", train: Array(values[..<train]), test: Array(values[train...]),
                period: period, seasons: period > 1 ? [period] : [])
        }
        return EvaluationSet(name: "processes", seasons: [], series: series)
    }

    private enum Kind: CaseIterable {
        case noise
        case returning
        case walk
        case localLevel
        case oscillation
        case trend
        case season
        case wanderingSeason

        var isSeasonal: Bool { self == .season || self == .wanderingSeason }

        func values(_ count: Int, period: Int, _ random: inout Xoshiro256StarStar) -> [Double] {
            let memory = 0.2 + 0.78 * random.nextUniform()
            let share = 0.05 + 0.5 * random.nextUniform()
            let profile = (0..<period).map { _ in 3 * random.nextNormal() }
            let slope = (random.nextUniform() - 0.5) * 20 / Double(count)
            var (state, before, level) = (0.0, 0.0, 0.0)
            return (0..<count).map { t in
                let shock = random.nextNormal()
                switch self {
                case .noise: return shock
                case .returning:
                    state = memory * state + shock
                    return state
                case .walk:
                    state += shock
                    return state
                case .localLevel:
                    level += share * shock
                    return level + random.nextNormal()
                case .oscillation:
                    let next = 1.6 * memory * state - 0.85 * memory * before + shock
                    (before, state) = (state, next)
                    return next
                case .trend:
                    state = 0.6 * state + shock
                    return slope * Double(t) + state
                case .season:
                    state = memory * state + shock
                    return profile[t % period] + state
                case .wanderingSeason:
                    level += share * shock
                    return profile[t % period] + level + random.nextNormal()
                }
            }
        }
    }
}
