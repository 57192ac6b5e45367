import TestSupport
import Testing

@testable import TimeSeries

/// Writes TZif files, in the layout of RFC 8536, section 3.
struct ZoneFileWriter {
    var version = UInt8(ascii: "2")
    var transitions: [(second: Int64, type: UInt8)] = []
    var offsets: [Int32] = [0]
    var leapSeconds: UInt32 = 0
    var footer = "\n\n"

    private func header(_ counts: [UInt32]) -> [UInt8] {
        Array("TZif".utf8) + [version] + Array(repeating: 0, count: 15) + counts.flatMap(bigEndian)
    }

    private func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    var bytes: [UInt8] {
        var bytes = header([0, 0, 0, 0, 1, 4]) + bigEndian(Int32(0)) + [0, 0] + Array("XXX\0".utf8)
        bytes += header([0, 0, leapSeconds, UInt32(transitions.count), UInt32(offsets.count), 4])
        bytes += transitions.flatMap { bigEndian($0.second) } + transitions.map(\.type)
        bytes += offsets.flatMap { bigEndian($0) + [0, 0] } + Array("XXX\0".utf8)
        bytes += Array(repeating: 0, count: 12 * Int(leapSeconds))
        return bytes + Array(footer.utf8)
    }
}

@Suite struct ZoneFileTests {
    private func zone(_ configure: (inout ZoneFileWriter) -> Void) throws -> TimeZone {
        var writer = ZoneFileWriter()
        configure(&writer)
        return try TimeZone(name: "Test", contents: writer.bytes)
    }

    private func offsets(_ zone: TimeZone, _ seconds: [Int64]) -> [Int] {
        seconds.map { zone.offset(at: Timestamp(milliseconds: $0 * 1_000)) }
    }

    @Test func `transitions hold from their second on, the first offset before, the last after`() throws {
        let zone = try zone {
            $0.transitions = [(100, 1), (200, 2)]
            $0.offsets = [10, 20, 30]
        }
        #expect(offsets(zone, [-1_000_000, 99, 100, 199, 200, 4_000_000_000]) == [10, 10, 20, 20, 30, 30])
    }

    @Test func `without transitions the footer holds always`() throws {
        let zone = try zone { $0.footer = "\n<+0530>-5:30\n" }
        #expect(offsets(zone, [-50_000_000_000, 0, 200_000_000_000]) == [19_800, 19_800, 19_800])
        #expect(!zone.isUTC)
    }

    @Test func `without transitions or footer there is one offset`() throws {
        #expect(try zone { $0.offsets = [3_600] }.offset(at: .latest) == 3_600)
        #expect(try zone { _ in }.isUTC)
    }

    // Golden numbers: Python 3.11, `zoneinfo.ZoneInfo.from_file` of files with these footers; POSIX by hand
    // for the rules that hold all year.
    @Test(arguments: [
        ("EST5EDT,M3.2.0,M11.1.0", "2050-03-13T06:59:59Z", -18_000),
        ("EST5EDT,M3.2.0,M11.1.0", "2050-03-13T07:00:00Z", -14_400),
        ("EST5EDT4,M3.2.0/2:00:00,M11.1.0/2", "2050-11-06T05:59:59Z", -14_400),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2050-01-01T00:00:00Z", 39_600),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2050-06-01T00:00:00Z", 36_000),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T00:59:59Z", -7_200),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T01:00:00Z", -3_600),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-01-15T12:00:00Z", 0),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-07-15T12:00:00Z", 3_600),
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2050-03-26T01:00:00Z", 10_800),  // Saturday after a Thursday
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2050-03-25T23:59:59Z", 7_200),
        ("AAA3BBB,J60/0,J300/0", "2048-03-01T02:59:59Z", -10_800),  // J60 is 1 March in leap years too
        ("AAA3BBB,J60/0,J300/0", "2048-03-01T03:00:00Z", -7_200),
        ("AAA3BBB,59/0,300/0", "2048-02-29T03:00:00Z", -7_200),  // day 59 from 0 is 29 February
        ("XXX3EDT4,0/0,J365/23", "2050-01-01T03:59:59Z", -14_400),  // summer all year, RFC 8536 section 3.3.1
        ("XXX3EDT4,0/0,J365/23", "2050-07-01T00:00:00Z", -14_400),
        ("XXX3EDT4,0/0,J365/23", "2050-12-31T23:59:59Z", -14_400),
    ])
    func `the footer gives the years to come`(rule: String, moment: String, offset: Int) throws {
        let zone = try zone { $0.footer = "\n" + rule + "\n" }
        #expect(zone.offset(at: try Timestamp(rfc3339: moment)) == offset)
    }

    @Test(arguments: [
        "EST", "E5", "EST25", "EST5:60", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J9", "EST5EDT,366,1",
        "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,", "<EST5", "<>5", "EST5EDT,M3.2,M11.1.0",
        "EST99999999999999999999", "5",
    ])
    func `a footer that is no rule is refused`(rule: String) {
        #expect(throws: TimeZoneError.damaged("Test", reason: "the footer is no rule of POSIX")) {
            try zone { $0.footer = "\n" + rule + "\n" }
        }
    }

    private static func file(_ configure: (inout ZoneFileWriter) -> Void) -> [UInt8] {
        var writer = ZoneFileWriter()
        configure(&writer)
        return writer.bytes
    }

    @Test(arguments: [
        ("version 1, which has no 64-bit times", file { $0.version = 0 }),
        ("it counts leap seconds", file { $0.leapSeconds = 1 }),
        ("0 offsets", file { $0.offsets = [] }),
        ("an offset of 93600 seconds", file { $0.offsets = [93_600] }),
        ("transition 1 is not after the one before", file { $0.transitions = [(5, 0), (5, 0)] }),
        ("transition 0 has no offset", file { $0.transitions = [(5, 1)] }),
        ("no footer", file { $0.footer = "" }),
        ("the footer is cut off", file { $0.footer = "\nUTC0" }),
        ("the header is cut off", []),
        ("the header is cut off", Array(ZoneFileWriter().bytes.prefix(60))),
        ("the first block is cut off", Array(ZoneFileWriter().bytes.prefix(50))),
        ("it does not begin with TZif", Array("PNG".utf8) + ZoneFileWriter().bytes),
    ])
    func `damage is named`(reason: String, contents: [UInt8]) {
        #expect(throws: TimeZoneError.damaged("Test", reason: reason)) {
            try TimeZone(name: "Test", contents: contents)
        }
    }

    @Test func `a count larger than the file is refused before anything is allocated`() {
        var bytes = ZoneFileWriter().bytes
        for index in 44 + 10 + 32..<44 + 10 + 36 { bytes[index] = 0xFF }  // transitions of the second block
        #expect(throws: TimeZoneError.damaged("Test", reason: "the second block is cut off")) {
            try TimeZone(name: "Test", contents: bytes)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damaged files are refused or read, never fatal`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var writer = ZoneFileWriter()
        writer.transitions = (0..<20).map { (Int64($0) * 10_000_000, UInt8($0 % 2)) }
        writer.offsets = [3_600, 7_200]
        writer.footer = "\nCET-1CEST,M3.5.0,M10.5.0/3\n"
        var bytes = writer.bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            bytes[.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        if Bool.random(using: &generator) { bytes.removeLast(.random(in: 0...40, using: &generator)) }
        guard let zone = try? TimeZone(name: "Test", contents: bytes) else { return }
        for _ in 0..<50 {
            let moment = Timestamp(milliseconds: .random(in: Timestamp.range, using: &generator))
            _ = zone.meaning(of: zone.civil(at: moment))
        }
    }
}
