/// The continued fraction of the incomplete beta function: *I_x(a, b) = x^a (1−x)^b / (a B(a, b)) · fraction*.
///
/// Converges quickly for *x < (a+1)/(a+b+2)*, in O(√max(a, b)) steps at worst.
///
/// - Source: Abramowitz & Stegun 26.5.8; evaluated by the method of Lentz as modified by Thompson & Barnett,
///   *Coulomb and Bessel functions of complex arguments and order*, Journal of Computational Physics 64, 1986.
func betaContinuedFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }

    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var fraction = d
    for step in 1...100_000 {
        let m = Double(step)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / away(1 + even * d)
        c = away(1 + even / c)
        fraction *= d * c
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / away(1 + odd * d)
        c = away(1 + odd / c)
        let change = d * c
        fraction *= change
        if abs(change - 1) < 1e-16 || change == 1 { break }
    }
    return fraction
}
