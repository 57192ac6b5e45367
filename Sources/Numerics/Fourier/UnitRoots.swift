import Glibc

/// The cosines and sines of 2πk/n for k = 0 ..< n, each correct to about one unit in the last place.
///
/// Angles are folded into the first eighth of the circle when n allows it, which keeps the table exactly
/// symmetric and calls the C library for n/8 angles only.
struct UnitRoots {
    private(set) var cosines: [Double]
    private(set) var sines: [Double]

    init(count: Int) {
        cosines = [Double](repeating: 1, count: count)
        sines = [Double](repeating: 0, count: count)
        let step = 2 * Double.pi / Double(max(count, 1))
        guard count % 8 == 0 else {
            for k in 0..<count {
                let angle = step * Double(k)
                (cosines[k], sines[k]) = (cos(angle), sin(angle))
            }
            return
        }
        let (eighth, quarter, half) = (count / 8, count / 4, count / 2)
        guard count > 0 else { return }
        for k in 0...eighth {
            let angle = step * Double(k)
            let (c, s) = (cos(angle), sin(angle))
            (cosines[k], sines[k]) = (c, s)
            (cosines[quarter - k], sines[quarter - k]) = (s, c)
        }
        (cosines[quarter], sines[quarter]) = (0, 1)
        for k in 1..<quarter { (cosines[quarter + k], sines[quarter + k]) = (-sines[k], cosines[k]) }
        for k in 0..<half { (cosines[half + k], sines[half + k]) = (-cosines[k], -sines[k]) }
    }
}
