/// Names of metrics and labels as Prometheus has them, from those of OpenTelemetry.
///
/// - Source: OpenTelemetry specification 1.38, *Prometheus and OpenMetrics Compatibility*, "OTLP Metric points to
///   Prometheus"; what it leaves open is as Prometheus' `otlptranslator` does it.
enum OTLPNames {
    /// Units by their UCUM codes.
    private static let units = [
        "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds",
        "us": "microseconds", "ns": "nanoseconds", "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes",
        "GiBy": "gibibytes", "TiBy": "tibibytes", "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes",
        "TBy": "terabytes", "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts",
        "g": "grams", "Cel": "celsius", "Hz": "hertz", "1": "", "%": "percent",
    ]
    /// Units behind a slash.
    private static let perUnits = [
        "s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year",
    ]
    private static let total = Array("total".utf8)
    private static let ratio = Array("ratio".utf8)

    /// The most bytes of a unit; the specification allows 63.
    private static let unitLimit = 256

    /// Writes the name of a metric: words with one underscore between them, then its unit, `total` for a counter,
    /// `ratio` for a gauge of unit 1; each of them once.
    ///
    /// Nothing is written when the name has no letter and no digit, and no suffix comes to it.
    static func appendMetric(
        _ name: UnsafeBufferPointer<UInt8>, unit: UnsafeBufferPointer<UInt8>, isCounter: Bool, isGauge: Bool,
        to text: inout [UInt8]
    ) {
        let isRatio = isGauge && unit.count == 1 && unit[0] == UInt8(ascii: "1")
        let (main, per) = unit.count <= unitLimit ? suffixes(unit) : ([], [])
        let first = text.count
        var hasMain = main.isEmpty
        var hasPer = per.isEmpty
        var place = 0
        while place < name.count {
            guard isMetricByte(name[place]) else {
                place += 1
                continue
            }
            let start = place
            while place < name.count, isMetricByte(name[place]) { place += 1 }
            let word = UnsafeBufferPointer(rebasing: name[start..<place])
            if word.elementsEqual(main) { hasMain = true }
            if word.elementsEqual(per) { hasPer = true }
            if isCounter && word.elementsEqual(total) || isRatio && word.elementsEqual(ratio) { continue }
            append(word, after: first, to: &text)
        }
        if !hasMain { append(main, after: first, to: &text) }
        if !hasPer { append(per, after: first, to: &text) }
        if isCounter { append(total, after: first, to: &text) }
        if isRatio { append(ratio, after: first, to: &text) }
        // A metric's name does not begin with a digit.
        if text.count > first, isDigit(text[first]) { text.insert(UInt8(ascii: "_"), at: first) }
    }

    private static func append(_ word: some Collection<UInt8>, after first: Int, to text: inout [UInt8]) {
        if text.count > first { text.append(UInt8(ascii: "_")) }
        text.append(contentsOf: word)
    }

    /// What a unit adds to a name, and what the part behind its slash adds.
    private static func suffixes(_ unit: UnsafeBufferPointer<UInt8>) -> (main: [UInt8], per: [UInt8]) {
        guard !unit.isEmpty else { return ([], []) }
        let parts = unit.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let main = suffix(parts[0], units)
        guard parts.count > 1 else { return (main, []) }
        let per = suffix(parts[1], perUnits)
        return (main, per.isEmpty ? [] : Array("per_".utf8) + per)
    }

    /// A unit as words; nothing for one in braces, which is a remark.
    private static func suffix(
        _ unit: Slice<UnsafeBufferPointer<UInt8>>, _ known: [String: String]
    ) -> [UInt8] {
        let isBrace: (UInt8) -> Bool = { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
        guard !unit.contains(where: isBrace) else { return [] }
        let code = String(decoding: unit.filter { $0 > 0x20 }, as: UTF8.self)
        if let word = known[code] { return Array(word.utf8) }
        var words: [UInt8] = []
        for word in code.utf8.split(whereSeparator: { !isMetricByte($0) }) {
            append(word, after: 0, to: &words)
        }
        return words
    }

    /// Writes the name of a label: an underscore for each character that may not stand in one, `key_` before a
    /// digit and `key` before a single underscore.
    ///
    /// - Returns: Whether something was changed.
    static func appendLabel(_ key: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) -> Bool {
        guard !key.isEmpty else { return false }
        let first = text.count
        if isLetter(key[0]), appendPlain(key, to: &text) {
            return !text[first...].elementsEqual(key)
        }
        if isDigit(key[0]) { text.append(contentsOf: "key_".utf8) }
        for byte in key {
            if isLabelByte(byte) {
                text.append(byte)
            } else if byte & 0xC0 != 0x80 || text.count == first {
                // One for a character, however many bytes it has.
                text.append(UInt8(ascii: "_"))
            }
        }
        let underscore = UInt8(ascii: "_")
        if text[first] == underscore, text.count == first + 1 || text[first + 1] != underscore {
            text.insert(contentsOf: "key".utf8, at: first)
        }
        let isChanged = !text[first...].elementsEqual(key)
        return isChanged
    }

    /// The usual keys: ASCII that begins with a letter. Writes nothing for others.
    private static func appendPlain(_ key: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) -> Bool {
        guard key.allSatisfy({ $0 < 0x80 }) else { return false }
        let first = text.count
        text.append(contentsOf: key)
        text.withUnsafeMutableBufferPointer { text in
            for place in first..<text.count where !isLabelByte(text[place]) {
                text[place] = UInt8(ascii: "_")
            }
        }
        return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
    }

    /// Also the colon; underscores are what stands between words.
    private static func isMetricByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: ":")
    }
}
