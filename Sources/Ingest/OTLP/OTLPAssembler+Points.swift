import TimeSeries

/// What a histogram or a summary has beside its buckets or quantiles.
struct OTLPTotals {
    var count = 0.0
    /// `nil` where the sender says none.
    var sum: Double?
}

/// The values of a data point, in the series that they become.
extension OTLPAssembler {
    /// Ends a point of a gauge or a sum.
    mutating func endNumber(_ head: OTLPPointHead, _ value: Double?) {
        if value == nil, !head.hasNoValue { refuse("a point has no value") }
        guard let before = begin(head) else { return }
        switch encode() {
        case .failure(let fault): undo(before, fault.reason)
        case .success(let range):
            let (temporality, isMonotonic) =
                if case .sum(let temporality, let isMonotonic) = currentShape {
                    (temporality, isMonotonic)
                } else {
                    (OTLPTemporality.cumulative, false)
                }
            let kind = isMonotonic ? MetricKind.counter : .gauge
            let number = head.hasNoValue ? nil : value
            if let fault = add(range, kind, head, number, temporality, detectsRestart: isMonotonic) {
                undo(before, fault.reason)
            }
        }
    }

    /// Ends a point of a histogram with explicit bounds; without counts it has a count and a sum alone.
    ///
    /// - Parameter bounds: Upper bounds of all buckets but the last.
    mutating func endHistogram(
        _ head: OTLPPointHead, _ totals: OTLPTotals, bounds: [Double], counts: [Double]
    ) {
        if !counts.isEmpty, counts.count != bounds.count + 1 {
            refuse("\(counts.count) buckets for \(bounds.count) bounds; there is one more bucket")
        }
        if !zip(bounds, bounds.dropFirst()).allSatisfy(<) || bounds.contains(where: \.isNaN) {
            refuse("the bounds of the buckets do not rise")
        }
        checkCount(of: counts.count)
        end(head, totals, counts.count < 2 ? nil : .explicit(bounds: bounds, counts: counts))
    }

    /// Ends a point of a histogram with exponential bounds.
    mutating func endHistogram(_ head: OTLPPointHead, _ totals: OTLPTotals, _ buckets: ExponentialBuckets) {
        if !ExponentialBuckets.scales.contains(buckets.scale) {
            refuse("scale \(buckets.scale) is not in -20 to 20")
        }
        checkCount(of: buckets.positive.count + buckets.negative.count)
        end(head, totals, .exponential(buckets))
    }

    private mutating func checkCount(of buckets: Int) {
        guard buckets > OTLPMetrics.bucketLimit else { return }
        refuse("\(buckets) buckets; at most \(OTLPMetrics.bucketLimit) are accepted")
    }

    private mutating func end(
        _ head: OTLPPointHead, _ totals: OTLPTotals, _ counts: OTLPMemory.Buckets.Counts?
    ) {
        guard let before = begin(head), case .histogram(let temporality) = currentShape else { return }
        if let reason = addHistogram(head, totals, temporality, counts) { undo(before, reason) }
    }

    /// Ends a point of a summary, with its quantiles, each in 0 ... 1.
    mutating func endSummary(
        _ head: OTLPPointHead, _ totals: OTLPTotals, _ quantiles: [(quantile: Double, value: Double)]
    ) {
        if !quantiles.allSatisfy({ (0...1).contains($0.quantile) }) { refuse("a quantile is not in 0 to 1") }
        guard let before = begin(head) else { return }
        if let reason = addTotals(head, totals, .cumulative) { return undo(before, reason) }
        for (quantile, value) in quantiles {
            let text = Array(NumberText.exact(quantile).utf8)
            if let reason = addQuantile(text, head, head.hasNoValue ? nil : value) {
                return undo(before, reason)
            }
        }
    }

    /// Adds the series of a histogram; what is returned is why they cannot be.
    private mutating func addHistogram(
        _ head: OTLPPointHead, _ totals: OTLPTotals, _ temporality: OTLPTemporality,
        _ counts: OTLPMemory.Buckets.Counts?
    ) -> String? {
        if let reason = addTotals(head, totals, temporality) { return reason }
        guard !head.hasNoValue else {
            for quantile in OTLPMetrics.quantiles {
                if let reason = addQuantile(quantile.text, head, nil) { return reason }
            }
            return nil
        }
        guard var counts else { return nil }
        if temporality == .cumulative {
            // The series of the percentiles has no label but `quantile` more than that of the metric's own name.
            let now = OTLPMemory.Buckets(start: head.start, end: head.time, counts: counts)
            switch encode() {
            case .failure(let fault): return fault.reason
            case .success(let range):
                let increase = increase(now, range)
                rewindLabels(to: range.lowerBound)
                guard let increase else { return nil }
                counts = increase
            }
        }
        let buckets: [BucketQuantiles.Bucket] =
            if case .exponential(let exponential) = counts { exponential.ascending } else { [] }
        for quantile in OTLPMetrics.quantiles {
            let value: Double? =
                switch counts {
                case .explicit(let bounds, let counts):
                    BucketQuantiles.explicit(quantile.value, bounds: bounds, counts: counts)
                case .exponential: BucketQuantiles.exponential(quantile.value, buckets)
                }
            guard let value, value.isFinite else { continue }
            if let reason = addQuantile(quantile.text, head, value) { return reason }
        }
        return nil
    }

    /// Adds the count and the sum; what is returned is why they cannot be.
    private mutating func addTotals(
        _ head: OTLPPointHead, _ totals: OTLPTotals, _ temporality: OTLPTemporality
    ) -> String? {
        for (suffix, value) in [("_count", totals.count), ("_sum", totals.sum)] as [(StaticString, Double?)] {
            guard value != nil || head.hasNoValue else { continue }
            switch encode(suffix) {
            case .failure(let fault): return fault.reason
            case .success(let range):
                let number = head.hasNoValue ? nil : value
                if let fault = add(range, .counter, head, number, temporality, detectsRestart: true) {
                    return fault.reason
                }
            }
        }
        return nil
    }

    private mutating func addQuantile(_ text: [UInt8], _ head: OTLPPointHead, _ value: Double?) -> String? {
        switch encode(quantile: text) {
        case .failure(let fault): return fault.reason
        case .success(let range):
            _ = add(range, .gauge, head, value, .cumulative, detectsRestart: false)
            return nil
        }
    }

    /// Adds one point of one series, the stale marker for no value.
    private mutating func add(
        _ range: Range<Int>, _ kind: MetricKind, _ head: OTLPPointHead, _ value: Double?,
        _ temporality: OTLPTemporality, detectsRestart: Bool
    ) -> DeltaFault? {
        guard let value else {
            let stale = Double(bitPattern: Point.staleMarkerBits)
            add(range, kind, head.milliseconds, stale, zeroAt: nil)
            return nil
        }
        switch temporality {
        case .unspecified: return DeltaFault("the aggregation temporality is neither delta nor cumulative")
        case .cumulative:
            let restart = detectsRestart ? restart(head, range) : nil
            add(range, kind, head.milliseconds, value, zeroAt: restart)
        case .delta:
            switch total(of: value, head, range) {
            case .failure(let fault): return fault
            case .success(let total): add(range, kind, head.milliseconds, total, zeroAt: nil)
            }
        }
        return nil
    }
}
