/// Every scenario of the generator by its permanent name.
public enum GeneratorCatalog {
    /// One scenario.
    public struct Entry: Sendable {
        /// The permanent name: stored files and scripts hold it.
        public let name: String
        /// What it is, in one line.
        public let summary: String
        /// What the values are counted in.
        public let unit: String
        /// The idea behind it, and where it was published.
        public let source: String
        /// No value lies outside.
        public let range: ClosedRange<Double>
        /// What may go wrong in it.
        public let kinds: [IncidentKind]
        /// Whether its level may also move down.
        let movesBothWays: Bool
        let mechanism: any Scenario.Type

        /// Generates a series.
        ///
        /// About one incident in 400 points, at least one if `settings` want any and there are two points;
        /// none in the first tenth.
        ///
        /// - Precondition: `settings.points` ≥ 1 and `settings.fitsInTime`.
        /// - Complexity: O(*n*), about a microsecond a point for steps up to an hour.
        public func make(_ settings: GeneratorSettings = GeneratorSettings()) -> GeneratedSeries {
            Generator(entry: self, settings: settings).series()
        }
    }

    /// The scenarios.
    public static let entries: [Entry] = [
        Entry(
            name: "web-requests", summary: "requests a step: daily and weekly season, Poisson noise",
            unit: "requests", source: "Cox, Some statistical methods connected with series of events, 1955",
            range: 0...1e15,
            kinds: [.spike, .dip, .levelShift, .ramp, .varianceBurst, .frozen, .missing, .seasonChange],
            movesBothWays: true, mechanism: WebRequests.self),
        Entry(
            name: "cpu", summary: "busy per cent of a host: a daily bump and a job every full hour",
            unit: "per cent", source: "a daily wave, a cron job as a rectangular pulse, AR(1) noise",
            range: 0...100,
            kinds: [.spike, .levelShift, .ramp, .varianceBurst, .frozen, .missing, .seasonChange],
            movesBothWays: false, mechanism: CPU.self),
        Entry(
            name: "latency", summary: "milliseconds of a request: log-normal, with short bursts",
            unit: "milliseconds", source: "log-normal service times; bursts as shot noise (Campbell 1909)",
            range: 0...1e6, kinds: [.spike, .levelShift, .ramp, .varianceBurst, .frozen, .missing],
            movesBothWays: false, mechanism: Latency.self),
        Entry(
            name: "queue-depth", summary: "waiting jobs: a batch every two hours, worked off linearly",
            unit: "jobs", source: "a saw-tooth over a mean-reverting (Ornstein & Uhlenbeck 1930) backlog",
            range: 0...1e6,
            kinds: [.spike, .levelShift, .ramp, .varianceBurst, .frozen, .missing, .seasonChange],
            movesBothWays: false, mechanism: QueueDepth.self),
        Entry(
            name: "disk-used", summary: "used per cent of a disk: growth, and logs rotated at midnight",
            unit: "per cent", source: "saturating growth and a daily saw-tooth",
            range: 0...100, kinds: [.spike, .levelShift, .ramp, .frozen, .missing],
            movesBothWays: false, mechanism: DiskUsed.self),
        Entry(
            name: "orders", summary: "orders a step: business hours, a third on weekends",
            unit: "orders", source: "an inhomogeneous Poisson process with opening hours",
            range: 0...1e15, kinds: [.spike, .dip, .levelShift, .missing, .seasonChange],
            movesBothWays: true, mechanism: Orders.self),
        Entry(
            name: "temperature", summary: "degrees Celsius in a room: a smooth daily wave",
            unit: "degrees Celsius", source: "a daily wave and AR(1) noise (Yule 1927)",
            range: -50...100,
            kinds: [.spike, .dip, .levelShift, .ramp, .varianceBurst, .frozen, .missing, .seasonChange],
            movesBothWays: true, mechanism: Temperature.self),
        Entry(
            name: "error-ratio", summary: "failed over all requests: 0 to 1, mostly 0",
            unit: "failed over all", source: "rare failures in Poisson traffic", range: 0...1,
            kinds: [.spike, .levelShift, .ramp, .missing],
            movesBothWays: false, mechanism: ErrorRatio.self),
    ]

    /// The permanent names.
    public static var names: [String] { entries.map(\.name) }

    /// The scenario of a name.
    public static func entry(_ name: String) -> Entry? {
        entries.first { $0.name == name }
    }
}
