internal import Networking
internal import Pipeline

/// Where the service gets points by itself or beside its routes: StatsD over UDP, targets that are scraped.
final class IngestSources: Sendable {
    private let statsd: StatsDListener?
    private let scraper: Scraper

    /// Binds what is to be bound; nothing is taken before ``start()``.
    ///
    /// - Throws: `NetworkingError` for an address that it cannot have, `HTTPClientError` for a target that is none.
    init(_ configuration: Configuration, monitor: Monitor, clocks: Clocks, log: Log, seed: UInt64) throws {
        scraper = try Scraper(
            configuration.scrape, mostBytes: configuration.maxBodyBytes, monitor: monitor, clocks: clocks,
            log: log)
        statsd = try configuration.statsd.map {
            try StatsDListener(
                $0, flushSeconds: configuration.statsdFlushSeconds, monitor: monitor, clocks: clocks,
                log: log, seed: seed)
        }
    }

    /// Where StatsD is taken, if it is.
    var statsdAddress: Address? { statsd?.address }

    /// Starts the threads.
    func start() {
        statsd?.start()
        scraper.start()
    }

    /// The targets of a list: those that are scraped already where nothing about them differs, else new ones.
    ///
    /// - Throws: `HTTPClientError` for an address that is none; nothing has changed then.
    func targets(_ sources: [ScrapeSource]) throws(HTTPClientError) -> [ScrapedTarget] {
        try scraper.targets(sources)
    }

    /// Scrapes these targets from now on, and no others.
    func follow(_ targets: [ScrapedTarget]) { scraper.follow(targets) }

    /// Lets the threads end by themselves, so that a slow target delays nobody.
    func beginStop() {
        scraper.beginStop()
        statsd?.beginStop()
    }

    /// Waits for the end of the threads; what StatsD brought is stored by then.
    func stop() {
        scraper.stop()
        statsd?.stop()
    }

    /// Tells `/metrics` how each of them does.
    func write(to out: inout Exposition) {
        statsd?.write(to: &out)
        scraper.write(to: &out)
    }
}
