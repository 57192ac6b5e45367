import TimeSeries

/// Seasonal-trend decomposition by loess.
///
/// In each inner pass the detrended values of each phase are smoothed over the years, freed of what is slow
/// in them, and the rest of the series is smoothed to the trend. Outer passes lower the weights of values
/// that lie far out, so that they shape neither part.
///
/// - Source: Cleveland, Cleveland, McRae & Terpenning, *STL: a seasonal-trend decomposition procedure based
///   on loess*, Journal of Official Statistics 6 (1990), with the defaults of statsmodels and R.
public struct STL: Sendable, Equatable {
    /// Steps in one season, at least 2.
    public var period: Int
    /// Smooths the values of one phase; its window counts seasons.
    public var seasonal: Loess
    /// Smooths the seasonally adjusted values.
    public var trend: Loess
    /// Finds what is slow in the seasonal part.
    public var lowPass: Loess
    /// Rounds of both smoothers, at least 1.
    public var innerPasses: Int
    /// How often the weights are found anew; 0 for no robustness.
    public var outerPasses: Int

    /// The usual number of passes.
    static let plainPasses = (inner: 5, outer: 0)
    static let robustPasses = (inner: 2, outer: 15)

    /// A decomposition with a period of `period` steps.
    ///
    /// - Parameters:
    ///   - seasonal: By default lines over seven seasons.
    ///   - trend: By default lines over the least odd window from 1.5 m / (1 − 1.5/s) on, with period m and
    ///     the seasonal window s.
    ///   - lowPass: By default lines over the least odd window above the period.
    ///   - isRobust: Whether 2 inner and 15 outer passes are made, instead of 5 and none.
    public init(
        period: Int, seasonal: Loess = Loess(window: 7), trend: Loess? = nil, lowPass: Loess? = nil,
        isRobust: Bool = false
    ) {
        precondition(period >= 2, "a period of \(period)")
        self.period = period
        self.seasonal = seasonal
        self.trend = trend ?? Loess(window: Self.trendWindow(period: period, seasonal: seasonal.window))
        self.lowPass = lowPass ?? Loess(window: (period + 1) | 1)
        (innerPasses, outerPasses) = isRobust ? Self.robustPasses : Self.plainPasses
    }

    /// The same decomposition with fits only at every tenth of each window: some ten times as fast, and
    /// linear in the length of the history whatever the windows.
    public var jumping: STL {
        var fast = self
        (fast.seasonal, fast.trend, fast.lowPass) = (seasonal.jumping, trend.jumping, lowPass.jumping)
        return fast
    }

    /// The least odd number from 1.5 m / (1 − 1.5/s) on: with it the trend leaves no season to the remainder.
    static func trendWindow(period: Int, seasonal: Int) -> Int {
        Int((1.5 * Double(period) / (1 - 1.5 / Double(seasonal))).rounded(.up)) | 1
    }

    /// Takes a series apart.
    ///
    /// - Parameters:
    ///   - values: Oldest first, at least two seasons; `nan` is filled on a line between its neighbours.
    ///   - progress: May cancel.
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``, ``ForecastError/noFiniteValues``,
    ///   ``ForecastError/cancelled``.
    /// - Complexity: O(n × window / jump) a pass.
    public func decompose(
        _ values: [Double], progress: FitProgress = .ignored
    ) throws(ForecastError) -> SeasonalDecomposition {
        let filled = try FilledHistory(Series(values: values), atLeast: 2 * period)
        let parts = try decompose(filled: filled.values, progress: progress)
        let remainder = values.indices.map { step in
            filled.wasMissing[step] ? .nan : values[step] - parts.trend[step] - parts.seasonal[step]
        }
        return SeasonalDecomposition(
            trend: parts.trend, seasonals: [parts.seasonal], remainder: remainder)
    }

    /// Trend and seasonal part of values without a gap, at least two seasons.
    func decompose(
        filled values: [Double], progress: FitProgress
    ) throws(ForecastError) -> (trend: [Double], seasonal: [Double]) {
        precondition(values.count >= 2 * period, "\(values.count) values, a period of \(period)")
        var passes = STLPasses(self, values)
        for outer in 0...outerPasses {
            for _ in 0..<innerPasses {
                try progress.checkpoint()
                passes.run()
            }
            if outer < outerPasses { passes.weigh() }
        }
        return (passes.trend, passes.seasonal)
    }
}
