import Alerting
import Foundation
import Storage
import Synchronization
import Testing
import TimeSeries

@testable import Pipeline

/// A notifier that writes down what it is given, and answers as a test wants.
final class Recorder: Notifier, PictureNotifier {
    struct Call: Equatable {
        var id: String
        var payload: [UInt8]
    }

    let events: Set<Delivery.Event>
    let interval: Int64 = 60_000
    let calls = Mutex<[Call]>([])
    let pictures = Mutex<[[Message]]>([])
    let answer = Mutex<NotifierFailure?>(nil)
    private let before: @Sendable () -> Void

    /// - Parameter before: Called in each attempt, before it is written down.
    init(events: Set<Delivery.Event> = [.resolved], before: @escaping @Sendable () -> Void = {}) {
        self.events = events
        self.before = before
    }

    func payload(for message: Message) -> [UInt8] {
        Array("\(message.event) \(message.title) \(message.seriesCount) \(message.time)".utf8)
    }

    func send(_ payload: [UInt8], id: String, now: Int64) throws(NotifierFailure) {
        before()
        calls.withLock { $0.append(Call(id: id, payload: payload)) }
        if let failure = answer.withLock({ $0 }) { throw failure }
    }

    func send(_ messages: [Message], now: Int64) throws(NotifierFailure) {
        before()
        pictures.withLock { $0.append(messages) }
        if let failure = answer.withLock({ $0 }) { throw failure }
    }

    /// The names of events without the time of the opening: `incident-1-opened`.
    var ids: [String] {
        calls.withLock { calls in
            calls.map { call in
                call.id.split(separator: "-").filter { Int64($0) ?? 0 < 1_000_000 }.joined(separator: "-")
            }
        }
    }
}

/// Settings that send everything at once to some channels of one receiver.
func settings(_ channels: [(String, NotifierChannel)]) -> AlertSettings {
    var settings = AlertSettings()
    settings.receivers = [
        AlertSettings.Receiver(name: "ops", channels: channels.map { ($0.0, "recorder", $0.1) })
    ]
    var route = AlertRoute(receiver: "ops")
    route.groupWait = 0
    route.groupInterval = 0
    settings.route = route
    return settings
}

func settings(_ recorder: Recorder) -> AlertSettings { settings([("ops/recorder", .each(recorder))]) }

extension World {
    /// A desk that works.
    func desk(_ settings: AlertSettings, _ store: any Store) throws -> AlertDesk {
        let desk = try AlertDesk(settings, store: store, surroundings: surroundings(), recent: { _, _ in [] })
        try desk.start()
        return desk
    }

    var now: Int64 { wall.load(ordering: .relaxed) }

    func pass(milliseconds: Int64) {
        wall.wrappingAdd(milliseconds, ordering: .relaxed)
        pass(seconds: Double(milliseconds) / 1_000)
    }

    func verdict(
        _ series: UInt32, from: Int64? = nil, isOver: Bool = false, severity: Severity = .warning
    ) -> Verdict {
        let labels = try? Labels([("__name__", "rate"), ("service", "shop"), ("host", "h\(series)")])
        return Verdict(
            key: Verdict.Key(series: series, kind: .anomaly, from: from ?? now), isOver: isOver, time: now,
            labels: labels ?? .none, definition: "checkout", severity: severity,
            peak: Verdict.Peak(
                time: now, value: 1, expected: 9, lower: 8, upper: 10, score: 2, pValue: 1e-9, direction: -1,
                evidence: "residual"),
            sentence: "1 instead of 9", lateness: 600_000, leastOpen: 0)
    }
}

extension AlertDesk {
    /// Lets the desk look at its clock, and hand over what is due.
    func look() -> StorageError? {
        let error = drain()
        // What was due in the first step was handed over before the second began.
        return drain() ?? error
    }

    func channel(_ name: String = "ops/recorder") -> AlertStatus.Channel {
        status.channels.first { $0.name == name } ?? AlertStatus.Channel(name: "", kind: "")
    }
}

/// Waits for other threads until something holds.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ holds: () throws -> Bool
) rethrows {
    for _ in 0..<10_000 {
        if try holds() { return }
        usleep(2_000)
    }
    Issue.record(what, sourceLocation: sourceLocation)
}
