import Foundation
import Networking
import TestSupport
import Testing

/// Bytes of files, changed in place.
private func change(_ path: String, _ body: (inout [UInt8]) -> Void) throws {
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    body(&bytes)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

private func patch(_ path: String, at place: Int, _ bytes: [UInt8]) throws {
    try change(path) { $0.replaceSubrange(place..<place + bytes.count, with: bytes) }
}

/// A data directory as a service leaves it: some series in the database, more in the journal.
private struct Left {
    let folder: TemporaryFolder
    var data: String { folder("data") }
    var database: String { data + "/bellwether.db" }
    /// The segment with records that no checkpoint has.
    let segment: String

    /// - Parameter isClean: Ended with SIGTERM, which leaves the journal empty; else with SIGKILL.
    init(isClean: Bool) throws {
        folder = try TemporaryFolder()
        let service = try RunningProgram.serve(data: folder("data"), log: folder("first-log"))
        let client = try PointClient(try service.address())
        let now = Int64(Date().timeIntervalSince1970) * 1000
        let runs = (0..<40).map { series in
            SampleRun(
                metric: "kept_\(series)", times: (0..<300).map { now - Int64(300 - $0) * 1000 },
                values: (0..<300).map { Double(($0 * 7919 + series) % 101) })
        }
        #expect(try client.write(runs).status == 204)
        #expect(try client.checkpoint().status == 200)
        for step in 1...5 {
            let run = SampleRun(metric: "kept_0", times: [now + Int64(step) * 1000], values: [Double(step)])
            #expect(try client.write([run]).status == 204)
        }
        if isClean { #expect(try service.stop() == 0) } else { service.kill() }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder("data/journal")).sorted()
        segment = folder("data/journal/") + (names.last ?? "")
    }
}

@Suite(
    .enabled(if: Program.bellwether != nil, "the program is not built"), .serialized, .waitsForProcesses,
    .timeLimit(.minutes(3)))
struct ServeDirectoryTests {
    /// Starts a service that must refuse a directory and leave it as it was.
    private func expectRefusal(
        of data: String, below folder: String? = nil, log: String, wrapper: [String] = [],
        program: String? = Program.bellwether, saying words: [String],
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let before = try filesBelow(folder ?? data)
        let service = try RunningProgram.serve(data: data, log: log, wrapper: wrapper, program: program)
        let code = try service.exitCode(within: 30)
        #expect(code == 1, "\(service.printed)", sourceLocation: place)
        #expect(service.lines.count == 1, "\(service.printed)", sourceLocation: place)
        for word in words {
            #expect(service.printed.contains(word), "\(service.printed)", sourceLocation: place)
        }
        let after = try filesBelow(folder ?? data)
        let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        #expect(changed == [], "\(service.printed)", sourceLocation: place)
    }

    /// Whether a user, as a program with words that becomes one, may start a program and read a directory, and no more.
    private func mayOnlyRead(_ path: String, running program: String, as user: [String], log: String) throws
        -> Bool
    {
        let question = #"test -x "$0" && test -r "$1" && test -x "$1" && ! test -w "$1""#
        let words = user + ["/bin/sh", "-c", question, program, path]
        return try RunningProgram(words[0], Array(words.dropFirst()), log: log).exitCode(within: 30) == 0
    }

    @Test(arguments: [true, false])
    func `damage is named, in one line, and left as it is`(isClean: Bool) throws {
        let left = try Left(isClean: isClean)
        let folder = left.folder
        let sound = folder("sound")
        try FileManager.default.copyItem(atPath: left.data, toPath: sound)
        func expect(_ words: [String], after damage: () throws -> Void) throws {
            try damage()
            try expectRefusal(of: left.data, log: folder("log"), saying: words)
            try FileManager.default.removeItem(atPath: left.data)
            try FileManager.default.copyItem(atPath: sound, toPath: left.data)
        }
        let damaged = ["bellwether.db is damaged and was left as it is", "restore a backup"]
        try expect(damaged) { try patch(left.database, at: 0, [0x73]) }
        try expect(["database of another program"]) { try patch(left.database, at: 68, [9, 9, 9, 9]) }
        try expect(damaged) {
            try change(left.database) { bytes in
                for page in 1..<bytes.count / 4096 { bytes[page * 4096] ^= 0x55 }
            }
        }
        try expect(damaged) { try change(left.database) { $0.removeLast($0.count / 2) } }
        try expect(damaged) { try change(left.database) { $0 = [] } }
        try expect(["format 77", "install a newer version"]) {
            // The log of a killed service has the page with the number as well.
            if !isClean { try FileManager.default.removeItem(atPath: left.database + "-wal") }
            try patch(left.database, at: 60, [0, 0, 0, 77])
        }
        try expect(["journal has format 9", "install a newer version"]) {
            try patch(left.segment, at: 6, [9])
        }
        guard !isClean else { return }
        try expect(["journal is damaged", "byte 8", "a whole record behind it"]) {
            try change(left.segment) { $0[20] ^= 1 }
        }
        try expect(["is damaged", "missing"]) {
            let number = Int(left.segment.suffix(16).prefix(8)) ?? 0
            let later = String("0000000\(number + 2)".suffix(8)) + ".journal"
            let target = left.data + "/journal/" + later
            try FileManager.default.copyItem(atPath: left.segment, toPath: target)
        }
    }

    @Test(arguments: [1, 5, 30])
    func `half a record at the end of the journal is no damage`(bytes: Int) throws {
        let left = try Left(isClean: false)
        try change(left.segment) { $0.removeLast(bytes) }
        let service = try RunningProgram.serve(data: left.data, log: left.folder("log"))
        let stored = try PointClient(try service.address()).exported()
        #expect(stored.count == 40 && stored["kept_0"]?.count == 304)
        #expect(service.printed.contains("at the end of the journal were half written"))
        #expect(service.printed.contains("journal records replayed"))
        #expect(try service.stop() == 0)
    }

    @Test func `a second service names the process of the first`() throws {
        let folder = try TemporaryFolder()
        let first = try RunningProgram.serve(data: folder("data"), log: folder("log"))
        _ = try first.address()
        try expectRefusal(
            of: folder("data"), log: folder("second"),
            saying: ["in use by bellwether serve, process \(first.number)", "stop it first"])
        #expect(try first.stop() == 0)
        let third = try RunningProgram.serve(data: folder("data"), log: folder("third"))
        _ = try third.address()
        #expect(try third.stop() == 0)
    }

    @Test func `what cannot be a data directory is refused`() throws {
        let folder = try TemporaryFolder()
        let logs = try TemporaryFolder()
        try Data([1]).write(to: URL(fileURLWithPath: folder("file")))
        try FileManager.default.createDirectory(atPath: folder("other"), withIntermediateDirectories: false)
        try Data([1]).write(to: URL(fileURLWithPath: folder("other/letter.txt")))
        let cases = [
            ("file", ["is not a directory", "choose another"]),
            ("none/data", ["none is missing", "make that first"]),
            ("other", ["holds files of something else (letter.txt)", "choose an empty or a new directory"]),
        ]
        for (name, words) in cases {
            try expectRefusal(of: folder(name), below: folder.path, log: logs("log"), saying: words)
        }
    }

    @Test func `a directory without the right to write is refused`() throws {
        let left = try Left(isClean: false)
        let logs = try TemporaryFolder()
        let closed = [left.data + "/journal", left.data, left.folder.path]
        func permit(_ mode: Int, _ paths: [String]) throws {
            for path in paths {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
        }
        // The build folder may be closed to others.
        let copy = left.folder("bellwether")
        try FileManager.default.copyItem(atPath: try #require(Program.bellwether), toPath: copy)
        try permit(0o555, closed)
        defer { try? permit(0o755, closed.reversed()) }
        // Root may write where nobody may; a container may refuse to change the user, or hide the folder from others.
        let nobody = Program.installed("setpriv").map {
            [$0, "--reuid=65534", "--regid=65534", "--clear-groups"]
        }
        let users = [[], nobody].compactMap(\.self)
        guard
            let user = try users.first(where: {
                try mayOnlyRead(left.data, running: copy, as: $0, log: logs("log"))
            })
        else {
            print("skipped: no user here who may read a directory and not write to it")
            return
        }
        try expectRefusal(
            of: left.data, log: logs("log"), wrapper: user, program: copy,
            saying: ["cannot be written to", "give this user the right to"])
        try expectRefusal(
            of: left.folder("new"), below: left.data, log: logs("log"), wrapper: user, program: copy,
            saying: ["cannot be written to", "give this user the right to"])
    }
}
