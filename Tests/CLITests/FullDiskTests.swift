import Foundation
import Networking
import TestSupport
import Testing

@Suite(
    .enabled(if: Program.bellwether != nil, "the program is not built"), .serialized, .waitsForProcesses,
    .timeLimit(.minutes(3)))
struct FullDiskTests {
    private let now = Int64(Date().timeIntervalSince1970) * 1000

    /// Samples of many series from one second on.
    private func runs(_ second: Int, series: Int = 200) -> [SampleRun] {
        (0..<series).map {
            SampleRun(
                metric: "full_\($0)", times: [now - 3_600_000 + Int64(second) * 1000],
                values: [Double(second)])
        }
    }

    @Test func `a read-only file system is refused as it is`() throws {
        let folder = try TemporaryFolder()
        guard let disk = SmallDisk(folder("disk"), kibibytes: 4096) else { return }
        let first = try RunningProgram.serve(data: disk.path + "/data", log: folder("log"))
        let client = try PointClient(try first.address())
        #expect(try client.write(runs(1)).status == 204)
        first.kill()
        let before = try filesBelow(disk.path)
        try #require(disk.setReadOnly(true))
        for name in ["data", "new"] {
            let service = try RunningProgram.serve(data: disk.path + "/" + name, log: folder("log-" + name))
            #expect(try service.exitCode(within: 30) == 1)
            #expect(
                service.lines.count == 1 && service.printed.contains("cannot be written to"),
                "\(service.printed)")
        }
        #expect(try filesBelow(disk.path) == before)
        try #require(disk.setReadOnly(false))
    }

    /// However much room there is, a service either starts or refuses without a trace.
    @Test(arguments: [true, false])
    func `a full disk is refused at the start without a trace`(isNew: Bool) throws {
        let folder = try TemporaryFolder()
        guard let disk = SmallDisk(folder("disk"), kibibytes: 2048) else { return }
        let data = disk.path + "/data"
        if !isNew {
            let first = try RunningProgram.serve(data: data, log: folder("log"))
            #expect(try PointClient(try first.address()).write(runs(1)).status == 204)
            first.kill()
        }
        for kibibytes in [0, 4, 16, 64, 96, 160, 256, 500] {
            disk.fill(leaving: kibibytes << 10)
            let before = try filesBelow(disk.path)
            let service = try RunningProgram.serve(data: data, log: folder("log"))
            #expect(try service.exitCode(within: 30) == 1, "\(kibibytes) KiB")
            #expect(service.lines.count == 1 && service.printed.contains("make room"), "\(service.printed)")
            #expect(try filesBelow(disk.path) == before, "\(kibibytes) KiB")
            disk.makeRoom()
        }
        disk.fill(leaving: 640 << 10)
        let service = try RunningProgram.serve(data: data, log: folder("log"))
        #expect(try PointClient(try service.address()).write(runs(2, series: 2)).status == 204)
        #expect(try service.stop() == 0)
    }

    @Test func `a disk that fills up refuses writes, answers reads, and goes on by itself`() throws {
        let folder = try TemporaryFolder()
        guard let disk = SmallDisk(folder("disk"), kibibytes: 8192) else { return }
        let service = try RunningProgram.serve(data: disk.path + "/data", log: folder("log"))
        let client = try PointClient(try service.address())
        for second in 1...20 { #expect(try client.write(runs(second)).status == 204) }
        #expect(try client.checkpoint().status == 200)
        disk.fill()
        // What is left of the last page of the journal may take a request or two.
        var second = 20
        var refused = 204
        while refused == 204, second < 60 {
            second += 1
            refused = try client.write(runs(second)).status
        }
        #expect(refused == 503)
        let acknowledged = second - 1
        for attempt in [try client.write(runs(second)), try client.add(runs(second))] {
            #expect(attempt.status == 503 && attempt.header("retry-after") != nil)
        }
        #expect(try client.checkpoint().status == 503)
        #expect(try client.get("/api/v1/series").status == 200)
        #expect(try client.get("/api/v1/anomalies").status == 200)
        #expect(try client.get("/-/healthy").status == 200)
        #expect(try client.metric("bellwether_storage_failing") == 1)
        let stored = try client.exported()
        #expect(stored.count == 200)
        for samples in stored.values { #expect(samples.count >= acknowledged) }
        disk.makeRoom()
        var status = 503
        for _ in 0..<100 where status == 503 {
            status = try client.write(runs(second)).status
            usleep(50_000)
        }
        #expect(status == 204, "\(service.printed)")
        #expect(service.printed.contains("there is room again"))
        service.kill()
        let next = try RunningProgram.serve(data: disk.path + "/data", log: folder("next"))
        let kept = try PointClient(try next.address()).exported()
        #expect(kept.values.count { $0.count == acknowledged + 1 } == 200)
        #expect(try next.stop() == 0)
    }

    @Test func `SIGTERM on a full disk ends at once, and nothing is lost`() throws {
        let folder = try TemporaryFolder()
        guard let disk = SmallDisk(folder("disk"), kibibytes: 4096) else { return }
        let service = try RunningProgram.serve(data: disk.path + "/data", log: folder("log"))
        let client = try PointClient(try service.address())
        for second in 1...5 { #expect(try client.write(runs(second)).status == 204) }
        disk.fill()
        #expect(try client.checkpoint().status == 503)
        #expect(try service.stop(within: 15) == 0, "\(service.printed)")
        disk.makeRoom()
        let next = try RunningProgram.serve(data: disk.path + "/data", log: folder("next"))
        let kept = try PointClient(try next.address()).exported()
        #expect(kept.values.count { $0.count == 5 } == 200)
        #expect(try next.stop() == 0)
    }

    @Test(
        .enabled(
            if: Program.installed("prlimit") != nil, "prlimit (Debian package util-linux) is not installed"))
    func `a limit on the size of files refuses writes and kills nothing`() throws {
        let folder = try TemporaryFolder()
        let limit = [try #require(Program.installed("prlimit")), "--fsize=700000"]
        let service = try RunningProgram.serve(data: folder("data"), log: folder("log"), wrapper: limit)
        let client = try PointClient(try service.address())
        var accepted = 0
        while accepted < 600, try client.write(runs(accepted + 1)).status == 204 { accepted += 1 }
        #expect((1..<600).contains(accepted))
        #expect(try client.write(runs(accepted + 1)).status == 503)
        #expect(try client.get("/api/v1/series").status == 200)
        #expect(service.isRunning)
        #expect(try service.stop() == 0, "\(service.printed)")
        let next = try RunningProgram.serve(data: folder("data"), log: folder("next"))
        let kept = try PointClient(try next.address()).exported()
        for samples in kept.values { #expect(samples.count >= accepted) }
        #expect(try next.stop() == 0)
    }
}
