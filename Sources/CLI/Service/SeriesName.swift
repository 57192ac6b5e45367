import Networking
import TimeSeries

/// The labels of a series in an answer.
enum SeriesName {
    /// In the notation of Prometheus, by which a selector finds it again.
    static func text(_ labels: JSONValue?) -> String { "\(read(labels))" }

    /// The labels; none where the answer has none.
    static func read(_ labels: JSONValue?) -> Labels {
        let pairs = labels?.members.map(Array.init)?.compactMap { name, value in
            value.string.map { (name: name, value: $0) }
        }
        return (try? Labels(pairs ?? [])) ?? .none
    }
}
