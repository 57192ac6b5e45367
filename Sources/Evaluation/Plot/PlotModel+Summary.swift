extension PlotModel {
    /// Whether the horizontal axis shows moments.
    var hasTimes: Bool {
        if case .times = axis { true } else { false }
    }

    /// The picture in one sentence, for those who cannot see it.
    var summary: String {
        let finite = observed.filter(\.isFinite)
        var parts = ["\(observed.count) values"]
        if let low = finite.min(), let high = finite.max() {
            parts[0] +=
                " from \(DecimalText.short(low)) to \(DecimalText.short(high))"
                + (unit.map { " " + $0 } ?? "")
        }
        let missing = observed.count - finite.count
        if missing > 0 { parts.append("\(missing) missing") }
        if !anomalies.isEmpty {
            parts.append(
                anomalies.count == 1 ? "1 anomalous stretch" : "\(anomalies.count) anomalous stretches")
        }
        if horizon > 0 { parts.append("a forecast of \(horizon) \(horizon == 1 ? "step" : "steps")") }
        return parts.joined(separator: ", ") + "."
    }

    /// Indices of the finite values inside anomalies, ascending.
    func anomalousIndices() -> [Int] {
        var marked = [Bool](repeating: false, count: observed.count)
        for anomaly in anomalies { for index in anomaly.range { marked[index] = true } }
        return observed.indices.filter { marked[$0] && observed[$0].isFinite }
    }
}
