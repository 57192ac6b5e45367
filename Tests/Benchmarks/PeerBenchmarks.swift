import Glibc
import Workload

/// The same question to FastAPI in front of StatsForecast, on the same machine in the same run.
enum PeerBenchmarks {
    static let models = ["seasonal-naive", "autoets", "autoregressive"]
    static let all: [Benchmark] = models.map(predict) + ServiceBenchmarks.models.map(ratios)

    /// With its warm-up, a model takes 6 s at most, and the answers that are under way.
    private static let seconds = 5.0

    private static func rateName(_ model: String) -> String { "peer/predict/\(model)/rate" }

    private static func predict(_ model: String) -> Benchmark {
        let name = "peer/predict/\(model)"
        return Benchmark(name: name) { report, session throws(Failure) in
            let peer: Peer
            do throws(Failure) {
                peer = try session.peer()
            } catch {
                return report.skip(name, error.description)
            }
            let body =
                "{\"values\":[\(SampleData.list(1000))],\"horizon\":48,\"model\":\"\(model)\",\"season\":24}"
            let load = Load(
                port: peer.port, request: RequestBytes.post("/predict", json: body),
                connections: session.connections)
            let result = try load.run(seconds: min(session.seconds, seconds))
            report.add(rateName(model), rate: result.perSecond, note: "\(session.connections) connections")
            report.add(name + "/latency", nanoseconds: result.medianLatency, worst: result.worstLatency)
        }
    }

    /// Our requests a second over theirs, of what was measured in this run.
    private static func ratios(of own: String) -> Benchmark {
        Benchmark(name: "ratio/\(own)") { report, _ in
            guard let ours = report.rates[ServiceBenchmarks.rateName(own)] else { return }
            for model in models {
                guard let theirs = report.rates[rateName(model)] else { continue }
                report.add("ratio/\(own)/\(model)", ours / theirs, unit: "×", note: "ours over theirs")
            }
        }
    }
}

/// The peer's processes; ended when its owner lets go.
final class Peer {
    let port: UInt16
    private let pid: pid_t
    private let script: Process

    /// Installs it if need be, starts it, and waits until it answers.
    init() throws(Failure) {
        guard access("/usr/bin/python3", X_OK) == 0 || access("/usr/local/bin/python3", X_OK) == 0 else {
            throw Failure("no python3")
        }
        let path = "Tests/Benchmarks/peer/run.sh"
        guard access(path, X_OK) == 0 else { throw Failure("no \(path) here") }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure("pipe: \(String(cString: strerror(errno)))") }
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let started = Result { () throws(Failure) in try Process("/bin/bash", [path], output: ends[1]) }
        close(ends[1])
        var script = try started.get()
        let code = script.wait()
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = code == 0 ? read(ends[0], &bytes, bytes.count) : 0
        let words = String(decoding: bytes[..<max(count, 0)], as: UTF8.self).split(
            whereSeparator: \.isWhitespace)
        guard words.count == 2, let port = UInt16(words[0]), let pid = pid_t(words[1]) else {
            throw Failure("run.sh ended with \(code)")
        }
        self.port = port
        self.pid = pid
        self.script = script
    }

    /// Its first process ends its workers; what is left of the group after 10 s is killed with ``script``.
    deinit {
        kill(pid, SIGTERM)
        for _ in 0..<100 where kill(pid, 0) == 0 { usleep(100_000) }
    }
}
