/// Reads the files of a tar archive that is in memory.
///
/// Understood: POSIX ustar, the older format without a mark, GNU long names, and `path` in extended headers of
/// pax. Only regular files are given; folders, links and devices are passed over.
///
/// - Source: IEEE Std 1003.1-2017, `pax`, *ustar Interchange Format* and *pax Extended Header*.
public enum TarArchive {
    /// One regular file of an archive.
    public struct Entry: Sendable, Equatable {
        /// The path as it is stored.
        public let path: String
        /// Where its bytes lie in the archive.
        public let range: Range<Int>

        /// The path without its folders.
        public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    }

    /// Why an archive cannot be read.
    public struct Failure: Error, Equatable, CustomStringConvertible {
        /// Where in the archive.
        public let byte: Int
        /// What is wrong there.
        public let reason: String

        /// Both in one line.
        public var description: String { "no tar archive, at byte \(byte): \(reason)" }
    }

    /// Archives consist of blocks.
    static let block = 512
    /// More entries than any set of series has; an archive of empty entries would go on for ever.
    static let mostEntries = 100_000

    /// The regular files of an archive, in their order.
    ///
    /// - Throws: ``Failure`` for a header that does not add up, a size beyond the archive, or an archive that
    ///   ends without its closing block of zeros, as one that was cut off does. Nothing is allocated on the
    ///   word of a header.
    /// - Complexity: O(entries).
    public static func entries(of bytes: [UInt8]) throws(Failure) -> [Entry] {
        var entries: [Entry] = []
        var seen = 0
        var place = 0
        var longName: String?
        while true {
            guard place + block <= bytes.count else {
                throw Failure(byte: place, reason: "it ends without its closing block")
            }
            let header = TarHeader(bytes[place..<place + block])
            if header.isZero { return entries }
            seen += 1
            guard seen <= mostEntries else {
                throw Failure(byte: place, reason: "more than \(mostEntries) entries")
            }
            guard header.addsUp else {
                throw Failure(byte: place, reason: "the checksum of a header is wrong")
            }
            guard let size = header.size else {
                throw Failure(byte: place, reason: "the size of an entry is no octal number")
            }
            let start = place + block
            guard size <= bytes.count - start else {
                throw Failure(
                    byte: place, reason: "an entry of \(size) bytes, \(bytes.count - start) are there")
            }
            let content = start..<start + size
            switch header.kind {
            case .file:
                entries.append(Entry(path: longName ?? header.path, range: content))
                longName = nil
            case .extended: longName = try extendedPath(bytes[content]) ?? longName
            case .longName: longName = text(bytes[content])
            case .other: longName = nil
            case .global: break
            }
            place = start + (size + block - 1) / block * block
        }
    }

    /// The `path` in an extended header: records `LENGTH key=value` and a line end, LENGTH counting itself.
    private static func extendedPath(_ bytes: ArraySlice<UInt8>) throws(Failure) -> String? {
        var path: String?
        var rest = bytes
        while let space = rest.firstIndex(of: UInt8(ascii: " ")) {
            let digits = String(decoding: rest[..<space].prefix(10), as: UTF8.self)
            guard let length = Int(digits), length > space - rest.startIndex + 1, length <= rest.count else {
                throw Failure(byte: rest.startIndex, reason: "an extended header makes no sense")
            }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            let parts = record.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0].elementsEqual("path".utf8) { path = text(parts[1]) }
            if parts.count == 2, parts[0].elementsEqual("size".utf8) {
                throw Failure(byte: rest.startIndex, reason: "a file beyond 8 GiB")
            }
            rest = rest.dropFirst(length)
        }
        return path
    }

    /// Bytes up to the first zero as text.
    fileprivate static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// One block that describes an entry.
private struct TarHeader {
    enum Kind {
        case file, extended, global, longName, other
    }

    private let bytes: [UInt8]

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

    /// Whether the sum of the bytes is what the header says; its own field counts as blanks.
    var addsUp: Bool {
        guard let said = octal(148..<156) else { return false }
        let sum = bytes.enumerated().reduce(0) {
            $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element))
        }
        return said == sum
    }

    /// The bytes that follow; `nil` when the field is no octal number.
    var size: Int? { octal(124..<136) }

    var kind: Kind {
        switch bytes[156] {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): path.hasSuffix("/") ? .other : .file
        case UInt8(ascii: "x"): .extended
        case UInt8(ascii: "g"): .global
        case UInt8(ascii: "L"): .longName
        default: .other
        }
    }

    /// The prefix of ustar and the name.
    var path: String {
        let name = TarArchive.text(bytes[0..<100])
        // GNU writes "ustar " with a blank and keeps times where ustar has the prefix.
        guard bytes[257..<263].elementsEqual(Array("ustar\0".utf8)) else { return name }
        let prefix = TarArchive.text(bytes[345..<500])
        return prefix.isEmpty ? name : prefix + "/" + name
    }

    /// An octal number with blanks or zeros around it; at most eleven digits, so that it fits.
    private func octal(_ range: Range<Int>) -> Int? {
        let field = bytes[range].drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        guard !field.isEmpty, field.count <= 12 else { return nil }
        var value = 0
        for byte in field {
            guard (0x30...0x37).contains(byte) else { return nil }
            value = value * 8 + Int(byte - 0x30)
        }
        return value
    }
}
