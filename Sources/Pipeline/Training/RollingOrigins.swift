/// The steps at which the forecasts of a back-test begin, ascending: the same ones for both sides.
///
/// The last origin leaves a whole horizon. At least half of the history, and what the method needs, lies
/// before the first. Horizons do not overlap where three of them fit; else three overlapping ones share what
/// room there is.
///
/// - Source: Tashman, *Out-of-sample tests of forecasting accuracy*, Int. J. Forecasting 16 (2000).
struct RollingOrigins: Equatable {
    let steps: [Int]

    /// Fewer do not make a comparison.
    static let fewest = 3
    /// More are not needed.
    static let most = 10
    /// Over all series about this many origins are enough: large jobs have fewer a series, at least three.
    static let enough = 1_000

    /// How many origins each of `series` has at most.
    static func most(series: Int) -> Int { min(max(enough / max(series, 1), fewest), most) }

    /// The fewest steps of a history that can be split.
    static func leastCount(horizon: Int, minimum: Int) -> Int {
        max(minimum + horizon + fewest - 1, 2 * (horizon + fewest - 1))
    }

    /// Origins in a history of `count` steps.
    ///
    /// - Parameters:
    ///   - horizon: Steps from an origin on that are compared.
    ///   - minimum: Steps that the method needs.
    ///   - most: At most so many origins, at least three.
    /// - Returns: `nil` when the history has less than ``leastCount(horizon:minimum:)`` steps.
    init?(count: Int, horizon: Int, minimum: Int, most: Int) {
        let room = count - max(minimum, (count + 1) / 2)
        guard room >= horizon + Self.fewest - 1 else { return nil }
        let fitting = room / horizon
        let origins = fitting >= Self.fewest ? min(fitting, most) : Self.fewest
        let stride = fitting >= Self.fewest ? horizon : (room - horizon) / (origins - 1)
        let last = count - horizon
        steps = (0..<origins).map { last - (origins - 1 - $0) * stride }
    }
}
