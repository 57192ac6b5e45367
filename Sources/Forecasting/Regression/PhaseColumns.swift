import Glibc

/// The columns of a regression that tell the phase of the season: one a phase of a short one, sines and
/// cosines of a longer one, none without a season.
struct PhaseColumns: Sendable, Equatable {
    let period: Int
    let columns: Int
    /// Row-major, one row a phase.
    let cells: [Double]

    init(period: Int) {
        self.period = period
        let scale = RidgeAutoregression.phaseScale
        if period <= 1 {
            columns = 0
            cells = []
        } else if period <= RidgeAutoregression.longestPeriodWithDummies {
            columns = period
            cells = (0..<period * period).map { $0 % period == $0 / period ? scale : 0 }
        } else {
            columns = 2 * RidgeAutoregression.harmonics
            cells = (0..<period).flatMap { phase in
                (1...RidgeAutoregression.harmonics).flatMap { harmonic in
                    let angle = 2 * Double.pi * Double(harmonic) * Double(phase) / Double(period)
                    return [scale * cos(angle), scale * sin(angle)]
                }
            }
        }
    }

    /// The columns of a step.
    func row(of step: Int) -> ArraySlice<Double> {
        let start = step % period * columns
        return cells[start..<start + columns]
    }

    /// The mean of each column over steps.
    func means(from first: Int, to end: Int) -> [Double] {
        guard columns > 0 else { return [] }
        var counts = [Double](repeating: 0, count: period)
        for t in first..<end { counts[t % period] += 1 }
        return (0..<columns).map { j in
            (0..<period).reduce(0) { $0 + counts[$1] * cells[$1 * columns + j] } / Double(end - first)
        }
    }
}
