/// The orders of a seasonal autoregressive integrated moving-average model: (p,d,q)(P,D,Q)m.
///
/// φ(B) Φ(Bᵐ) ((1 − B)ᵈ (1 − Bᵐ)ᴰ y − μ) = θ(B) Θ(Bᵐ) ε, with φ(B) = 1 − φ₁B − … and θ(B) = 1 + θ₁B + ….
///
/// - Source: Box & Jenkins, *Time Series Analysis: Forecasting and Control*, 1970, chapter 9.
public struct ARIMAOrder: Sendable, Hashable {
    /// Autoregressive terms, p.
    public var p: Int
    /// Plain differences, d.
    public var d: Int
    /// Moving-average terms, q.
    public var q: Int
    /// Seasonal autoregressive terms, P.
    public var seasonalP: Int
    /// Seasonal differences, D.
    public var seasonalD: Int
    /// Seasonal moving-average terms, Q.
    public var seasonalQ: Int
    /// Steps in one season, m; 1 for none.
    public var period: Int
    /// Whether the differenced series has a mean μ: a mean without differences, a drift with one.
    public var hasConstant: Bool

    /// The orders (p,d,q) and, where there is a season, (P,D,Q).
    ///
    /// - Precondition: Nothing is negative; seasonal orders are 0 unless `period` is at least 2.
    public init(
        _ p: Int, _ d: Int, _ q: Int, seasonal: (p: Int, d: Int, q: Int) = (0, 0, 0), period: Int = 1,
        hasConstant: Bool = false
    ) {
        let seasonalTerms = seasonal.p + seasonal.d + seasonal.q
        precondition(
            min(p, d, q, seasonal.p, seasonal.d, seasonal.q) >= 0, "orders \(p) \(d) \(q) \(seasonal)")
        precondition(period >= 2 || (period == 1 && seasonalTerms == 0), "a period of \(period)")
        self.p = p
        self.d = d
        self.q = q
        seasonalP = seasonal.p
        seasonalD = seasonal.d
        seasonalQ = seasonal.q
        self.period = period
        self.hasConstant = hasConstant
    }

    /// How many values the differences use up: d + Dm.
    var lost: Int { d + seasonalD * period }
    /// The longest lag of the values of the differenced series: p + Pm.
    var longestValueLag: Int { p + seasonalP * period }
    /// The longest lag of the errors: q + Qm.
    var longestErrorLag: Int { q + seasonalQ * period }
    /// Coefficients of lags: p + q + P + Q.
    var coefficients: Int { p + q + seasonalP + seasonalQ }
    /// Everything that is estimated, the variance included.
    var parameters: Int { coefficients + (hasConstant ? 1 : 0) + 1 }

    /// The nearest smaller model that a history of `count` values can bear.
    ///
    /// Seasonal terms need a season more than they reach back; then terms, constant and differences go,
    /// until a few values are left to judge each parameter by.
    func bearable(by count: Int) -> ARIMAOrder {
        var order = self
        let reach = max(order.longestValueLag, order.longestErrorLag)
        if order.period > 1, count - order.lost < reach + order.period {
            (order.seasonalP, order.seasonalD, order.seasonalQ) = (0, 0, 0)
        }
        while order.coefficients > 0, count - order.lost < order.parameters + Self.spareValues {
            if order.seasonalP + order.seasonalQ > 0 {
                (order.seasonalP, order.seasonalQ) = (0, 0)
            } else if order.q >= order.p {
                order.q -= 1
            } else {
                order.p -= 1
            }
        }
        if count - order.lost < order.parameters + 1, order.lost > 0 { order.hasConstant = false }
        while order.d > 0, count - order.lost < 2 { order.d -= 1 }
        if order.seasonalP + order.seasonalD + order.seasonalQ == 0 { order.period = 1 }
        return order
    }

    /// So many more values than parameters are asked for: AICc divides by one less.
    private static let spareValues = 3
}
