internal import Ingest
internal import Networking
internal import Pipeline
internal import Synchronization
internal import TimeSeries

/// Takes packets of StatsD over UDP, and stores one point a series and interval: one thread.
///
/// Intervals end at whole multiples of their length since 1970, and their points have that time. What came in an
/// interval that was not over when the service stops is stored with the time of the stop.
final class StatsDListener: Sendable {
    private let socket: DatagramSocket
    private let intervalMilliseconds: Int64
    private let monitor: Monitor
    private let clocks: Clocks
    private let log: Log
    private let seed: UInt64
    private let join = Mutex<(@Sendable () -> Void)?>(nil)
    private let packets = Counter(), bytes = Counter(), refused = Counter(), unstored = Counter()
    private let events = Counter(), checks = Counter()
    private let series = Atomic(0)

    /// The longest wait for packets, in milliseconds, so that a clock that is set is noticed.
    private static let longestWait: Int64 = 1000

    /// Binds the socket; nothing is read before ``start()``.
    ///
    /// - Parameter flushSeconds: The length of an interval.
    /// - Throws: `NetworkingError`.
    init(
        _ address: Address, flushSeconds: Double, monitor: Monitor, clocks: Clocks, log: Log, seed: UInt64
    ) throws(NetworkingError) {
        socket = try DatagramSocket(address)
        intervalMilliseconds = max(Int64((flushSeconds * 1000).rounded()), 1)
        self.monitor = monitor
        self.clocks = clocks
        self.log = log
        self.seed = seed
    }

    /// Where it takes packets.
    var address: Address { socket.address }

    /// Starts the thread; nothing is taken when the system has none.
    func start() {
        guard let join = startThread({ self.run() }) else {
            return log.warning("StatsD is not taken: the system has no thread")
        }
        self.join.withLock { $0 = join }
        log.info("StatsD is taken on \(address), UDP")
    }

    /// Lets the thread store what came so far, and end.
    func beginStop() { socket.stop() }

    /// Waits for that end.
    func stop() {
        beginStop()
        join.withLock { join in
            join?()
            join = nil
        }
    }

    private func run() {
        var aggregator = StatsDAggregator(seed: seed)
        var isFresh = true
        var end = nextEnd(after: milliseconds)
        var isRunning = true
        while isRunning {
            isRunning = socket.receive(waiting: Int(min(max(end - milliseconds, 0), Self.longestWait))) {
                packet in
                packets.add()
                bytes.add(packet.count)
                aggregator.add(packet)
                isFresh = false
            }
            let now = milliseconds
            if now >= end || nextEnd(after: now) < end {
                // A clock that was set ends the interval at once, at the boundary that lies behind it now.
                flush(&aggregator, at: nextEnd(after: now) - intervalMilliseconds)
                end = nextEnd(after: now)
                isFresh = true
            }
        }
        if !isFresh { flush(&aggregator, at: milliseconds) }
    }

    private var milliseconds: Int64 { Int64((clocks.wall() * 1000).rounded(.down)) }

    private func nextEnd(after now: Int64) -> Int64 {
        (now / intervalMilliseconds + 1) * intervalMilliseconds
    }

    private func flush(_ aggregator: inout StatsDAggregator, at time: Int64) {
        let decoded = aggregator.flush(at: Timestamp(milliseconds: time))
        series.store(aggregator.seriesCount, ordering: .relaxed)
        events.add(aggregator.ignoredEvents - events.value)
        checks.add(aggregator.ignoredChecks - checks.value)
        if decoded.rejected > 0 {
            refused.add(decoded.rejected)
            let reason = decoded.errors.first.map { ", as \($0)" } ?? ""
            log.debug("StatsD: \(decoded.rejected) lines were refused\(reason)")
        }
        let count = decoded.points.count
        guard count > 0 else { return }
        monitor.ingest(decoded) { [unstored, log] report in
            guard let failure = report.failure else { return }
            unstored.add(count)
            log.warning("\(count) points of StatsD are lost: \(failure)")
        }
    }

    /// Tells `/metrics` what came and what was dropped.
    func write(to out: inout Exposition) {
        out.counter("bellwether_statsd_packets_total", "Packets that came.", [([], Double(packets.value))])
        out.counter(
            "bellwether_statsd_bytes_total", "Bytes of packets that came.", [([], Double(bytes.value))])
        out.counter(
            "bellwether_statsd_dropped_total",
            "What was lost: packets by the kernel, samples refused, points not stored; and what is not kept.",
            [
                ("packet_kernel", socket.dropped), ("sample_refused", refused.value),
                ("point_unstored", unstored.value), ("event", events.value), ("check", checks.value),
            ].map { ([("what", $0.0)], Double($0.1)) })
        out.gauge(
            "bellwether_statsd_series", "Series of which packets came of late.", [],
            Double(series.load(ordering: .relaxed)))
    }
}
