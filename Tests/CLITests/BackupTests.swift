import Foundation
import Networking
import Synchronization
import Testing

@testable import CLI

@Suite(.timeLimit(.minutes(3)))
struct BackupTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test
    func `a backup of a service that is being written to is restored elsewhere with the same anomalies`()
        throws
    {
        let file = folder.file(minutes("cpu", 900, jump: 500), "points.jsonl")
        let copy = folder.path + "/copy.db"
        do {
            let service = try RunningService(folder.path + "/data")
            #expect(bellwether("import", file, "--url", service.url).code == .success)
            let isDone = Flag()
            let (url, noise) = (service.url, folder.path + "/noise.json")
            let writer = Thread {
                var round = 0
                while !isDone.isUp {
                    let line =
                        "{\"labels\":{\"__name__\":\"noise\"},\"timestamp\":\(1_764_547_200 + round),\"value\":1}\n"
                    try? line.write(toFile: noise, atomically: true, encoding: .utf8)
                    _ = bellwether("import", noise, "--url", url)
                    round += 1
                }
            }
            writer.start()
            let outcome = bellwether("backup", copy, "--data", service.data)
            isDone.raise()
            #expect(outcome.code == .success, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("\(copy): ") && outcome.output.contains(" points\n"))
            while !writer.isFinished { usleep(1000) }
            let again = bellwether("backup", copy, "--data", service.data)
            #expect(again.code == .failure && again.errors.contains("exists"))
        }
        let other = folder.path + "/other"
        let restored = bellwether("restore", copy, "--data", other)
        #expect(restored.code == .success, "\(restored.errors)")
        let points = ["export", "cpu", "--data"]
        #expect(bellwether(points + [other]).output == bellwether(points + [folder.path + "/data"]).output)
        let anomalies = try anomalies(folder.path + "/data")
        #expect(anomalies.contains("\"peak_score\""), "\(anomalies)")
        #expect(try self.anomalies(other) == anomalies)
        let twice = bellwether("restore", copy, "--data", other)
        #expect(twice.code == .failure && twice.errors.contains("has a database already"), "\(twice.errors)")
    }

    @Test func `a backup without a service, and what cannot be done`() {
        let data = folder.path + "/data"
        #expect(bellwether("import", folder.file(minutes("cpu", 10)), "--data", data).code == .success)
        let outcome = bellwether("backup", folder.path + "/copy.db", "--data", data)
        #expect(
            outcome.output.hasSuffix(" bytes, 1 series, 10 points\n"), "\(outcome.output) \(outcome.errors)")
        #expect(bellwether("restore", folder.path + "/copy.db").code == .usage)
        let nonsense = bellwether("restore", folder.file("no database"), "--data", folder.path + "/x")
        #expect(nonsense.code == .failure, "\(nonsense.errors)")
        let nowhere = bellwether("backup", folder.path + "/no/where.db", "--data", data)
        #expect(
            nowhere.code == .failure && nowhere.errors.split(separator: "\n").count == 1, "\(nowhere.errors)")
    }

    private func anomalies(_ data: String) throws -> String {
        let console = Console(output: { _ in }, errors: { _ in })
        let arguments = try Arguments(["--data", data], of: ExportCommand.command)
        let connection = try ServiceConnection.open(arguments, console)
        defer { connection.close() }
        return String(decoding: try connection.ask(.get, "/api/v1/anomalies").body, as: UTF8.self)
    }
}

private final class Flag: Sendable {
    private let state = Atomic(false)
    var isUp: Bool { state.load(ordering: .sequentiallyConsistent) }
    func raise() { state.store(true, ordering: .sequentiallyConsistent) }
}
