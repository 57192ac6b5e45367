import TestSupport
import Testing

@testable import Ingest

@Suite struct DeltaAccumulatorTests {
    private func add(
        _ accumulator: inout DeltaAccumulator, _ series: Int, _ delta: Double, _ start: UInt64, _ end: UInt64
    ) -> DeltaAccumulator.Outcome {
        Array("series \(series)".utf8).withUnsafeBufferPointer {
            accumulator.add(delta, from: start, to: end, of: $0)
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `many series are kept apart`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var accumulator = DeltaAccumulator(mostSeries: 300)
        var totals: [Int: (sum: Double, end: UInt64)] = [:]
        for step in 1...2000 as ClosedRange<UInt64> {
            let series = Int.random(in: 0..<250, using: &random)
            let delta = Double(Int.random(in: -5...50, using: &random))
            let known = totals[series] ?? (0, 0)
            totals[series] = (known.sum + delta, step)
            #expect(add(&accumulator, series, delta, known.end, step) == .total(known.sum + delta))
            if step.isMultiple(of: 500) {
                accumulator.forget(before: step - 300)
                totals = totals.filter { $0.value.end >= step - 300 }
                #expect(accumulator.count == totals.count)
            }
        }
    }

    @Test func `no more series than agreed are remembered`() {
        var accumulator = DeltaAccumulator(mostSeries: 2)
        #expect(add(&accumulator, 0, 1, 0, 1) == .total(1) && add(&accumulator, 1, 1, 0, 1) == .total(1))
        #expect(add(&accumulator, 2, 1, 0, 1) == .full)
        #expect(
            add(&accumulator, 1, .nan, 1, 2) == .notFinite
                && add(&accumulator, 1, .infinity, 1, 2) == .notFinite)
        #expect(add(&accumulator, 1, 1, 1, 2) == .total(2))
        accumulator.forget(before: 2)
        #expect(accumulator.count == 1 && add(&accumulator, 2, 1, 0, 1) == .total(1))
    }
}
