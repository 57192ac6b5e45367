import Foundation
import Glibc
import TestSupport
import Testing

@Suite(
    .enabled(if: Program.bellwether != nil, "the program is not built"), .waitsForProcesses,
    .timeLimit(.minutes(2)))
struct ReloadProcessTests {
    @Test func `SIGHUP reads the configuration again, and SIGTERM still ends the service`() throws {
        let folder = try TemporaryFolder()
        let file = folder("bellwether.yaml")
        try "reload-every: off\n".write(toFile: file, atomically: true, encoding: .utf8)
        let service = try RunningProgram.serve(
            data: folder("data"), log: folder("log"), options: ["--config", file])
        _ = try service.address()
        try "reload-every: off\nmetrics:\n  - {name: load, match: load}\n".write(
            toFile: file, atomically: true, encoding: .utf8)
        service.signal(SIGHUP)
        try service.wait("a reload", within: 30) {
            service.printed.contains(
                "configuration read again (SIGHUP): 1 definition added, 0 edited, 0 removed")
        }
        try "metrics: [\n".write(toFile: file, atomically: true, encoding: .utf8)
        service.signal(SIGHUP)
        // Two lines, each written on its own.
        try service.wait("a refusal", within: 30) {
            service.printed.contains("the one before stays")
                && service.printed.contains("error: \(file):2:1: not YAML")
        }
        #expect(try service.stop() == 0)
    }
}
