/// The last eight values of a series at even spacing, which reach back over a quarter of the season: the
/// point that trees of random cuts see.
///
/// - Source: shingles of a stream as points, Guha et al., *Robust random cut forest based anomaly detection
///   on streams*, ICML 2016, section 5.
struct EvidenceShingle: BitwiseCopyable, Sendable {
    typealias Point = SIMD8<Float>

    /// Steps between the values.
    let spacing: Int

    /// - Parameter period: Steps in a season.
    init(period: Int) {
        spacing = max(1, period / (4 * Point.scalarCount))
    }

    /// Values that the point reaches back over.
    var reach: Int { (Point.scalarCount - 1) * spacing + 1 }

    /// The point that ends so many steps before the last value, of which ``reach`` more are known.
    func point(_ recent: inout EvidenceMemory, before lag: Int = 0) -> Point {
        var point = Point.zero
        for j in 0..<Point.scalarCount { point[j] = Float(recent[lag + j * spacing]) }
        return point
    }
}
