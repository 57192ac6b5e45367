import Foundation
import Networking
import Service
import Synchronization
import Testing

@testable import CLI

/// A server that answers `query_range` as Prometheus does, and notes what it was asked.
private final class FakePrometheus: Sendable {
    private let asked = Mutex<[(start: Double, end: Double, step: Double)]>([])
    /// The most points of all series together that it gives at once.
    private let mostSamples: Int

    init(mostSamples: Int = .max) { self.mostSamples = mostSamples }

    var windows: [(start: Double, end: Double, step: Double)] { asked.withLock { $0 } }

    var route: Route {
        Route(.get, "/prom/api/v1/query_range", "Answers.", answer: .other("application/json")) {
            request, _ in
            self.answer(request)
        }
    }

    private func answer(_ request: Request) -> HTTPResponse {
        let (start, end, step) = (number(request, "start"), number(request, "end"), number(request, "step"))
        asked.withLock { $0.append((start, end, step)) }
        let count = Int((end - start) / step) + 1
        guard request.query("query") == "load" else {
            return error(400, "bad_data", "parse error: unexpected end of input")
        }
        guard count <= 11_000 else {
            return error(400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries")
        }
        guard 2 * count <= mostSamples else {
            return error(422, "execution", "query processing would load too many samples into memory")
        }
        let series = ["a", "b"].map { host in
            let values = (0..<count).map { place in
                let time = start + Double(place) * step
                let value = host == "b" && place == 0 ? "NaN" : "\(Int(time / 60) % 97)"
                return "[\(time),\"\(value)\"]"
            }
            return
                #"{"metric":{"__name__":"load","host":"\#(host)"},"values":[\#(values.joined(separator: ","))]}"#
        }
        return .text(
            #"{"status":"success","warnings":["slow"],"data":{"resultType":"matrix","result":["#
                + series.joined(separator: ",") + "]}}", contentType: "application/json")
    }

    private func number(_ request: Request, _ name: String) -> Double {
        Double(request.query(name) ?? "") ?? .nan
    }

    private func error(_ status: Int, _ type: String, _ message: String) -> HTTPResponse {
        .text(
            #"{"status":"error","errorType":"\#(type)","error":"\#(message)"}"#, status: status,
            contentType: "application/json")
    }
}

@Suite(.timeLimit(.minutes(2)))
struct PrometheusImportTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private var data: String { folder.path + "/data" }

    private func ask(_ peer: RunningService, _ words: [String]) -> Outcome {
        bellwether(["import", "--prometheus", peer.url + "/prom", "--data", data] + words)
    }

    @Test func `the past comes in windows of at most 11000 points, every point once`() throws {
        let prometheus = FakePrometheus()
        let peer = try RunningService(folder.path + "/peer", routes: [prometheus.route])
        // 15,000 minutes from 2025-01-01T00:00:00Z.
        let words = [
            "--query", "load", "--start", "2025-01-01T00:00:00Z", "--end", "\(1_735_689_600 + 899_940)",
        ]
        let run = ask(peer, words)
        #expect(run.code == .success, "\(run.errors)")
        #expect(run.output == "accepted 29998, rejected 0, duplicates 0, late 0\n", "\(run.output)")
        #expect(run.errors.contains("2 points are no number") && run.errors.contains("slow"), "\(run.errors)")
        #expect(prometheus.windows.map(\.start) == [1_735_689_600, 1_735_689_600 + 660_000])
        #expect(prometheus.windows.map(\.end) == [1_735_689_600 + 659_940, 1_735_689_600 + 899_940])
        #expect(prometheus.windows.allSatisfy { $0.step == 60 })
        let export = bellwether("export", #"load{host="a"}"#, "--data", data, "-o", "csv")
        #expect(export.output.split(separator: "\n").count == 15_001)
        let again = ask(peer, words + ["-o", "json"])
        #expect(again.output.contains(#""duplicates":29998"#), "\(again.output)")
    }

    @Test func `a window that is too much for the server is asked by halves, into a running service`() throws
    {
        let prometheus = FakePrometheus(mostSamples: 3000)
        let peer = try RunningService(folder.path + "/peer", routes: [prometheus.route])
        let service = try RunningService(folder.path + "/served")
        let run = bellwether(
            "import", "--prometheus", peer.url + "/prom", "--url", service.url, "--query", "load", "--start",
            "1735689600", "--end", "1735779540", "--step", "15s")
        #expect(run.code == .success, "\(run.errors)")
        // 5,997 steps; 1,375 of them at once, and the first value of each window of one series is none.
        #expect(prometheus.windows.filter { ($0.end - $0.start) / 15 <= 1374 }.count == 5)
        #expect(run.output.hasPrefix("accepted 11989, rejected 0"), "\(run.output)")
    }

    @Test func `what Prometheus says is told, and what is asked wrongly too`() throws {
        let prometheus = FakePrometheus()
        let peer = try RunningService(folder.path + "/peer", routes: [prometheus.route])
        let bad = ask(peer, ["--query", "load{", "--start", "1735689600", "--end", "1735689700"])
        #expect(bad.code == .failure && bad.errors.contains("bad_data"), "\(bad.errors)")
        #expect(bad.errors.contains("unexpected end of input"))
        let other = bellwether(
            "import", "--prometheus", peer.url, "--data", data, "--query", "load", "--start", "1735689600")
        #expect(other.code == .failure && other.errors.contains("is it a Prometheus?"), "\(other.errors)")
        let away = bellwether(
            "import", "--prometheus", "http://127.0.0.1:1", "--data", data, "--query", "x", "--start", "0")
        #expect(away.code == .failure && away.errors.contains("refused"), "\(away.errors)")
        for (words, expected) in [
            (["--start", "0"], "--query"), (["--query", "x"], "--start"),
            (["--query", "x", "--start", "yesterday"], "--start"),
            (["--query", "x", "--start", "9", "--end", "1"], "after --end"),
            (["--query", "x", "--start", "0", "--step", "soon"], "--step"),
            (["--query", "x", "--start", "0", "a.csv"], "a.csv"),
            (["--query", "x", "--start", "0", "--label", "a=b"], "--label"),
        ] {
            let run = ask(peer, words)
            #expect(run.code == .usage && run.errors.contains(expected), "\(words): \(run.errors)")
        }
        let lone = bellwether("import", "a.csv", "--query", "x")
        #expect(lone.code == .usage && lone.errors.contains("belongs to --prometheus"), "\(lone.errors)")
    }
}
