/// The rule of the UCR anomaly archive: a series has one anomaly, a detector names one place.
///
/// The place is that of the highest score after the training prefix; it is right within the window, widened on
/// each side by its own length or by 100 values, whichever is more. Accuracy is the share of series.
///
/// - Source: Wu & Keogh, *Current Time Series Anomaly Detection Benchmarks are Flawed and are Creating the
///   Illusion of Progress*, IEEE TKDE 35, 2023, with the widening of the KDD Cup 2021.
public enum UCRAccuracy {
    /// The least that a window is widened by.
    static let leastWidening = 100

    /// Whether the place of the highest score is right; `nil` for a series without exactly one window or
    /// without a value after the prefix.
    ///
    /// - Parameters:
    ///   - scores: One a value, higher is more unusual; `nan` and −∞ count as 0, +∞ as a very large number.
    ///   - windows: The anomalies.
    ///   - trainPrefix: The first values that are known to be normal, at least 0.
    public static func isHit(
        scores: [Double], windows: [ClosedRange<Int>], trainPrefix: Int
    ) -> Bool? {
        guard windows.count == 1, let window = windows.first, trainPrefix < scores.count else { return nil }
        let finite = OrderedScores.finite(scores)
        var best = trainPrefix
        for place in trainPrefix..<finite.count where finite[place] > finite[best] { best = place }
        let widening = max(window.count, leastWidening)
        return window.lowerBound - widening < best && best < window.upperBound + widening
    }
}
