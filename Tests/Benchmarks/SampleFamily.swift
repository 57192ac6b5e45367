import Numerics
import Storage

/// Kinds of series that a node exporter has: most are constant, the rest counters and gauges of few decimals.
struct SampleFamily: Sendable {
    let name: String
    /// How many of twenty series are of this kind; our estimate.
    let share: Int
    let columns: PointColumns

    /// Points of one chunk: four hours of one every 15 s.
    static let points = 1_000

    static let all: [SampleFamily] = [
        made("constant", share: 9) { _ in 16_384 },
        counter("counter", share: 4) { ($0.nextNormal() * 30 + 1_000).rounded() },
        counter("cpu-seconds", share: 2, unit: 100) { ($0.nextNormal() * 8 + 1_460).rounded() },
        counter("memory-bytes", share: 1, from: 1_048_576, unit: 1.0 / 4096) {
            ($0.nextNormal() * 20).rounded()
        },
        made("small-integers", share: 2) { Double(Int.random(in: 0...20, using: &$0)) },
        counter("load-2-decimals", share: 1, from: 500, unit: 100) { ($0.nextNormal() * 5).rounded() },
        made("gauge-3-decimals", share: 1) { ($0.nextNormal() * 50).rounded() / 1_000 + 20 },
        made("counter-jittered-times", share: 0, jitter: 3) { ($0.nextNormal() * 30 + 1_000).rounded() },
        fullPrecision,
    ]

    static let fullPrecision = counter("full-precision", share: 0, from: 100) { $0.nextNormal() }

    private typealias Draw = (inout Xoshiro256StarStar) -> Double

    /// Sums of draws, divided by the unit.
    private static func counter(
        _ name: String, share: Int, from start: Double = 1e6, unit: Double = 1, _ draw: Draw
    ) -> SampleFamily {
        var level = start
        return made(name, share: share) {
            level += draw(&$0)
            return level / unit
        }
    }

    /// Draws, every 15 s but for a jitter of so many milliseconds.
    private static func made(
        _ name: String, share: Int, jitter: Int64 = 0, _ draw: Draw
    ) -> SampleFamily {
        var random = Xoshiro256StarStar(seed: 5)
        var columns = PointColumns()
        for step in 0..<Int64(points) {
            let time = 1_700_000_000_123 + step * 15_000 + Int64.random(in: -jitter...jitter, using: &random)
            columns.append(time, draw(&random), ScoreByte.unscored)
        }
        return SampleFamily(name: name, share: share, columns: columns)
    }
}
