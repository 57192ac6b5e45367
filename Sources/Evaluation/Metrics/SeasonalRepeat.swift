/// The other benchmark of the M4 competition: the last season again, the last value for a season of 1.
///
/// Missing values are stood in for as in ``Naive2``. The error of a forecast k seasons ahead is taken to be
/// normal with the standard deviation of the differences one season apart times √k.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., sections 5.2, 5.5.
public struct SeasonalRepeat: Sendable, Equatable {
    /// Steps in one season; 1 for none.
    public var period: Int

    /// The benchmark for a season of `period` steps.
    public init(period: Int) {
        precondition(period >= 1, "a period of \(period)")
        self.period = period
    }

    /// The next `steps` values; a history shorter than a season repeats its last value.
    ///
    /// - Returns: One value a step; `nan` where the history has no value.
    public func forecast(_ history: [Double], steps: Int) -> [Double] {
        let values = Self.filled(history)
        guard !values.isEmpty else { return Array(repeating: .nan, count: steps) }
        let lag = values.count >= period ? period : 1
        return (0..<steps).map { values[values.count - lag + $0 % lag] }
    }

    /// The standard deviation of the error of each of the next `steps` values.
    ///
    /// - Returns: `nan` where the history has no two values one season apart.
    public func deviations(_ history: [Double], steps: Int) -> [Double] {
        let lag = history.count > period ? period : 1
        var (squares, count) = (0.0, 0)
        for step in history.indices.dropFirst(lag) {
            let difference = history[step] - history[step - lag]
            guard !difference.isNaN else { continue }
            squares += difference * difference
            count += 1
        }
        let deviation = count == 0 ? .nan : (squares / Double(count)).squareRoot()
        return (0..<steps).map { deviation * Double($0 / lag + 1).squareRoot() }
    }

    /// The history with every missing value stood in for by its neighbour; empty when all are missing.
    static func filled(_ history: [Double]) -> [Double] {
        guard var known = history.first(where: { !$0.isNaN }) else { return [] }
        return history.map { value in
            if !value.isNaN { known = value }
            return known
        }
    }
}
