import Foundation
import Ingest
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

/// Clocks that a test moves, sleeps that only count, and what was logged.
final class RegistryClock: Sendable {
    let wall = Mutex<Int64>(RegistryData.start + 100 * 86_400_000)
    private let steady = Mutex<UInt64>(1)
    let slept = Mutex<[Double]>([])
    let lines = Mutex<[String]>([])
    /// What every call of the steady clock adds, so that work seems to take time; questions of a test are no work.
    let tick: UInt64
    @TaskLocal static var isAsked = false
    /// Whether sleeping passes time on the steady clock.
    let sleepsPass: Bool

    init(tick: UInt64 = 0, sleepsPass: Bool = false) {
        self.tick = tick
        self.sleepsPass = sleepsPass
    }

    var surroundings: PipelineSurroundings {
        PipelineSurroundings(
            steady: { [self] in
                steady.withLock {
                    if !Self.isAsked { $0 += tick }
                    return $0
                }
            },
            wall: { [self] in wall.withLock { $0 } }, threads: RegistryData.threads,
            sleep: { [self] seconds in
                slept.withLock { $0.append(seconds) }
                if sleepsPass { steady.withLock { $0 += UInt64(seconds * 1e9) } }
                usleep(300)
            },
            sha256: { String(FNV1a.hash($0), radix: 16) },
            log: { [self] _, line in lines.withLock { $0.append(line) } })
    }

    func said(_ words: String) -> Int { lines.withLock { lines in lines.count { $0.contains(words) } } }
}

enum RegistryData {
    /// A full minute.
    static let start: Int64 = 1_735_689_600_000
    static let minute: Int64 = 60_000

    static let threads = Threads { body in
        let ended = Promise<Bool>()
        let thread = Thread {
            body()
            ended.abandon()
        }
        thread.start()
        return { _ = ended.wait() }
    }

    static func labels(_ name: String, _ host: Int = 0) -> Labels {
        (try? Labels([("__name__", name), ("host", "\(host)")])) ?? .none
    }

    static func definition(
        _ name: String = "load", _ match: String = "load",
        _ change: (inout MetricDefinition) -> Void = { _ in }
    ) throws -> MetricDefinition {
        var definition = MetricDefinition(name: name, match: try Selector(parsing: match))
        definition.step = .fixed(milliseconds: minute)
        definition.model = "ridge"
        definition.season = .steps(24)
        change(&definition)
        return definition
    }

    /// A noisy season of 24 steps.
    static func season(_ count: Int, seed: UInt64 = 1) -> [Double] {
        var random = SeededSeries(seed: seed)
        return random.season(count, period: 24)
    }

    static func order(_ method: String? = nil, keeps: Bool = false) -> TrainingOrder {
        var order = TrainingOrder()
        order.method = method
        order.keepsChallenger = keeps
        return order
    }
}

/// A monitor and its trainer, whose looks a test takes itself.
final class RegistryBench: Sendable {
    let monitor: Monitor
    let trainer: Trainer
    let clock: RegistryClock

    init(
        _ definitions: [MetricDefinition], store: any Store = MemoryStore(), journal: String? = nil,
        clock: RegistryClock = RegistryClock()
    ) throws {
        self.clock = clock
        var settings = MonitorSettings()
        settings.shards = 2
        monitor = try Monitor.open(
            settings, store: store, journal: journal, definitions: definitions, in: clock.surroundings)
        trainer = Trainer(monitor)
    }

    deinit { stop() }

    func stop() {
        trainer.stop()
        monitor.stop()
    }

    /// Sends values a minute apart, from a step on.
    func feed(
        _ values: some Sequence<Double>, _ labels: Labels = RegistryData.labels("load"), from step: Int = 0
    ) {
        let points = values.enumerated().map {
            Point(
                milliseconds: RegistryData.start + Int64(step + $0) * RegistryData.minute, value: $1)
        }
        var decoded = DecodedPoints()
        decoded.append(labels, points)
        let done = Promise<Bool>()
        monitor.ingest(decoded) { report in done.fulfil(report.failure == nil && report.rejected == 0) }
        #expect(done.wait(seconds: 30) == true)
    }

    func id(_ labels: Labels = RegistryData.labels("load")) throws -> UInt32 {
        let series = monitor.series(matching: nil)
        return try #require(series.first { $0.labels == labels }).id
    }

    /// What a question finds in a series of the full tier.
    func full<T: Sendable>(
        _ labels: Labels = RegistryData.labels("load"), _ question: @escaping @Sendable (FullSeries) -> T
    ) throws -> T? {
        let id = try id(labels)
        let promise = Promise<T?>()
        let shard = monitor.shards[Int(id) % monitor.shards.count]
        shard.mailbox.put(
            .control { shard in promise.fulfil(shard.fulls[shard.slot(shard.local(id))].map(question)) })
        return promise.wait(seconds: 10) ?? nil
    }

    /// The version that is live; 0 is the default, `nil` none.
    func live(_ labels: Labels = RegistryData.labels("load")) throws -> Int? {
        try full(labels) { $0.live?.version } ?? nil
    }

    /// What is expected of the next step.
    func expected(_ labels: Labels = RegistryData.labels("load")) throws -> Double {
        try #require(try full(labels) { $0.expectation?.expected } ?? nil)
    }

    func points(_ labels: Labels = RegistryData.labels("load")) throws -> PointColumns {
        try monitor.points(of: id(labels))
    }

    /// Trains and waits for the result.
    @discardableResult
    func train(_ name: String = "load", _ order: TrainingOrder = TrainingOrder()) throws
        -> TrainingState.Result
    {
        _ = try trainer.train(name, order)
        return try result(of: name)
    }

    func result(of name: String = "load") throws -> TrainingState.Result {
        for _ in 0..<30_000 {
            let training = try RegistryClock.$isAsked.withValue(true) { try trainer.training(of: name) }
            if let result = training?.result { return result }
            usleep(1_000)
        }
        throw RegistryTimeout()
    }
}

/// A directory of its own for one test, gone afterwards.
final class RegistryDirectory: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/bellwether-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The files as a kill at this moment leaves them.
    func copy(_ data: String, to name: String) {
        let files = FileManager.default
        let (from, target) = ("\(path)/\(data)", "\(path)/\(name)")
        try? files.createDirectory(atPath: target, withIntermediateDirectories: true)
        for file in ["journal", "bellwether.db", "bellwether.db-wal"] {
            try? files.copyItem(atPath: from + "/" + file, toPath: target + "/" + file)
        }
    }

    func open(
        _ name: String, _ definitions: [MetricDefinition],
        crown: @escaping @Sendable (_ isDone: Bool) -> Void = { _ in }
    ) throws -> RegistryBench {
        let directory = try DataDirectory.open(path + "/" + name, holder: "a test")
        let store = PausingStore(try SQLiteStore(directory), aroundCrown: crown)
        return try RegistryBench(definitions, store: store, journal: directory.journalPath)
    }
}

struct RegistryTimeout: Error {}
