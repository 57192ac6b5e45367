import TimeSeries

/// What is known of one series of StatsD in an interval.
struct StatsDCell: Sendable {
    let kind: StatsDPacket.Kind
    /// Intervals that ended since a sample came.
    private(set) var idleFlushes = 0
    private var hasSample = false
    /// A counter's sum, a gauge's value, or the weighted sum of a timer.
    private var value = 0.0
    /// How many values a timer stands for.
    private var weight = 0.0
    private var reservoir = Reservoir()
    private var members = DistinctCount()
    /// The labels of what a timer becomes, one after the other: count, mean, each quantile.
    private var derived: [UInt8] = []
    private var derivedEnds: [Int] = []

    /// A cell without a sample.
    ///
    /// - Parameter key: The labels in their byte form.
    init(_ kind: StatsDPacket.Kind, key: [UInt8], _ quantiles: [Double]) throws(DecodeError) {
        self.kind = kind
        guard kind == .timer else { return }
        do {
            let labels = try Labels(encoded: key.span)
            let name = labels[Labels.metricName] ?? ""
            var made = [
                try labels.setting(Labels.metricName, to: name + "_count"),
                try labels.setting(Labels.metricName, to: name + "_mean"),
            ]
            for level in quantiles {
                made.append(try labels.setting("quantile", to: NumberText.exact(level)))
            }
            for labels in made {
                derived += labels.encoded
                derivedEnds.append(derived.count)
            }
        } catch {
            throw DecodeError(reason: "\(error)")
        }
    }

    /// How many values or members are held.
    var kept: Int { kind == .set ? members.smallest.count : reservoir.values.count }

    /// Takes a sample of the series; returns whether one more value or member is held.
    mutating func add(_ sample: StatsDPacket.Sample, limit: Int, _ random: inout SplitMix) -> Bool {
        hasSample = true
        switch kind {
        case .counter: value += sample.value * sample.weight
        case .gauge: value = sample.isChange ? value + sample.value : sample.value
        case .set: return members.add(sample.member, limit: limit)
        case .timer:
            value += sample.value * sample.weight
            weight += sample.weight
            return reservoir.add(sample.value, limit: limit, &random)
        }
        return false
    }

    /// Adds the points of the interval and starts the next.
    mutating func flush(
        key: [UInt8], _ quantiles: [Double], at time: Timestamp, into decoded: inout DecodedPoints
    ) {
        switch kind {
        case .counter:
            decoded.append(key, value, at: time)
            value = 0
        case .gauge: decoded.append(key, value, at: time)
        case .set:
            decoded.append(key, members.count, at: time)
            members.removeAll()
        case .timer:
            decoded.append(labels(0), weight, at: time)
            if let found = reservoir.quantiles(quantiles) {
                decoded.append(labels(1), value / weight, at: time)
                for (index, quantile) in found.enumerated() {
                    decoded.append(labels(index + 2), quantile, at: time)
                }
            }
            reservoir.removeAll()
            value = 0
            weight = 0
        }
        idleFlushes = hasSample ? 0 : idleFlushes + 1
        hasSample = false
    }

    private func labels(_ index: Int) -> ArraySlice<UInt8> {
        derived[(index == 0 ? 0 : derivedEnds[index - 1])..<derivedEnds[index]]
    }
}

extension DecodedPoints {
    /// Adds one point; a sum that has left the range of numbers is rejected.
    fileprivate mutating func append(_ labels: some Collection<UInt8>, _ value: Double, at time: Timestamp) {
        guard value.isFinite else {
            return reject(1, DecodeError(reason: "a sum is beyond the largest number"))
        }
        let start = bytes.count
        bytes.append(contentsOf: labels)
        series.append(Entry(labels: start..<bytes.count, points: points.count..<points.count + 1))
        points.append(Point(milliseconds: time.milliseconds, value: value))
    }
}
