import Glibc
import Networking
import Synchronization
import Testing

@testable import Service

/// Sends packets over UDP to a port of this machine.
private struct PacketSender: ~Copyable {
    private let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    private let port: Int

    init(_ port: Int) { self.port = port }

    deinit { close(descriptor) }

    borrowing func send(_ text: String) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bytes = Array(text.utf8)
        let sent = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(sent == bytes.count)
    }
}

@Suite(.timeLimit(.minutes(3)))
struct StatsDListenerTests {
    private let anyPort = Address(host: "127.0.0.1", port: 0)

    private func text(_ listener: StatsDListener) -> String {
        var out = Exposition(.prometheus)
        listener.write(to: &out)
        return out.text
    }

    /// Waits until something holds; `false` when it does not within half a minute.
    private func wait(_ condition: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<6000 {
            if try condition() { return true }
            usleep(5_000)
        }
        return false
    }

    @Test func `packets become one point a series at the end of each interval`() throws {
        let service = try StoredService()
        let time = Mutex(StoredService.now - 85)  // 25 s before the end of a minute
        let clocks = Clocks(wall: { time.withLock { $0 } }, steady: Clocks.system.steady)
        let listener = try StatsDListener(
            anyPort, flushSeconds: 60, monitor: service.store.monitor, clocks: clocks, log: .silent, seed: 1)
        #expect(listener.address.port > 0)
        listener.start()
        let sender = PacketSender(listener.address.port)
        sender.send("hits:3|c\nload:0.5|g")
        sender.send("hits:1|c|@0.5\nnonsense")
        sender.send("_e{1,1}:a|b")
        #expect(wait { text(listener).contains("bellwether_statsd_packets_total 3") })
        #expect(service.get("/api/v1/series").text.contains("hits") == false)
        time.withLock { $0 += 30 }
        #expect(
            wait { service.get("/api/v1/export", [("selector", "hits")]).text.contains(#""values":[5]"#) })
        let end = Int(StoredService.now) - 60
        #expect(service.get("/api/v1/export", [("selector", "load")]).text.contains("[\(end)]"))
        let metrics = text(listener)
        #expect(metrics.contains(#"bellwether_statsd_dropped_total{what="sample_refused"} 1"#), "\(metrics)")
        #expect(metrics.contains(#"bellwether_statsd_dropped_total{what="event"} 1"#), "\(metrics)")
        #expect(metrics.contains("bellwether_statsd_series 2"), "\(metrics)")
        // What came in an interval that is not over is stored when it stops.
        sender.send("hits:7|c")
        #expect(wait { text(listener).contains("bellwether_statsd_packets_total 4") })
        listener.stop()
        #expect(wait { service.get("/api/v1/export", [("selector", "hits")]).text.contains("[5,7]") })
    }

    @Test func `the service takes StatsD where it is told to, and tells of it`() throws {
        let app = try startProduct {
            $0.statsd = Address(host: "127.0.0.1", port: 0)
            $0.statsdFlushSeconds = 0.1
        }
        defer { app.stop(grace: .seconds(2)) }
        let address = try #require(app.statsdAddress)
        PacketSender(address.port).send("page.views:2|c|#region:eu")
        let found = wait {
            Wire.ask(app, "GET /api/v1/series?match[]=page_views", ["Host: localhost"]).text
                .contains(#""region":"eu""#)
        }
        #expect(found)
        let metrics = Wire.ask(app, "GET /metrics", ["Host: localhost"]).text
        #expect(metrics.contains("bellwether_statsd_packets_total 1"))
        #expect(metrics.contains(#"bellwether_statsd_dropped_total{what="packet_kernel"} 0"#))
        // Nobody else gets the port.
        #expect(throws: NetworkingError.addressInUse(address)) {
            try startProduct { $0.statsd = address }
        }
    }

    @Test func `the settings have the same name in flags, variables and the file`() throws {
        let flags = try Configuration.resolve(
            flags: [("statsd", "0.0.0.0:8125"), ("statsd-flush", "1m")], environment: [:])
        #expect(flags.statsd == Address(host: "0.0.0.0", port: 8125) && flags.statsdFlushSeconds == 60)
        #expect(flags.warnings.contains { $0.contains("UDP knows no token") })
        let variables = try Configuration.resolve(
            flags: [], environment: ["BELLWETHER_STATSD": "127.0.0.1:8125", "BELLWETHER_STATSD_FLUSH": "5s"])
        #expect(variables.statsd?.port == 8125 && variables.statsdFlushSeconds == 5)
        #expect(variables.warnings.isEmpty)
        let file = try Configuration.resolve(
            flags: [], environment: [:], files: [("a.yaml", Array("statsd: 127.0.0.1:9125\n".utf8))])
        #expect(file.statsd?.port == 9125 && file.statsdFlushSeconds == 10)
        #expect(try Configuration.resolve(flags: [], environment: [:]).statsd == nil)
        #expect(throws: ConfigurationError.self) {
            try Configuration.resolve(flags: [("statsd", "8125")], environment: [:])
        }
    }
}
