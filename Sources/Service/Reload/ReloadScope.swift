import Pipeline

/// What a change of the configuration comes to while the service runs.
enum ReloadScope {
    /// A setting that takes effect at the next start, and whether it is another one.
    struct Fixed: Sendable {
        let name: String
        let differs: @Sendable (Configuration, Configuration) -> Bool

        init(_ name: String, _ differs: @escaping @Sendable (Configuration, Configuration) -> Bool) {
            self.name = name
            self.differs = differs
        }
    }

    /// Sockets, threads, files and limits of the process.
    static let fixed: [Fixed] = [
        Fixed("listen") { $0.listen != $1.listen },
        Fixed("data") { $0.data != $1.data },
        Fixed("token-file") { $0.tokenFile != $1.tokenFile },
        Fixed("allowed-hosts") { $0.allowedHosts != $1.allowedHosts },
        Fixed("workers") { $0.workers != $1.workers },
        Fixed("queue") { $0.queue != $1.queue },
        Fixed("max-body") { $0.maxBodyBytes != $1.maxBodyBytes },
        Fixed("request-deadline") { $0.requestDeadlineSeconds != $1.requestDeadlineSeconds },
        Fixed("max-series") { $0.maxSeries != $1.maxSeries },
        Fixed("stale-after") { $0.staleAfterSeconds != $1.staleAfterSeconds },
        Fixed("statsd") { $0.statsd != $1.statsd },
        Fixed("statsd-flush") { $0.statsdFlushSeconds != $1.statsdFlushSeconds },
        Fixed("remote_write") { $0.remoteWrite != $1.remoteWrite },
        Fixed("federate") { $0.isFederating != $1.isFederating },
        Fixed("demo") { $0.demo != $1.demo },
        Fixed("identity") { $0.identity != $1.identity },
        Fixed("retention") { $0.retention != $1.retention },
    ]

    /// Settings that change at once; `metrics`, `retrain`, `alerting` and `scrape` do, too.
    static let live = ["external-url", "log-level", "reload-every"]

    /// The settings that differ from those of the start, and wait for the next.
    static func waiting(_ started: Configuration, _ now: Configuration) -> [String] {
        fixed.filter { $0.differs(started, now) }.map(\.name)
    }
}
