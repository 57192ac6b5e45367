/// How long the patterns of a series are: the lag of the highest peak of its autocorrelation.
///
/// The published benchmark TSB-AD sizes buffers and subsequences by it; so do all who compare with it.
///
/// - Source: Liu & Paparrizos, *The Elephant in the Room: Towards A Reliable Time-Series Anomaly Detection
///   Benchmark*, NeurIPS 2024; there `find_length_rank` of rank 1.
public enum WindowLength {
    /// The answer where the autocorrelation has no useful peak.
    public static let fallback = 125
    /// No more than so many of the first values are looked at.
    static let longestLook = 20_000
    /// The longest lag of the autocorrelation.
    static let mostLags = 400
    /// Lags below this are neighbourhood, not pattern: peaks are counted from here.
    static let firstLag = 3
    /// Peaks are useful from `firstLag` plus the first to `firstLag` plus the second.
    static let useful = 3...300

    /// The length of the patterns, in values.
    ///
    /// - Parameter values: Oldest first; a missing one, `nan`, counts as the mean, so that it tells nothing.
    /// - Returns: 6 … 303, or ``fallback``.
    /// - Complexity: O(*n·lags*), over the first 20,000 values and 400 lags.
    public static func of(_ values: [Double]) -> Int {
        let correlations = autocorrelations(Array(values.prefix(longestLook)), lags: mostLags)
        guard correlations.count > firstLag else { return fallback }
        let peaks = Array(correlations[firstLag...])
        var best: Int?
        for place in peaks.indices.dropFirst().dropLast()
        where peaks[place] > peaks[place - 1] && peaks[place] > peaks[place + 1] {
            // Of equal peaks the last, as sorting in ascending order and reading from the end has it.
            if best.map({ peaks[place] >= peaks[$0] }) ?? true { best = place }
        }
        guard let best, useful.contains(best) else { return fallback }
        return best + firstLag
    }

    /// The autocorrelations at the lags 0 … `lags`, all sums divided by that of lag 0; empty for a series that
    /// does not move.
    private static func autocorrelations(_ values: [Double], lags: Int) -> [Double] {
        let known = values.filter { $0.isFinite }
        guard !known.isEmpty else { return [] }
        let mean = known.reduce(0, +) / Double(known.count)
        let centred = values.map { $0.isFinite ? $0 - mean : 0 }
        return centred.withUnsafeBufferPointer { x in
            func product(_ lag: Int) -> Double {
                // Four sums side by side: additions need not wait for each other.
                var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
                var step = lag
                while step + 3 < x.count {
                    a += x[step] * x[step - lag]
                    b += x[step + 1] * x[step + 1 - lag]
                    c += x[step + 2] * x[step + 2 - lag]
                    d += x[step + 3] * x[step + 3 - lag]
                    step += 4
                }
                while step < x.count {
                    a += x[step] * x[step - lag]
                    step += 1
                }
                return (a + b) + (c + d)
            }
            let variance = product(0)
            guard variance > 0, variance.isFinite else { return [] }
            return (0...min(lags, x.count - 1)).map { product($0) / variance }
        }
    }
}
