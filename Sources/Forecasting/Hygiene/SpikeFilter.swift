import Numerics
public import TimeSeries

/// Takes isolated spikes out of a history, so that one wild value neither bends a model, nor echoes
/// through its lags, nor widens its intervals.
///
/// A value is a spike when it is far both from the median of its neighbours and from the values one
/// season before and after it, by the usual size of the smallest of these distances. Series in which
/// many values are so are spiky by nature and stay as they are. The last values have neighbours on one side
/// only: up to two of them may be spikes, three in a row are the beginning of something new.
///
/// - Source: a Hampel filter with a seasonal exemption; Hampel, JASA 69 (1974).
public struct SpikeFilter: Sendable {
    /// Steps in a season, 1 for none.
    public var period: Int

    /// A distance of so many robust spreads of all distances makes a spike. The smallest of up to three
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
            // Most values repeat a neighbour; the mean of what does not is the unit then.
            let moving = known.filter { $0 > 0 }
            spread = moving.isEmpty ? 0 : Descriptive.median(moving)
        }
        guard spread > 0 else { return [] }
        var spikes = values.indices.filter { distances[$0] > Self.threshold * spread }
        let atEnd = spikes.filter { $0 >= values.count - Self.reach }
        if atEnd.count > Self.mostAtEnd { spikes.removeLast(atEnd.count) }
        let most = max(1, Int(Self.largestShare * Double(values.count)))
        return spikes.count <= most ? spikes : []
    }

    /// How far a value is from whatever is nearest to it among what it could resemble.
    private func distance(of step: Int, in values: [Double]) -> Double {
        let value = values[step]
        guard value.isFinite else { return .nan }
        let isAtEnd = step + Self.reach >= values.count
        let from = max(0, step - (isAtEnd ? 2 * Self.reach : Self.reach))
        let to = isAtEnd ? step : step + Self.reach
        var neighbours: [Double] = []
        for i in from...to where i != step && values[i].isFinite { neighbours.append(values[i]) }
        guard !neighbours.isEmpty else { return .nan }
        var smallest = abs(value - Descriptive.median(inPlace: &neighbours))
        guard period > 1 else { return smallest }
        for other in [step - period, step + period] where values.indices.contains(other) {
            let distance = abs(value - values[other])
            if distance < smallest { smallest = distance }
        }
        return smallest
    }
}
