public import TimeSeries

/// A forecasting method that has not seen data: hyper-parameters only.
public protocol Forecaster: Sendable {
    associatedtype Model: ForecastModel

    /// The fewest observations `fit` accepts.
    var minimumHistory: Int { get }

    /// Estimates the model's parameters.
    ///
    /// - Parameters:
    ///   - history: Oldest value first; `nan` marks a missing step.
    ///   - progress: Told how far the work is; answers whether to go on.
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``,
    ///   ``ForecastError/noFiniteValues``, ``ForecastError/cancelled``.
    func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model
}

extension Forecaster {
    /// Estimates the model's parameters, without being told of progress.
    public func fit(_ history: Series) throws(ForecastError) -> Model {
        try fit(history, progress: .ignored)
    }
}

/// A fitted model: it can predict, take the next value, and be stored.
public protocol ForecastModel: Sendable, BinaryStorable {
    /// The mean of the next `steps` values, in the unit of the series; `steps` at least 1.
    ///
    /// Finite as long as the history stays below 1e150. O(steps) in time.
    func mean(steps: Int) -> [Double]

    /// The mean of the next value: `mean(steps: 1)[0]`, without the array.
    var next: Double { get }

    /// The one-step means over the history that the model was fitted on, its parameters unchanged.
    ///
    /// - Returns: One mean a step; `nan` where the model cannot say yet.
    func fitted(on history: Series) -> [Double]

    /// Advances the model by one step without a refit. O(1) in history length.
    ///
    /// - Parameter value: The value of the next step; `nan` when it is missing.
    mutating func observe(_ value: Double)
}

/// Why a method cannot forecast a series.
public enum ForecastError: Error, Equatable {
    /// `needed` values are needed, `got` are there.
    case historyTooShort(needed: Int, got: Int)
    /// Every value is missing.
    case noFiniteValues
    /// A method for counts was given values below 0.
    case negativeCounts
    /// Values near the largest that can be written made a forecast or its interval overflow.
    case overflow
    /// The work was cancelled by its caller.
    case cancelled
    /// No method has this name.
    case unknownMethod(String, known: [String])
}

/// How far a fit has come, told to its caller, who may cancel it.
public struct FitProgress: Sendable {
    private let report: @Sendable (_ done: Int, _ of: Int) -> Bool
    private let wish: @Sendable () -> Bool

    /// Progress that calls `report` with the rounds done and the most there may be; `false` cancels.
    public init(_ report: @escaping @Sendable (_ done: Int, _ of: Int) -> Bool) {
        self.report = report
        wish = { true }
    }

    /// Progress that nobody watches, of work that is wanted as long as `wish` says so.
    public init(while wish: @escaping @Sendable () -> Bool) {
        report = { _, _ in wish() }
        self.wish = wish
    }

    /// Nobody listens and nobody cancels.
    public static let ignored = FitProgress(while: { true })

    /// Tells how far the work is.
    ///
    /// - Throws: ``ForecastError/cancelled`` when the caller has had enough.
    public func advance(to done: Int, of total: Int) throws(ForecastError) {
        guard report(done, total) else { throw .cancelled }
    }

    /// Goes on, if the result is still wanted; for work whose end is not known beforehand.
    ///
    /// - Throws: ``ForecastError/cancelled`` when the caller has had enough.
    public func checkpoint() throws(ForecastError) {
        guard wish() else { throw .cancelled }
    }

    /// The same wish, without the reports: for a part of the work that counts in rounds of its own.
    public var unreported: FitProgress { FitProgress(while: wish) }
}
