/// What `/metrics` said: values by the name and labels of their series.
package struct ServiceMetrics: Sendable {
    private var values: [String: Double] = [:]

    package init(_ text: ArraySlice<UInt8>) {
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            values[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
    }

    /// The value of a series as it is written, `nan` when there is none.
    package subscript(series: String) -> Double { values[series] ?? .nan }

    /// The values of a family with one label, by the value of that label.
    package func labelled(_ name: String, _ label: String) -> [String: Double] {
        let prefix = "\(name){\(label)=\""
        var found: [String: Double] = [:]
        for (series, value) in values where series.hasPrefix(prefix) {
            found[String(series.dropFirst(prefix.count).dropLast(2))] = value
        }
        return found
    }
}
