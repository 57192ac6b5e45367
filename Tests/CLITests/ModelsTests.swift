import Foundation
import Networking
import Service
import Synchronization
import TestSupport
import Testing

@testable import CLI

/// A service that answers trainings by their name, without any model.
private final class StubTrainings: Sendable {
    private let state = Mutex((asked: 0, cancelled: false, bodies: [String]()))

    var asked: Int { state.withLock { $0.asked } }
    var bodies: [String] { state.withLock { $0.bodies } }

    /// - Parameter name: A decision, `busy`, `unknown`, or `endless`, which runs until it is cancelled.
    private func training(_ name: String) -> String {
        let isOver = state.withLock { state in
            state.asked += 1
            return name == "endless" ? state.cancelled : state.asked % 3 == 0
        }
        guard isOver else { return #"{"state":"running","stage":"back-test","done":3,"of":10}"# }
        let decision = name == "endless" ? "cancelled" : name
        return #"""
            {"state":"done","stage":"promote","done":1,"of":1,"result":{"decision":"\#(decision)","version":null,
            "detail":"it is \#(decision)","metrics":{"challenger_scaled_error":0.5},"seconds":1.5,
            "failures":[{"labels":{"__name__":"m"},"reason":"too short"}]}}
            """#
    }

    var routes: [Route] {
        [
            Route(
                .post, "/api/v1/models/{name}/retrain", "Starts.", kind: .pooled,
                body: .init("TrainingOrder"), answer: .json("TrainingStarted")
            ) { [self] request, _ in
                state.withLock { $0.bodies.append(String(decoding: request.body, as: UTF8.self)) }
                switch request.parameter("name") {
                case "busy": throw Problem("already-running", 409, "Already running", detail: "It runs.")
                case "unknown":
                    throw Problem("unknown-definition", 404, "Unknown definition", detail: "None.")
                case "invalid": throw Problem("invalid-body", 422, "Invalid body", detail: "/model: none")
                default: return .text("{}", status: 202)
                }
            },
            Route(.get, "/api/v1/models/{name}/training", "Tells.", kind: .pooled, answer: .json("Training"))
            {
                [self] request, _ in .text(training(request.parameter("name")))
            },
            Route(
                .delete, "/api/v1/models/{name}/training", "Cancels.", kind: .pooled,
                answer: .json("Training")
            ) {
                [self] _, _ in
                state.withLock { $0.cancelled = true }
                return .text("{}", status: 202)
            },
        ]
    }
}

@Suite(.timeLimit(.minutes(3)))
struct ModelsTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private var data: String { folder.path + "/data" }

    @Test(arguments: [
        (["promoted"], ExitCode.success), (["not_better"], .notBetter), (["not_enough_data"], .notEnoughData),
        (["gate_breached"], .gateBreached), (["failed"], .failure), (["cancelled"], .cancelled),
        (["busy"], .alreadyRunning), (["unknown"], .failure), (["invalid"], .usage),
        (["promoted", "not_better"], .notBetter), (["not_better", "not_enough_data"], .notEnoughData),
        (["not_enough_data", "busy"], .alreadyRunning), (["busy", "gate_breached"], .gateBreached),
        (["gate_breached", "invalid"], .usage), (["invalid", "promoted", "unknown"], .failure),
    ])
    func `the exit code is that of the gravest decision`(names: [String], code: ExitCode) throws {
        let service = try RunningService(data, routes: StubTrainings().routes)
        let outcome = bellwether(["retrain"] + names + ["--url", service.url, "-o", "csv"])
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.lines.count == names.count + 1)
        #expect(
            outcome.lines[0] == "name,decision,version,challenger_error,champion_error,difference_low,"
                + "difference_high,coverage_95,seconds,detail")
        let json = bellwether(["retrain"] + names + ["--url", service.url, "-o", "json"])
        let root = try JSONDocument(Array(json.output.utf8)).root
        #expect(root["exit_code"]?.integer == Int(code.rawValue))
        #expect(root["results"]?.count == names.count)
    }

    @Test func `options go with the order, and only train says that it deployed`() throws {
        let stub = StubTrainings()
        let service = try RunningService(data, routes: stub.routes)
        let train = bellwether(
            "train", "promoted", "--model", "ridge", "--window", "14d", "--seed", "7", "--keep", "--url",
            service.url)
        #expect(stub.bodies == [#"{"model":"ridge","window":"14d","seed":7,"keep":true}"#])
        #expect(train.lines.last == "ML models trained and deployed successfully", "\(train.errors)")
        #expect(train.errors.contains("promoted: no model for m: too short"))
        #expect(train.lines.allSatisfy { $0.count <= 80 })
        let again = bellwether("retrain", "promoted", "--url", service.url)
        #expect(again.code == .success && again.lines.last == "promoted: it is promoted")
        #expect(
            bellwether("train", "not_better", "--url", service.url).lines.last
                == "not_better: it is not_better")
        #expect(stub.bodies.last == "{}")
        #expect(bellwether("train", "--url", service.url).code == .usage)
    }

    @Test func `models are trained, listed, shown, promoted and rolled back, here and through a service`()
        throws
    {
        let values = waves(400)
        let rows = values.enumerated().map { "\(1_764_547_200 + $0 * 3600),\($1)" }
        let file = folder.file((["timestamp,cpu"] + rows).joined(separator: "\n"))
        let short = folder.file("timestamp,few\n1764547200,1\n1764550800,2\n", "short.csv")
        let config = folder.file("metrics:\n  - name: cpu\n    match: cpu\n    step: 1h\n", "m.yaml")
        let place = ["--data", data, "--config", config]
        #expect(bellwether(["import", file, short] + place).code == .success)
        let first = bellwether(["train", "cpu", "--model", "holt-winters", "--keep"] + place)
        #expect([.success, .notBetter].contains(first.code), "\(first.output) \(first.errors)")
        let naive = bellwether(["retrain", "cpu", "--model", "seasonal-naive", "--keep"] + place)
        #expect(naive.code != .failure, "\(naive.output) \(naive.errors)")
        #expect(bellwether(["retrain", "few"] + place).code == .notEnoughData)
        #expect(bellwether(["retrain", "nothing"] + place).code == .failure)

        let list = bellwether(["models", "list", "cpu", "-o", "csv"] + place)
        #expect(list.rows.map { $0[1] } == ["1", "2"], "\(list.output) \(list.errors)")
        #expect(
            bellwether(["models", "promote", "cpu", "2"] + place).output.hasPrefix(
                "cpu: version 2 is champion"))
        #expect(
            bellwether(["models", "promote", "cpu", "1"] + place).output
                == "cpu: version 1 is champion, before it 2\n")
        let here = bellwether(["models", "show", "cpu", "1"] + place)
        #expect(here.lines.contains { $0.hasPrefix("champion") && $0.hasSuffix("yes") }, "\(here.output)")

        let service = try RunningService(data, config: config)
        #expect(bellwether(["models", "show", "cpu", "1"] + place).output == here.output)
        #expect(
            bellwether("models", "rollback", "cpu", "--url", service.url).output
                == "cpu: version 2 is champion, before it 1\n")
        let table = bellwether("models", "--url", service.url)
        #expect(table.lines.count == 3 && table.lines.allSatisfy { $0.count <= 80 }, "\(table.output)")
        #expect(bellwether("models", "show", "cpu", "--url", service.url).output.contains("champion since"))
        #expect(
            bellwether("models", "promote", "cpu", "9", "--url", service.url).errors.contains(
                "Unknown version"))
        let json = bellwether("models", "list", "-o", "json", "--url", service.url)
        #expect(try JSONDocument(Array(json.output.utf8)).root["models"]?.count == 2)
    }

    @Test(arguments: [
        (["models", "frob"], "models does list, show, promote, rollback, not 'frob'"),
        (["models", "promote", "cpu"], "write 'bellwether models promote NAME VERSION'"),
        (["models", "show"], "write 'bellwether models show NAME [VERSION]'"),
        (["models", "show", "cpu", "x"], "VERSION must be a whole number from 1 on, not 'x'"),
        (["train", "m", "--seed", "-1"], "--seed must be a whole number"),
        (["retrain"], "retrain needs NAME"),
        (["import"], "import needs FILE"),
        (["import", "F", "--format", "xml"], "--format must be one of csv, json"),
        (["restore", "B"], "restore needs --data DIR"), (["backup"], "backup needs DEST"),
        (["export", "a", "b"], "export takes one SELECTOR, not 2"),
    ])
    func `bad usage ends with 2 and one line`(words: [String], message: String) {
        let outcome = bellwether(words)
        #expect(outcome.code == .usage && outcome.output.isEmpty)
        #expect(
            outcome.errors.contains(message) && outcome.errors.split(separator: "\n").count == 1,
            "\(outcome.errors)")
    }

    @Test(arguments: ["cpu", "a.b:c-1"])
    func `a plain name stands in the path`(name: String) {
        #expect(ModelPath(name).retrain == "/api/v1/models/\(name)/retrain" && ModelPath(name).query.isEmpty)
    }

    @Test(arguments: ["cpu{host=\"a\"}", "-", "..", "a/b", ""])
    func `any other name stands in the query`(name: String) {
        #expect(ModelPath(name).training == "/api/v1/models/-/training")
        #expect(ModelPath(name).query.map(\.value) == [name])
    }

    @Test(.enabled(if: Program.bellwether != nil, "the program is not built"))
    func `Ctrl-C cancels the training and waits for its end`() throws {
        let stub = StubTrainings()
        let service = try RunningService(data, routes: stub.routes)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Program.bellwether))
        process.arguments = ["train", "endless", "promoted", "--url", service.url]
        let (stdout, stderr) = (Pipe(), Pipe())
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        while stub.asked < 2 { usleep(10_000) }
        process.interrupt()
        let output = String(decoding: stdout.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errors = String(decoding: stderr.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130, "\(errors)")
        #expect(errors.contains("endless: cancelled; the champion was kept"), "\(errors)")
        #expect(!output.contains("deployed") && !output.contains("promoted "))
    }
}
