import Foundation
import Glibc
import Testing

@testable import Storage

@Suite
struct DataDirectoryTests {
    @Test
    func `a directory is made, locked, and given back`() throws {
        let place = try Playground()
        var directory: DataDirectory? = try DataDirectory.open(place("data/"), holder: "first, process 1")
        #expect(directory?.path == place("data"))
        #expect(try snapshot(place("data")).keys.sorted() == ["journal", "lock"])
        let words = expectError("locked") { _ = try DataDirectory.open(place("data"), holder: "second") }
        #expect(words.contains("first, process 1"))
        directory = nil
        directory = try DataDirectory.open(place("data"), holder: "third")
        #expect(
            expectError("locked") { _ = try DataDirectory.open(place("data"), holder: "x") }.contains("third")
        )
        withExtendedLifetime(directory) {}
    }

    @Test
    func `a path that cannot be a directory is refused with a reason`() throws {
        let place = try Playground()
        try write([1], place("file"))
        let words = [
            expectError("refused") { _ = try DataDirectory.open(place("file"), holder: "x") },
            expectError("file") { _ = try DataDirectory.open(place("no/such/data"), holder: "x") },
            expectError("file") { _ = try DataDirectory.open(place("file/data"), holder: "x") },
        ]
        #expect(words[0].contains("not a directory"))
        #expect(words[1].contains(place("no/such") + " is missing"))
        #expect(try snapshot(place.path).keys.sorted() == ["file"])
    }

    @Test
    func `the files of something else are left alone`() throws {
        let place = try Playground()
        for name in ["a.txt", "b.txt", "c.txt", "lock"] { try write([7], place(name)) }
        let before = try snapshot(place.path)
        let words = expectError("refused") { _ = try DataDirectory.open(place.path, holder: "x") }
        #expect(words.contains("a.txt, b.txt, c.txt and 1 more"))
        #expect(try snapshot(place.path) == before)
    }

    @Test
    func `an empty file system and what a crash leaves at the start are ours to use`() throws {
        let place = try Playground()
        try FileManager.default.createDirectory(
            atPath: place("lost+found"), withIntermediateDirectories: false)
        try write([], place("lock"))
        _ = try DataDirectory.open(place.path, holder: "x")
        // A crash while the database was made.
        try write([1, 2, 3], place("bellwether.db.new"))
        let store = try SQLiteStore(DataDirectory.open(place.path, holder: "x"))
        #expect(try store.series().isEmpty)
    }

    @Test
    func `a service says where it answers, for as long as it lives`() throws {
        let place = try Playground()
        let service = ServiceDescription(
            address: "http://127.0.0.1:8720", pid: 812, version: "1.0 \"π\"\n\\",
            started: "2026-01-31T12:00:00Z")
        #expect(DataDirectory.service(of: place("data")) == nil)
        var directory: DataDirectory? = try DataDirectory.open(place("data"), holder: "x")
        #expect(DataDirectory.service(of: place("data")) == nil)
        try directory?.publish(service)
        #expect(DataDirectory.service(of: place("data")) == service)
        let parsed =
            try JSONSerialization.jsonObject(with: Data(read(place("data/service.json")))) as? [String: Any]
        #expect(parsed?["version"] as? String == service.version)
        #expect(parsed?["pid"] as? Int == 812)
        try directory?.unpublish()
        #expect(DataDirectory.service(of: place("data")) == nil)
        try directory?.publish(service)
        directory = nil
        #expect(DataDirectory.service(of: place("data")) == nil, "whoever wrote it is gone")
    }

    @Test(arguments: [
        "", "{", "{}", "[]", #"{"address":"a","pid":"1","version":"v","started":"s"}"#,
        #"{"address":"a","pid":1,"version":"v","started":"s"} x"#,
        #"{"address":"a","pid":1,"version":"v\u00"#,
        #"{"address":"a","pid":99999999999999999999,"version":"v","started":"s"}"#,
        #"{"address":"\ud800","pid":1,"version":"v","started":"s"}"#,
    ])
    func `a damaged description is none`(text: String) {
        #expect(ServiceDescription(json: Array(text.utf8)) == nil)
    }

    @Test
    func `a description is read in any layout`() {
        let text = "\n{ \"started\" : \"s\", \"pid\":7 ,\"version\":\"\\u00e9\\/\", \"address\":\"a\" }\n"
        let expected = ServiceDescription(address: "a", pid: 7, version: "é/", started: "s")
        #expect(ServiceDescription(json: Array(text.utf8)) == expected)
    }
}

/// A small file system in memory; `nil` where this process may not mount one.
private final class SmallDisk {
    let path: String

    init?(_ path: String, options: String) {
        self.path = path
        guard mkdir(path, 0o755) == 0, mount("tmpfs", path, "tmpfs", 0, options) == 0 else {
            print("skipped: no right to mount a file system")
            return nil
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    func makeReadOnly() -> Bool {
        mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
    }
}

@Suite
struct BadDiskTests {
    @Test
    func `a read-only file system is refused as it is`() throws {
        let place = try Playground()
        guard let disk = SmallDisk(place("disk"), options: "size=2m") else { return }
        do {
            let store = try SQLiteStore(DataDirectory.open(disk.path, holder: "x"))
            try store.commit(Checkpoint(1, series: [series(0)]))
        }
        let before = try snapshot(disk.path)
        try #require(disk.makeReadOnly())
        let words = expectError("readOnly") { _ = try DataDirectory.open(disk.path, holder: "x") }
        #expect(words.contains(disk.path))
        expectError("readOnly") { _ = try DataDirectory.open(disk.path + "/new", holder: "x") }
        #expect(try snapshot(disk.path) == before)
    }

    @Test
    func `a full file system is refused at the start, without a trace`() throws {
        let place = try Playground()
        guard let disk = SmallDisk(place("disk"), options: "size=96k") else { return }
        try FileManager.default.createDirectory(
            atPath: disk.path + "/lost+found", withIntermediateDirectories: false)
        try write([UInt8](repeating: 1, count: 64 << 10), disk.path + "/lost+found/file")
        let before = try snapshot(disk.path)
        let words = expectError("full") { _ = try DataDirectory.open(disk.path, holder: "x") }
        #expect(words.contains("make room"))
        #expect(try snapshot(disk.path) == before)
    }

    @Test
    func `a disk that fills up refuses the commit and keeps what it had`() throws {
        let place = try Playground()
        guard let disk = SmallDisk(place("disk"), options: "size=1m") else { return }
        do {
            let store = try SQLiteStore(DataDirectory.open(disk.path, holder: "x"))
            let small = chunk(0, points(0..<100))
            try store.commit(Checkpoint(1, series: [series(0)], chunks: [small]))
            try write([UInt8](repeating: 1, count: 256 << 10), disk.path + "/ballast")
            // Of full precision, so that they stay as large as they are.
            let big = (1...200).map { place in
                let first = Int64(place) * 1000
                var columns = points(first..<first + 512)
                columns.values = columns.values.map { ($0 * 0.7391).squareRoot() }
                return chunk(0, columns)
            }
            expectError("full") { try store.commit(Checkpoint(2, chunks: big)) }
            #expect(try store.chunks(of: 0, in: 0...Int64.max) == [small])
            #expect(try store.journalSegment() == 1)
            try FileManager.default.removeItem(atPath: disk.path + "/ballast")
            try store.commit(Checkpoint(3, chunks: [big[0]]))
        }
        let store = try SQLiteStore(DataDirectory.open(disk.path, holder: "x"))
        #expect(try store.journalSegment() == 3)
        let copy = filled(disk)
        expectError("full") { try SQLiteStore.backup(database: store.directory.databasePath, to: copy) }
    }

    /// A path on the disk, which is full then.
    private func filled(_ disk: SmallDisk) -> String {
        let file = open(disk.path + "/ballast", O_WRONLY | O_CREAT, 0o600)
        let block = [UInt8](repeating: 5, count: 4096)
        while Glibc.write(file, block, block.count) > 0 {}
        close(file)
        return disk.path + "/copy.db"
    }
}
