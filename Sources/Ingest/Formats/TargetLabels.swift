import TimeSeries

/// Labels of a target that go to each of its series.
struct TargetLabels {
    private let labels: [(name: [UInt8], value: [UInt8])]
    private let honorsLabels: Bool

    init(_ target: ScrapeTarget) {
        labels = target.labels.pairs.map { (Array($0.name.utf8), Array($0.value.utf8)) }
        honorsLabels = target.honorsLabels
    }

    /// Adds the labels to those of a series, which give way to them or not.
    func join(_ series: inout LabelScratch) {
        guard !labels.isEmpty else { return }
        let own = series.pairs.count
        for label in labels {
            let conflict = series.pairs[..<own].firstIndex { series.isEqual($0.name, label.name) }
            if let conflict {
                if honorsLabels { continue }
                series.rename(conflict, to: exported(label.name, in: series))
            }
            series.append(contentsOf: label.name)
            _ = series.endName(makingValid: false)
            series.append(contentsOf: label.value)
            _ = series.endValue()
        }
    }

    /// The name with `exported_` before it as often as nobody has it.
    private func exported(_ name: [UInt8], in series: LabelScratch) -> [UInt8] {
        var name = name
        repeat {
            name = Self.prefix + name
        } while series.pairs.contains { series.isEqual($0.name, name) } || labels.contains { $0.name == name }
        return name
    }

    private static let prefix = Array("exported_".utf8)
}
