public import TimeSeries

/// Puts packets of StatsD together into one point a series and interval.
///
/// - A counter is how many there were in the interval, each sample counted one by its rate: not a rate a second. One
///   of which nothing came is 0.
/// - A gauge is what it was last; one of which nothing came is repeated. A change of a gauge that is not known starts
///   from 0.
/// - Timers, histograms and distributions become `<name>_count`, 0 when nothing came, `<name>_mean`, and `<name>` with
///   the label `quantile`, in the sender's unit; count and mean weigh each value one by its rate, the quantiles do not.
/// - A set is the number of its different members, 0 when nothing came; above 1024 it is an estimate with a standard
///   error of 3 %.
/// - A series of which nothing came in so many intervals is forgotten, and with it its zeros and repetitions.
/// - The first kind of a series holds; samples of another are rejected.
public struct StatsDAggregator: Sendable {
    /// What may be kept, and what becomes of timers.
    public struct Settings: Equatable, Sendable {
        /// The most series of the senders; a timer counts as one.
        public var seriesLimit = 100_000
        /// The most values of a timer, and members of a set, that are kept in an interval: of more timer values, a
        /// uniform sample.
        public var samplesPerSeries = 1024
        /// The most of them in all; once they are reached, a series that has fewer than 16 may still have 16.
        public var samplesInAll = 2_000_000
        /// Intervals without a sample after which a series is forgotten, at least 1; an hour at 10 s.
        public var idleFlushes = 360
        /// Which quantiles timers have, each from 0 to 1.
        public var quantiles = [0.5, 0.9, 0.99]

        /// The usual ones.
        public init() {}
    }

    private let settings: Settings
    private var random: SplitMix
    private var packet = StatsDPacket()
    private var table = ByteTable()
    private var cells: [StatsDCell] = []
    /// How many samples and members are kept in this interval.
    private var kept = 0
    private var refused = DecodedPoints()

    /// Events that came, which are not kept.
    public private(set) var ignoredEvents = 0
    /// Service checks that came, which are not kept.
    public private(set) var ignoredChecks = 0
    /// How many series are known.
    public var seriesCount: Int { cells.count }

    /// The fewest samples of a series that are kept when there is no room for more.
    private static let fewestSamples = 16

    /// Nothing known.
    ///
    /// - Parameter seed: Decides which values of a timer are kept when not all are.
    public init(settings: Settings = Settings(), seed: UInt64 = 0) {
        self.settings = settings
        random = SplitMix(state: seed)
    }

    /// Takes the samples of a packet.
    ///
    /// Lines that are wrong, samples of another kind than the series has, and those of new series over the limit are
    /// counted and told by the next ``flush(at:)``.
    ///
    /// - Complexity: O(*n*) in bytes, no allocation for a known counter or gauge.
    public mutating func add(_ bytes: [UInt8]) {
        packet.removeAll()
        packet.read(bytes)
        ignoredEvents += packet.ignoredEvents
        ignoredChecks += packet.ignoredChecks
        refused.add(rejected: packet.rejected, packet.errors)
        for sample in packet.samples {
            guard let index = cell(of: sample) else { continue }
            guard cells[index].kind == sample.kind else {
                let reason = "\(name(sample)) is a \(cells[index].kind), and came as a \(sample.kind)"
                refused.reject(1, DecodeError(reason: reason))
                continue
            }
            let limit = kept < settings.samplesInAll ? settings.samplesPerSeries : 0
            let most = max(limit, min(settings.samplesPerSeries, Self.fewestSamples), cells[index].kept)
            if cells[index].add(sample, limit: most, &random) { kept += 1 }
        }
    }

    /// The points of the interval that ends, and what was not taken in it; the next one begins.
    ///
    /// - Parameter time: The time of every point.
    /// - Complexity: O(*n*) in series and kept samples, with a sort for each timer.
    public mutating func flush(at time: Timestamp) -> DecodedPoints {
        var decoded = refused
        refused = DecodedPoints()
        kept = 0
        for index in cells.indices {
            cells[index].flush(key: table.keys[index], settings.quantiles, at: time, into: &decoded)
        }
        let staying = cells.indices.filter { cells[$0].idleFlushes < max(settings.idleFlushes, 1) }
        if staying.count < cells.count {
            cells = staying.map { cells[$0] }
            table.keep(staying)
        }
        return decoded
    }

    /// The cell of a sample's series; a new one when there is room.
    private mutating func cell(of sample: StatsDPacket.Sample) -> Int? {
        let found = packet.bytes.withUnsafeBufferPointer { bytes in
            table.index(of: UnsafeBufferPointer(rebasing: bytes[sample.labels]))
        }
        if let found { return found }
        guard cells.count < settings.seriesLimit else {
            let limit = settings.seriesLimit
            refused.reject(1, DecodeError(reason: "no more than \(limit) series"))
            return nil
        }
        let key = Array(packet.bytes[sample.labels])
        do throws(DecodeError) {
            cells.append(try StatsDCell(sample.kind, key: key, settings.quantiles))
        } catch {
            refused.reject(1, error)
            return nil
        }
        table.add(key)
        return cells.count - 1
    }

    private func name(_ sample: StatsDPacket.Sample) -> String {
        guard let labels = try? Labels(encoded: packet.bytes.span.extracting(sample.labels)) else {
            return ""
        }
        return labels.description
    }
}

extension DecodedPoints {
    /// Adds what another reader did not take.
    fileprivate mutating func add(rejected count: Int, _ reasons: [DecodeError]) {
        rejected += count
        errors += reasons.prefix(Self.errorLimit - errors.count)
    }
}
