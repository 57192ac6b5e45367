import Numerics
public import TimeSeries

/// Takes isolated spikes out of a history, so that one wild value neither bends a model, nor echoes
/// through its lags, nor widens its intervals.
///
/// A value is a spike when it is far from the medians of its neighbours on either side and from the values one
/// season before and after it, by the usual size of the smallest of these distances. Series in which
/// many values are so are spiky by nature and stay as they are. The last values have neighbours on one side
/// only: up to two of them may be spikes, three in a row are the beginning of something new.
///
/// - Source: a Hampel filter with a seasonal exemption; Hampel, JASA 69 (1974).
public struct SpikeFilter: Sendable {
    /// Steps in a season, 1 for none.
    public var period: Int

    /// A distance of so many robust spreads of all distances makes a spike. The smallest of up to four
    /// distances is about half a standard deviation of the noise, so this is some six of those.
    static let threshold = 12.0
    /// Neighbours on either side.
    static let reach = 3
    /// More spikes than this share are the nature of the series.
    static let largestShare = 0.02
    static let fewestValues = 16
    /// So many wild values at the end are kept from the model, as a stream would keep them.
    static let mostAtEnd = 2

    /// A filter for a series with a season of `period` steps.
    public init(period: Int) {
        self.period = period
    }

    /// The history with `nan` in place of its spikes. O(n).
    public func cleaned(_ history: Series) -> Series {
        let spikes = spikes(in: history.values)
        var cleaned = history
        for step in spikes { cleaned.values[step] = .nan }
        return cleaned
    }

    /// The steps of the spikes, ascending.
    public func spikes(in values: [Double]) -> [Int] {
        guard values.count >= Self.fewestValues else { return [] }
        let distances = values.indices.map { distance(of: $0, in: values) }
        let known = distances.filter(\.isFinite)
        guard !known.isEmpty else { return [] }
        var spread = Descriptive.normalConsistency * Descriptive.median(known)
        if spread == 0 {
            // Most values repeat a neighbour. A few that do not are the spikes; of many, the usual one is the unit.
            let moving = known.filter { $0 > 0 }
            let few = moving.count <= Self.most(of: values.count)
            spread = few ? (moving.min() ?? 0) / (2 * Self.threshold) : Descriptive.median(moving)
        }
        guard spread > 0 else { return [] }
        var spikes = values.indices.filter { distances[$0] > Self.threshold * spread }
        let atEnd = spikes.filter { $0 >= values.count - Self.reach }
        if atEnd.count > Self.mostAtEnd { spikes.removeLast(atEnd.count) }
        return spikes.count <= Self.most(of: values.count) ? spikes : []
    }

    /// So many spikes among so many values are still exceptions.
    private static func most(of count: Int) -> Int { max(1, Int(largestShare * Double(count))) }

    /// How far a value is from whatever is nearest to it among what it could resemble.
    private func distance(of step: Int, in values: [Double]) -> Double {
        let value = values[step]
        guard value.isFinite else { return .nan }
        // Each side by itself, so that both sides of a step resemble their own.
        let isAtEnd = step + Self.reach >= values.count
        let before = median(of: values, from: step - (isAtEnd ? 2 : 1) * Self.reach, to: step - 1)
        let after = isAtEnd ? .nan : median(of: values, from: step + 1, to: step + Self.reach)
        guard before.isFinite || after.isFinite else { return .nan }
        var smallest = min(
            before.isFinite ? abs(value - before) : .infinity, after.isFinite ? abs(value - after) : .infinity
        )
        guard period > 1 else { return smallest }
        for other in [step - period, step + period] where values.indices.contains(other) {
            let distance = abs(value - values[other])
            if distance < smallest { smallest = distance }
        }
        return smallest
    }

    /// The median of a stretch as far as it exists; `nan` when nothing in it is known.
    private func median(of values: [Double], from first: Int, to last: Int) -> Double {
        // At most six values: sorted in place as they come, without an allocation for each step.
        var known = InlineArray<6, Double>(repeating: 0)
        var count = 0
        for i in max(first, 0)..<max(min(last + 1, values.count), max(first, 0)) where values[i].isFinite {
            var place = count
            while place > 0 && known[place - 1] > values[i] {
                known[place] = known[place - 1]
                place -= 1
            }
            known[place] = values[i]
            count += 1
        }
        guard count > 0 else { return .nan }
        return count % 2 == 1 ? known[count / 2] : (known[count / 2 - 1] + known[count / 2]) / 2
    }
}
