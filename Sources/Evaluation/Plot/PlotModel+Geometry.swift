extension PlotModel {
    /// How many steps the forecast has.
    var horizon: Int { forecast?.mean.count ?? 0 }

    /// Positions on the horizontal axis: of the history, then of the forecast.
    func positions() -> [Double] {
        switch axis {
        case .steps(let first): (0..<observed.count + horizon).map { Double(first) + Double($0) }
        case .times(let times, _): times.map { Double($0) }
        }
    }

    /// Traps when the arrays do not fit together.
    func checkShape() {
        let count = observed.count
        for (name, values) in [("expected", expected), ("lower", lower), ("upper", upper)] {
            precondition(
                values.isEmpty || values.count == count, "\(values.count) \(name) for \(count) observed")
        }
        precondition(lower.isEmpty == upper.isEmpty, "a lower bound without an upper one")
        for band in forecast?.bands ?? [] {
            precondition(
                band.lower.count == horizon && band.upper.count == horizon,
                "band of \(band.lower.count) and \(band.upper.count) for \(horizon) steps")
        }
        if case .times(let times, _) = axis {
            precondition(
                times.count == count + horizon, "\(times.count) times for \(count) + \(horizon) values")
            precondition(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "times not ascending")
        }
        for row in heat {
            precondition(row.values.count == count, "\(row.values.count) of heat for \(count) observed")
        }
        for anomaly in anomalies {
            precondition(
                anomaly.range.lowerBound >= 0 && anomaly.range.upperBound < count,
                "anomaly \(anomaly.range) in \(count) values")
        }
    }

    /// The values that the vertical axis must span, with room above and below.
    ///
    /// Lines always fit. Bands may widen the range by three times as much on either side and are cut off
    /// beyond, so that an interval that explodes does not flatten the data.
    func valueRange() -> ClosedRange<Double> {
        var core = FiniteRange()
        core.add(observed)
        core.add(expected)
        core.add(forecast?.mean ?? [])
        var wide = core
        wide.add(lower)
        wide.add(upper)
        for band in forecast?.bands ?? [] {
            wide.add(band.lower)
            wide.add(band.upper)
        }
        guard wide.low <= wide.high else { return 0...1 }
        if core.low > core.high { core = wide }
        let magnitude = max(abs(core.low), abs(core.high))
        let span = core.high - core.low
        var low = core.low
        var high = core.high
        if span > 0 {
            low = max(wide.low, core.low - 3 * span)
            high = min(wide.high, core.high + 3 * span)
        } else {
            low = max(wide.low, core.low - max(magnitude, 1))
            high = min(wide.high, core.high + max(magnitude, 1))
        }
        let least = max(magnitude * 1e-9, 1e-200)
        if high - low < least {
            let room = magnitude > 0 ? magnitude * 0.1 : 1
            return (low >= 0 ? max(0, low - room) : low - room)...(high + room)
        }
        let room = (high - low) * 0.05
        // Near zero the axis begins at zero: lengths can then be compared.
        let bottom = low >= 0 && low < 0.3 * high ? 0 : low - room
        return bottom...(high + room)
    }
}

/// The smallest and largest finite number seen, within what double arithmetic can still subtract.
private struct FiniteRange {
    var low = Double.infinity
    var high = -Double.infinity

    mutating func add(_ values: [Double]) {
        for value in values where value.isFinite {
            let bounded = min(max(value, -1e307), 1e307)
            low = min(low, bounded)
            high = max(high, bounded)
        }
    }
}
