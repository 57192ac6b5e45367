import Glibc
import Synchronization

/// What happened while a load ran for some seconds.
package struct IngestMeasurement: Sendable {
    /// Where the service says that its time goes.
    package static let stages = [
        "decompress", "decode", "resolve", "encode", "journal", "score", "checkpoint",
    ]

    /// Seconds.
    package let elapsed: Double
    /// Samples in each second, ascending.
    package let rates: [Double]
    /// Nanoseconds of each request, ascending.
    package let latencies: [Double]
    /// Processor time of the program under load, in seconds.
    package let serviceSeconds: Double
    /// Of this program.
    package let generatorSeconds: Double
    /// Memory in RAM of the program under load at the end, in MB.
    package let residentMegabytes: Double
    /// What the service said of itself; empty for another program.
    private let before: ServiceMetrics
    private let after: ServiceMetrics

    /// Measures a load on the service.
    package init(
        of load: RemoteWriteLoad, _ server: Server, seconds: Int
    ) throws(WorkloadFailure) {
        try self.init(of: load, pid: server.pid, seconds: seconds) { () throws(WorkloadFailure) in
            try server.metrics()
        }
    }

    /// Measures a load on any program.
    package init(of load: RemoteWriteLoad, on pid: Int32, seconds: Int) {
        do throws(WorkloadFailure) {
            try self.init(of: load, pid: pid, seconds: seconds) { () throws(WorkloadFailure) in
                ServiceMetrics([])
            }
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private init(
        of load: RemoteWriteLoad, pid: Int32, seconds: Int,
        asking: () throws(WorkloadFailure) -> ServiceMetrics
    ) throws(WorkloadFailure) {
        before = try asking()
        let cpu = (Process.cpuSeconds(of: pid) ?? .nan, Self.ownSeconds)
        let clock = ContinuousClock()
        _ = load.takeLatencies()
        let begin = clock.now
        var rates: [Double] = []
        var (last, time) = (load.samples, begin)
        for _ in 0..<seconds where !load.hasFailed {
            sleep(1)
            let (samples, now) = (load.samples, clock.now)
            rates.append(Double(samples - last) / ((now - time) / .seconds(1)))
            (last, time) = (samples, now)
        }
        elapsed = (time - begin) / .seconds(1)
        latencies = load.takeLatencies().sorted()
        serviceSeconds = (Process.cpuSeconds(of: pid) ?? .nan) - cpu.0
        generatorSeconds = Self.ownSeconds - cpu.1
        residentMegabytes = Process.residentMegabytes(of: pid) ?? .nan
        after = try asking()
        self.rates = rates.sorted()
    }

    /// How much a counter of the service grew; `nan` when it has none of this name.
    package func difference(_ series: String) -> Double { after[series] - before[series] }

    /// The median second; 0 when there was none.
    package var medianRate: Double { rates.isEmpty ? 0 : rates[rates.count / 2] }

    /// A quantile of the latencies, in nanoseconds; `nan` without a request.
    package func latency(_ share: Double) -> Double {
        latencies.isEmpty ? .nan : latencies[min(Int(share * Double(latencies.count)), latencies.count - 1)]
    }

    /// How many samples were scored within so many seconds of the last byte of their request, of all that were; `nan`
    /// when none was.
    ///
    /// - Parameter bound: One of the bounds of the service's histogram.
    package func scoredShare(within bound: Double) -> Double {
        delays[String(bound), default: .nan] / delays["+Inf", default: .nan]
    }

    /// A quantile of the nanoseconds from the last byte of a request to the scores of its samples, read off a straight
    /// line between the bounds of the service's histogram; `nan` when nothing was scored.
    package func scoreDelay(_ share: Double) -> Double {
        let rising = delays.map { (bound: Double($0) ?? .infinity, count: $1) }.sorted { $0.bound < $1.bound }
        guard let all = rising.last?.count, all > 0 else { return .nan }
        var last = (bound: 0.0, count: 0.0)
        for next in rising {
            if next.count >= share * all, next.count > last.count {
                guard next.bound.isFinite else { break }
                let inside = (share * all - last.count) / (next.count - last.count)
                return (last.bound + max(inside, 0) * (next.bound - last.bound)) * 1e9
            }
            last = next
        }
        return last.bound * 1e9
    }

    /// How many more samples than before were scored within each bound, in seconds.
    private var delays: [String: Double] {
        let name = "bellwether_score_delay_seconds_bucket"
        let earlier = before.labelled(name, "le")
        return after.labelled(name, "le").reduce(into: [:]) {
            $0[$1.key] = $1.value - earlier[$1.key, default: 0]
        }
    }

    /// Samples that were sent and acknowledged.
    package var samples: Double { rates.isEmpty ? 0 : rates.reduce(0, +) / Double(rates.count) * elapsed }

    /// Processor time of this program.
    private static var ownSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension RemoteWriteLoad {
    /// Loads a service and measures it.
    ///
    /// - Parameters:
    ///   - seconds: How long it is measured.
    ///   - warmUp: How long it is loaded before, and how many samples of each series have come by then, at least.
    package func measured(
        _ server: Server, seconds: Int, warmUp: (seconds: Int, samples: Int)
    ) throws(WorkloadFailure) -> IngestMeasurement {
        let box = Mutex<IngestMeasurement?>(nil)
        try run { [self] in
            let clock = ContinuousClock()
            let begin = clock.now
            while !hasFailed, depth < warmUp.samples || clock.now - begin < .seconds(warmUp.seconds) {
                usleep(10_000)
            }
            let measured = try? IngestMeasurement(of: self, server, seconds: seconds)
            box.withLock { $0 = measured }
        }
        guard let measured = box.withLock({ $0 }) else { throw WorkloadFailure("/metrics did not answer") }
        return measured
    }
}
