import Glibc

/// The 256 layers of equal area under the normal density.
///
/// - Source: Marsaglia & Tsang, *The ziggurat method for generating random variables*, Journal of Statistical
///   Software 5, 2000, for *r* and *v*; Doornik, *An improved ziggurat method to generate normal random
///   samples*, 2005, for the form with independent layer and abscissa.
@usableFromInline
struct Ziggurat: Sendable {
    /// Where the last layer ends and the tail begins.
    @usableFromInline static let tailStart = 3.654_152_885_361_008_8
    /// The area of each layer.
    private static let area = 0.004_928_673_233_974_655

    @usableFromInline static let shared = Ziggurat()

    /// Right edges: `edges[i]` of layer *i*; `edges[0]` is the widened base, `edges[256]` is 0.
    @usableFromInline let edges: [Double]
    /// The density at the edges, without its constant.
    @usableFromInline let heights: [Double]

    private init() {
        var edges = [Double](repeating: 0, count: 257)
        edges[0] = Self.area / exp(-0.5 * Self.tailStart * Self.tailStart)
        edges[1] = Self.tailStart
        for i in 2..<256 {
            let previous = edges[i - 1]
            edges[i] = (-2 * log(Self.area / previous + exp(-0.5 * previous * previous))).squareRoot()
        }
        self.edges = edges
        heights = edges.map { exp(-0.5 * $0 * $0) }
    }

    /// A value beyond ``tailStart``, from two uniform values in 0 ..< 1; `nil` when they are rejected.
    ///
    /// - Source: Marsaglia, *Generating a variable from the tail of the normal distribution*, Technometrics 6,
    ///   1964.
    @usableFromInline
    static func tail(_ u: Double, _ v: Double) -> Double? {
        let x = -log1p(-u) / tailStart
        let y = -log1p(-v)
        return y + y >= x * x ? tailStart + x : nil
    }

    /// The density at `x`, without its constant.
    @usableFromInline
    static func density(_ x: Double) -> Double {
        exp(-0.5 * x * x)
    }
}
