import TestSupport
import Testing

@testable import Evaluation

/// Writes archives as tar does.
enum TarWriter {
    /// One entry: its header, its bytes, and zeros up to a whole block.
    static func entry(
        _ path: String, _ content: [UInt8], kind: Character = "0", mark: String = "ustar\u{0}00"
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            for (offset, byte) in text.utf8.enumerated() { header[place + offset] = byte }
        }
        put(path, at: 0)
        put("0000644\u{0}0000000\u{0}0000000\u{0}", at: 100)
        put(octal(content.count, digits: 11), at: 124)
        put("00000000000", at: 136)
        put("        ", at: 148)
        put(String(kind), at: 156)
        put(mark, at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
        let rest = (512 - content.count % 512) % 512
        return header + content + [UInt8](repeating: 0, count: rest)
    }

    /// Entries and the two blocks of zeros at the end.
    static func archive(_ files: [(path: String, text: String)]) -> [UInt8] {
        files.flatMap { entry($0.path, Array($0.text.utf8)) } + [UInt8](repeating: 0, count: 1024)
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
}

@Suite struct TarArchiveTests {
    private let end = [UInt8](repeating: 0, count: 1024)

    private func texts(_ archive: [UInt8]) throws -> [String: String] {
        let entries = try TarArchive.entries(of: archive)
        return Dictionary(
            uniqueKeysWithValues: entries.map { entry in
                (entry.path, String(decoding: archive[entry.range], as: UTF8.self))
            })
    }

    @Test func `files come out as they went in`() throws {
        let long = String(repeating: "x", count: 1500)
        let archive = TarWriter.archive([("set/a.csv", "one"), ("set/b.csv", ""), ("c", long)])
        #expect(try texts(archive) == ["set/a.csv": "one", "set/b.csv": "", "c": long])
        #expect(try TarArchive.entries(of: archive).map(\.name) == ["a.csv", "b.csv", "c"])
        #expect(try TarArchive.entries(of: end).isEmpty)
    }

    @Test func `folders, links and global headers are passed over, long names are taken`() throws {
        let name = String(repeating: "folder/", count: 30) + "a.csv"
        let record = " path=\(name)\n"
        let length = record.utf8.count + 3
        let archive =
            TarWriter.entry("g", Array("11 a=bcdefg".utf8), kind: "g")
            + TarWriter.entry("set/", [], kind: "5") + TarWriter.entry("link", [], kind: "2")
            + TarWriter.entry("x", Array("\(length)\(record)".utf8), kind: "x")
            + TarWriter.entry("short", [65])
            + TarWriter.entry("@LongLink", Array((name + "b\0").utf8), kind: "L")
            + TarWriter.entry("short", [66], mark: "ustar  ") + TarWriter.entry("old", [67], mark: "") + end
        #expect(try texts(archive) == [name: "A", name + "b": "B", "old": "C"])
    }

    @Test func `what makes no sense is refused with its place`() {
        let good = TarWriter.archive([("a.csv", "one")])
        func reason(_ bytes: [UInt8]) -> String {
            do throws(TarArchive.Failure) {
                _ = try TarArchive.entries(of: bytes)
                return ""
            } catch {
                return error.reason
            }
        }
        #expect(reason([]).contains("closing block"))
        #expect(reason(Array(good.prefix(1024))).contains("closing block"))
        #expect(reason(Array(good.prefix(800))).contains("closing block"))
        #expect(reason(Array(good.prefix(514))).contains("an entry of 3 bytes, 2 are there"))
        #expect(reason(Array("series_id,split\n".utf8) + good).contains("checksum"))
        var huge = TarWriter.entry("a", [])
        for place in 124..<135 { huge[place] = UInt8(ascii: "7") }
        let sum = huge[..<512].enumerated().reduce(0) {
            $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element))
        }
        let digits = Array(String(sum, radix: 8).utf8)
        huge.replaceSubrange(148..<156, with: Array("00".utf8) + digits + [0, 32])
        #expect(reason(huge + end).contains("an entry of 8589934591 bytes"), "\(reason(huge + end))")
        let wrong = TarWriter.entry("x", Array("999 path=a\n".utf8), kind: "x")
        #expect(reason(wrong + end).contains("extended header"))
        let beyond = TarWriter.entry("x", Array("18 size=123456789\n".utf8), kind: "x")
        #expect(reason(beyond + end).contains("8 GiB"))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damaged archives are refused or give ranges that exist`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = TarWriter.archive([
            ("set/a.csv", "one"), ("set/b.csv", String(repeating: "y", count: 700)),
        ])
        bytes.insert(contentsOf: TarWriter.entry("x", Array("14 path=abcde\n".utf8), kind: "x"), at: 0)
        for _ in 0...Int.random(in: 0..<4, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if seed % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        guard let entries = try? TarArchive.entries(of: bytes) else { return }
        for entry in entries {
            #expect(bytes.indices.contains(entry.range.lowerBound) || entry.range.isEmpty)
        }
        for entry in entries { #expect(entry.range.upperBound <= bytes.count) }
    }
}
