internal import Ingest
internal import Networking
internal import Pipeline
internal import TimeSeries

/// Makes bodies of remote write of scores: six series for each that is scored.
struct ScoreEncoder {
    /// A body, compressed, and its samples.
    struct Body {
        let bytes: [UInt8]
        let samples: Int
    }

    /// The labels of a series by its number; `nil` when there is none.
    let labels: (UInt32) -> Labels?
    /// What was encoded of the labels of series, in the order of the names.
    private var encoded: [UInt32: [[UInt8]]] = [:]

    /// A body ends with the series with which it reaches so many samples, or so many bytes before compression.
    private static let mostSamples = 10_000, mostBytes = 4 << 20
    /// A body has at most so many values of one series.
    private static let mostValues = 1_000
    /// The labels of at most so many series are remembered, about a kilobyte each.
    private static let mostRemembered = 50_000

    init(labels: @escaping (UInt32) -> Labels?) {
        self.labels = labels
    }

    /// The bodies of some scores, to be sent in this order: of each series the times rise within a body and from one to
    /// the next.
    mutating func bodies(of scores: [ExportedScore]) -> [Body] {
        var order: [UInt32] = []
        var bySeries: [UInt32: [ExportedScore]] = [:]
        for score in scores {
            if bySeries[score.series] == nil { order.append(score.series) }
            bySeries[score.series, default: []].append(score)
        }
        var bodies: [Body] = []
        var encoder = RemoteWriteEncoder()
        var samples = 0
        func end() {
            guard samples > 0 else { return }
            bodies.append(Body(bytes: Snappy.compress(encoder.bytes), samples: samples))
            encoder = RemoteWriteEncoder()
            samples = 0
        }
        for series in order {
            guard let names = names(of: series), let all = bySeries[series] else { continue }
            for first in stride(from: 0, to: all.count, by: Self.mostValues) {
                let part = all[first..<min(first + Self.mostValues, all.count)]
                for (name, labels) in zip(ExportedName.allCases, names) {
                    let points = part.compactMap { score in
                        score.value(of: name).map { Point(milliseconds: score.time, value: $0) }
                    }
                    guard !points.isEmpty else { continue }
                    encoder.append(encodedLabels: labels, points)
                    samples += points.count
                }
                if samples >= Self.mostSamples || encoder.bytes.count >= Self.mostBytes { end() }
            }
        }
        end()
        return bodies
    }

    private mutating func names(of series: UInt32) -> [[UInt8]]? {
        if let known = encoded[series] { return known }
        guard let labels = labels(series) else { return nil }
        let names = ExportedName.allCases.map { labels.exported(as: $0).encoded }
        if encoded.count >= Self.mostRemembered { encoded = [:] }
        encoded[series] = names
        return names
    }
}
