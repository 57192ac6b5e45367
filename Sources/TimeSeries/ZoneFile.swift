internal import Glibc

/// Reads TZif files: the compiled rules of one time zone.
///
/// The 64-bit block and the footer of version 2 and later are used; version 1 files are refused.
///
/// - Source: RFC 8536, *The Time Zone Information Format (TZif)*, section 3.
enum ZoneFile {
    /// Why the bytes are no zone.
    struct Damage: Error { var reason: String }

    /// Larger than any zone: Debian's largest has 4 KB.
    private static let largestFile = 1 << 20

    // MARK: - File

    /// The bytes of a zone's file; `name` has been checked.
    static func bytes(of name: String, in directory: String) throws(TimeZoneError) -> [UInt8] {
        let descriptor = open(directory + "/" + name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            guard code != ENOENT, code != ENOTDIR else { throw .unknown(name, directory: directory) }
            throw .unreadable(name, code: code)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8_192)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                guard code != EISDIR else { throw .unknown(name, directory: directory) }
                throw .unreadable(name, code: code)
            }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= largestFile else {
                throw .damaged(name, reason: "more than \(largestFile) bytes")
            }
        }
    }

    // MARK: - Contents

    /// The counts in a header, in the order of the file.
    private struct Header {
        static let length = 44

        var version: UInt8
        var utIndicators, standardIndicators, leapSeconds, transitions, types, characters: Int

        init(_ bytes: Span<UInt8>, at start: Int) throws(Damage) {
            guard bytes.count - start >= Self.length else { throw Damage(reason: "the header is cut off") }
            for (index, byte) in "TZif".utf8.enumerated() where bytes[start + index] != byte {
                throw Damage(reason: "it does not begin with TZif")
            }
            version = bytes[start + 4]
            func count(_ index: Int) -> Int {
                Int(integer(bytes, at: start + 20 + 4 * index, count: 4) & 0xFFFF_FFFF)
            }
            utIndicators = count(0)
            standardIndicators = count(1)
            leapSeconds = count(2)
            transitions = count(3)
            types = count(4)
            characters = count(5)
        }

        /// The bytes of the block that follows, with times of `size` bytes. No overflow: counts have 32 bits.
        func blockLength(timeSize size: Int) -> Int {
            transitions * (size + 1) + types * 6 + characters + leapSeconds * (size + 4)
                + standardIndicators + utIndicators
        }
    }

    /// The rules in a file's bytes. Nothing is allocated before the counts were compared with the bytes.
    static func rules(of contents: [UInt8]) throws(Damage) -> ZoneRules {
        let bytes = contents.span
        let first = try Header(bytes, at: 0)
        guard first.version >= UInt8(ascii: "2") else {
            throw Damage(reason: "version 1, which has no 64-bit times")
        }
        let start = Header.length + first.blockLength(timeSize: 4)
        guard start <= bytes.count else { throw Damage(reason: "the first block is cut off") }
        let header = try Header(bytes, at: start)
        let block = start + Header.length
        let footer = block + header.blockLength(timeSize: 8)
        guard footer <= bytes.count else { throw Damage(reason: "the second block is cut off") }
        guard header.leapSeconds == 0 else { throw Damage(reason: "it counts leap seconds") }
        guard (1...256).contains(header.types) else { throw Damage(reason: "\(header.types) offsets") }

        let indices = block + header.transitions * 8
        let types = indices + header.transitions
        var typeOffsets: [Int] = []
        for type in 0..<header.types {
            let offset = Int(integer(bytes, at: types + type * 6, count: 4))
            guard abs(offset) < 26 * 3_600 else { throw Damage(reason: "an offset of \(offset) seconds") }
            typeOffsets.append(offset)
        }
        var transitions: [Int64] = []
        var offsets: [Int] = []
        for index in 0..<header.transitions {
            let time = integer(bytes, at: block + index * 8, count: 8)
            let type = Int(bytes[indices + index])
            guard transitions.last.map({ $0 < time }) ?? true else {
                throw Damage(reason: "transition \(index) is not after the one before")
            }
            guard type < header.types else { throw Damage(reason: "transition \(index) has no offset") }
            transitions.append(time)
            offsets.append(typeOffsets[type])
        }
        return ZoneRules(
            transitions: transitions, offsets: offsets, firstOffset: typeOffsets[0],
            rule: try rule(in: bytes.extracting(footer..<bytes.count)))
    }

    /// The rule between the two newlines of the footer; `nil` when nothing stands there.
    private static func rule(in footer: Span<UInt8>) throws(Damage) -> ClockRule? {
        let newline = UInt8(ascii: "\n")
        guard footer.count >= 2, footer[0] == newline else { throw Damage(reason: "no footer") }
        var end = 1
        while end < footer.count, footer[end] != newline { end += 1 }
        guard end < footer.count else { throw Damage(reason: "the footer is cut off") }
        guard end > 1 else { return nil }
        guard let rule = ClockRule(footer.extracting(1..<end)) else {
            throw Damage(reason: "the footer is no rule of POSIX")
        }
        return rule
    }

    /// A big-endian two's complement integer of 4 or 8 bytes.
    private static func integer(_ bytes: Span<UInt8>, at start: Int, count: Int) -> Int64 {
        var word: UInt64 = 0
        for index in 0..<count { word = word << 8 | UInt64(bytes[start + index]) }
        return count == 8 ? Int64(bitPattern: word) : Int64(Int32(truncatingIfNeeded: word))
    }
}
