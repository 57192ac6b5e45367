import Workload

/// The service as its users have it: another process, behind a socket.
enum ServiceBenchmarks {
    static let models = ["ridge", "auto", "mlp"]
    static let all: [Benchmark] = [start, idle] + models.map(predict) + [soak]

    static let targets = (startMilliseconds: 50, idleMegabytes: 35, ridgePerSecond: 500)

    /// A thousand points, 48 steps ahead.
    static func body(model: String) -> String {
        "{\"series\":[{\"values\":[\(SampleData.list(1000))]}],\"horizon\":48,\"model\":\"\(model)\","
            + "\"levels\":[80,95]}"
    }

    static func rateName(_ model: String) -> String { "service/predict/\(model)/rate" }

    private static let start = Benchmark(name: "service/start") { report, _ throws(Failure) in
        var times: [Double] = []
        for _ in 0..<11 { times.append(try Server().startNanoseconds) }
        times.sort()
        report.add(
            "service/start", nanoseconds: times[5], worst: times[10],
            note: "spawn to /-/ready, of 11; at most \(targets.startMilliseconds) ms wanted")
    }

    private static let idle = Benchmark(name: "service/rss/idle") { report, session throws(Failure) in
        let megabytes = try session.service().residentMegabytes ?? .nan
        report.add(
            "service/rss/idle", megabytes, unit: "MB", note: "at most \(targets.idleMegabytes) MB wanted")
    }

    private static func predict(_ model: String) -> Benchmark {
        let name = "service/predict/\(model)"
        return Benchmark(name: name) { report, session throws(Failure) in
            let server = try session.service()
            let before = try server.stages()
            let cpuBefore = server.cpuSeconds ?? .nan
            let result = try load(model, server, session).run(seconds: session.seconds)
            let after = try server.stages()
            let cpu = (server.cpuSeconds ?? .nan) - cpuBefore
            let wanted = model == "ridge" ? ", at least \(targets.ridgePerSecond) wanted" : ""
            report.add(
                rateName(model), rate: result.perSecond,
                note: "\(session.connections) connections, \(session.seconds) s" + wanted)
            report.add(name + "/latency", nanoseconds: result.medianLatency, worst: result.worstLatency)
            report.add(
                name + "/cpu", 1000 * cpu / Double(result.count), unit: "ms",
                note: "processor time of the service a request: hardly depends on what else runs")
            let spent = ["json", "fit", "score", "encode"].map {
                ($0, after[$0, default: 0] - before[$0, default: 0])
            }
            let total = spent.reduce(0) { $0 + $1.1 }
            for (stage, seconds) in spent {
                report.add(name + "/share/\(stage)", 100 * seconds / total, unit: "%")
            }
            report.add(name + "/rss", server.residentMegabytes ?? .nan, unit: "MB")
        }
    }

    private static let soak = Benchmark(name: "service/soak") { report, session throws(Failure) in
        guard session.soakMinutes > 0 else { return report.skip("service/soak", "--soak MINUTES runs it") }
        let server = try session.service()
        report.add("service/soak/rss/before", server.residentMegabytes ?? .nan, unit: "MB")
        let result = try load("ridge", server, session).run(seconds: 60 * session.soakMinutes)
        report.add("service/soak/rss/after", server.residentMegabytes ?? .nan, unit: "MB")
        report.add(
            "service/soak/rate", rate: result.perSecond, note: "\(session.soakMinutes) minutes of ridge")
        report.add("service/soak/latency", nanoseconds: result.medianLatency, worst: result.worstLatency)
    }

    private static func load(_ model: String, _ server: Server, _ session: Session) -> Load {
        Load(
            port: server.port, request: RequestBytes.post("/api/v1/predict", json: body(model: model)),
            connections: session.connections)
    }
}
