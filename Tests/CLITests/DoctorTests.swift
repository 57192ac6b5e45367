import Foundation
import Networking
import TestSupport
import Testing

@testable import CLI

@Suite(.waitsForProcesses, .timeLimit(.minutes(2)))
struct DoctorTests {
    /// The line about one topic, after nothing in a directory was changed.
    private func line(_ name: String, of data: String, below folder: String) throws -> String {
        let before = try filesBelow(folder)
        let outcome = bellwether("doctor", "--data", data, "--listen", "127.0.0.1:0")
        #expect(try filesBelow(folder) == before)
        let line = outcome.lines.first { $0.dropFirst(6).hasPrefix(name + " ") }
        #expect((outcome.code == .failure) == outcome.lines.contains { $0.hasPrefix("fail") })
        return try #require(line, "\(outcome.output)")
    }

    @Test func `a directory that is not there yet, a foreign one and a file are told apart`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("other"), withIntermediateDirectories: false)
        try Data([1]).write(to: URL(fileURLWithPath: folder("other/letter.txt")))
        #expect(try line("data", of: folder("new"), below: folder.path).contains("can be made"))
        #expect(try line("store", of: folder("new"), below: folder.path).hasPrefix("ok    store"))
        let other = try line("store", of: folder("other"), below: folder.path)
        #expect(other.hasPrefix("fail") && other.contains("files of something else (letter.txt)"))
        let file = try line("data", of: folder("other/letter.txt"), below: folder.path)
        #expect(file.hasPrefix("fail") && file.contains("is not a directory"))
    }

    @Test(.enabled(if: Program.bellwether != nil, "the program is not built"))
    func `a store that is held, left by a crash, sound and damaged`() throws {
        let folder = try TemporaryFolder()
        let data = folder("data")
        func store() throws -> String { try line("store", of: data, below: data) }
        let service = try RunningProgram.serve(data: data, log: folder("log"))
        let address = try service.address()
        let now = Int64(Date().timeIntervalSince1970) * 1000
        let run = SampleRun(metric: "looked_at", times: [now], values: [1])
        #expect(try PointClient(address).write([run]).status == 204)
        #expect(try PointClient(address).checkpoint().status == 200)
        let held = try store()
        #expect(held.hasPrefix("ok") && held.contains("serve, process \(service.number)"), "\(held)")
        #expect(held.contains("which answers at \(address)"), "\(held)")
        service.kill()
        #expect(try store().contains("the last service was killed"))
        let next = try RunningProgram.serve(data: data, log: folder("next"))
        _ = try next.address()
        #expect(try next.stop() == 0)
        let sound = try store()
        #expect(sound.hasPrefix("ok") && sound.contains("in 1 segment, sound"), "\(sound)")
        let database = URL(fileURLWithPath: data + "/bellwether.db")
        try Data(contentsOf: database).prefix(9000).write(to: database)
        let damaged = try store()
        #expect(damaged.hasPrefix("fail") && damaged.contains("is damaged"), "\(damaged)")
    }
}
