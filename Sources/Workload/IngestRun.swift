import Glibc

/// Remote write against a service of its own: as fast as it can, at half that rate, and a restart after a crash.
package struct IngestRun: Sendable {
    /// Series, at least 1; rounded so that every request has as many.
    package var series = 100_000
    /// How many of them a definition judges.
    package var full = 0
    package var connections = 2
    /// Seconds of the measured load; of the one at half its rate at most ten.
    package var seconds = 60
    /// Seconds of load before anything is measured.
    package var warmUpSeconds = 5
    /// Values of every series before anything is measured. The first 64 set a unit; after 256 and after 612, and up to
    /// 127 more, a season is looked for and learned, which costs once.
    package var knownValues = 70

    /// The most series in one request.
    package static let mostInRequest = 10_000
    /// Series of one instance.
    private static let seriesOfInstance = 100

    /// The defaults.
    package init() {}

    /// What was found.
    package struct Result: Sendable {
        package var series = 0
        package var load: IngestMeasurement
        package var half: IngestMeasurement
        /// Bytes a stored sample: of chunks, and of the whole database with states and labels.
        package var chunkBytes = 0.0
        package var databaseBytes = 0.0
        /// From the start after the crash to the first answer, and to one that knows all scores; and the samples of the
        /// journal.
        package var restartSeconds = 0.0
        package var caughtUpSeconds = 0.0
        package var journalSamples = 0
    }

    /// Requests that a connection makes in turn, and the series of each.
    private var shape: (turns: Int, perRequest: Int) {
        let turns = max(
            1, (series + connections * Self.mostInRequest - 1) / (connections * Self.mostInRequest))
        return (turns, max(series / (connections * turns), 1))
    }

    /// A definition of the first series of the first request.
    private var definition: String {
        guard full > 0 else { return "" }
        let instances = (full + Self.seriesOfInstance - 1) / Self.seriesOfInstance
        let names = (0..<instances).map(String.init).joined(separator: "|")
        return """
            metrics:
              - name: bench
                match: '{instance=~"host-0-(\(names))\\\\.example\\\\.com:9100"}'
                step: 15s

            """
    }

    /// Runs all of it.
    ///
    /// - Parameter note: Hears what is done now.
    /// - Throws: ``WorkloadFailure`` for an answer that is none, and for samples that were acknowledged and are not
    ///   stored.
    package func run(_ note: (String) -> Void) throws(WorkloadFailure) -> Result {
        let shape = shape
        let total = shape.turns * shape.perRequest * connections
        note("the service starts with \(total) series on \(connections) connections")
        let server = try Server(metrics: definition)
        note("load for \(seconds) s, after it warmed up")
        let first = load(on: server, nil, start: nil)
        let measured = try measure(first, server, seconds: seconds, isFirst: true)
        try server.checkpoint()
        let sizes = try bytesASample(of: server, acknowledged: first.samples)
        // Later than everything before: a source makes a body a step.
        let later = Int64(time(nil) - 365 * 86_400) * 1_000 + Int64(first.most + 10) * RemoteWriteSource.step
        let short = min(seconds, 10)
        note("half of that for \(short) s")
        let second = load(on: server, measured.medianRate / 2, start: later)
        let half = try measure(second, server, seconds: short, isFirst: false)
        note("the service is ended as by a crash, and starts again")
        server.crash()
        let clock = ContinuousClock()
        let begin = clock.now
        let again = try Server(metrics: definition, after: server)
        try again.waitForScores()
        let caughtUp = (clock.now - begin) / .seconds(1)
        try again.checkpoint()
        _ = try bytesASample(of: again, acknowledged: first.samples + second.samples)
        return Result(
            series: total, load: measured, half: half, chunkBytes: sizes.chunks,
            databaseBytes: sizes.database,
            restartSeconds: again.startNanoseconds / 1e9, caughtUpSeconds: caughtUp,
            journalSamples: second.samples)
    }

    private func load(on server: Server, _ rate: Double?, start: Int64?) -> RemoteWriteLoad {
        RemoteWriteLoad(
            port: server.port,
            sources: RemoteWriteSource.sources(
                connections: connections, requestsInTurn: shape.turns, series: shape.perRequest, start: start),
            samplesPerSecond: rate)
    }

    private func measure(
        _ load: RemoteWriteLoad, _ server: Server, seconds: Int, isFirst: Bool
    ) throws(WorkloadFailure) -> IngestMeasurement {
        try load.measured(
            server, seconds: seconds, warmUp: isFirst ? (warmUpSeconds, knownValues) : (0, 0))
    }

    private func bytesASample(
        of server: Server, acknowledged: Int
    ) throws(WorkloadFailure) -> (chunks: Double, database: Double) {
        let metrics = try server.metrics()
        let points = metrics["bellwether_stored_points"]
        guard points == Double(acknowledged) else {
            throw WorkloadFailure("\(acknowledged) samples were acknowledged and \(points) are stored")
        }
        let database = Double(server.files()["bellwether.db", default: 0])
        return (metrics["bellwether_stored_chunk_bytes"] / points, database / points)
    }
}
