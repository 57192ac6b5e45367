extension ETS {
    /// How an error enters.
    public enum Error: Int, Sendable, CaseIterable {
        /// Added to the mean.
        case additive
        /// A share of the mean.
        case multiplicative
    }

    /// How the level moves on by itself.
    public enum Trend: Int, Sendable, CaseIterable {
        /// Not at all.
        case none
        /// By a slope.
        case additive
        /// By a slope that fades.
        case damped
    }

    /// How the season enters.
    public enum Season: Int, Sendable, CaseIterable {
        /// There is none.
        case none
        /// An addend a phase.
        case additive
        /// A factor a phase.
        case multiplicative
    }

    /// Error, trend and season: one of the models of the family.
    public struct Form: Sendable, Hashable {
        /// How an error enters.
        public let error: Error
        /// How the level moves on.
        public let trend: Trend
        /// How the season enters.
        public let season: Season

        /// A form; an additive error beside a multiplicative season is not one, its variance is not finite.
        public init(error: Error, trend: Trend = .none, season: Season = .none) {
            precondition(
                error == .multiplicative || season != .multiplicative,
                "a multiplicative season with an additive error")
            self.error = error
            self.trend = trend
            self.season = season
        }

        /// Every form, the simplest first.
        public static let all: [Form] = Season.allCases.flatMap { season in
            Error.allCases.flatMap { error in
                Trend.allCases.compactMap { trend in
                    error == .additive && season == .multiplicative
                        ? nil : Form(error: error, trend: trend, season: season)
                }
            }
        }

        /// The name in the taxonomy, such as `ETS(M,Ad,M)`.
        public var name: String {
            let error = self.error == .additive ? "A" : "M"
            let trend = ["N", "A", "Ad"][self.trend.rawValue]
            let season = ["N", "A", "M"][self.season.rawValue]
            return "ETS(\(error),\(trend),\(season))"
        }

        /// Whether it asks for values that are all above 0.
        var needsPositiveValues: Bool { error == .multiplicative }

        /// How many weights it has: of level, trend, season, and the damping.
        var weights: Int {
            1 + [0, 1, 2][trend.rawValue] + (season == .none ? 0 : 1)
        }

        /// Weights, free initial states and the variance: the k of the information criteria. The phases of a
        /// season are one state fewer than they are many, for their mean belongs to the level.
        func parameters(period: Int) -> Int {
            weights + 1 + (trend == .none ? 0 : 1) + (season == .none ? 0 : period - 1) + 1
        }

        /// The same form with the parts that a history cannot tell left out: the season first, then the
        /// damping, then the trend; `nil` when nothing is left to leave out.
        var simpler: Form? {
            let rest: Error = error
            if season != .none { return Form(error: rest, trend: trend) }
            switch trend {
            case .damped: return Form(error: rest, trend: .additive)
            case .additive: return Form(error: rest)
            case .none: return nil
            }
        }

        /// The form in which nothing is multiplied.
        var linear: Form {
            Form(error: .additive, trend: trend, season: season == .none ? .none : .additive)
        }
    }
}
