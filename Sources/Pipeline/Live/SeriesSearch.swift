import Glibc
import TimeSeries

/// Words that are looked for in the name and the labels of series, in any case.
struct SeriesSearch {
    /// Each ends in 0.
    private let words: [[CChar]]
    private var text: [UInt8] = []

    /// - Parameter search: Words between white space; all must occur.
    init(_ search: String) {
        words = search.lowercased().split(whereSeparator: \.isWhitespace).map { $0.utf8.map { CChar(bitPattern: $0) } + [0] }
    }

    /// Whether every series matches.
    var isEmpty: Bool { words.isEmpty }

    /// Whether all words occur in `name label=value …`. O(bytes), no allocation for labels in ASCII.
    ///
    /// - Parameter labels: The canonical byte form.
    mutating func matches(encoded labels: Span<UInt8>) -> Bool {
        guard write(labels) else { return false }
        text.append(0)
        return text.withUnsafeBytes { bytes in
            let text = bytes.assumingMemoryBound(to: CChar.self)
            return words.allSatisfy { word in text.baseAddress.map { strstr($0, word) != nil } ?? false }
        }
    }

    /// Writes labels as text in lower case; `false` for bytes that are no canonical form.
    private mutating func write(_ labels: Span<UInt8>) -> Bool {
        text.removeAll(keepingCapacity: true)
        let metricName = Array(Labels.metricName.utf8)
        var isASCII = true
        var position = 0
        while position < labels.count {
            guard Self.length(after: 0x0A, labels, &position) != nil,
                let name = Self.field(0x0A, labels, &position),
                let value = Self.field(0x12, labels, &position)
            else { return false }
            if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            let isName =
                name.count == metricName.count
                && name.indices.allSatisfy { labels[$0] == metricName[$0 - name.lowerBound] }
            if !isName {
                for place in name { append(labels[place], &isASCII) }
                text.append(UInt8(ascii: "="))
            }
            for place in value { append(labels[place], &isASCII) }
        }
        if !isASCII { text = Array(String(decoding: text, as: UTF8.self).lowercased().utf8) }
        return true
    }

    private mutating func append(_ byte: UInt8, _ isASCII: inout Bool) {
        if byte >= 0x80 { isASCII = false }
        // 0 ends the text for whoever looks for words.
        if byte == 0 { return text.append(UInt8(ascii: " ")) }
        text.append(byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte)
    }

    /// The length behind a key; the position is then that of the content.
    private static func length(after key: UInt8, _ bytes: Span<UInt8>, _ position: inout Int) -> Int? {
        guard position < bytes.count, bytes[position] == key else { return nil }
        position += 1
        var length = 0
        var shift = 0
        while position < bytes.count, shift < 35 {
            let byte = bytes[position]
            position += 1
            length |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return length }
            shift += 7
        }
        return nil
    }

    /// The place of the content behind a key; the position is then behind it.
    private static func field(_ key: UInt8, _ bytes: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
        guard let length = length(after: key, bytes, &position), length <= bytes.count - position else {
            return nil
        }
        defer { position += length }
        return position..<position + length
    }
}
