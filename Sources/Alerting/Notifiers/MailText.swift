internal import TimeSeries

/// The forms of texts in mails: everything becomes ASCII, in lines of bounded length that end in CR LF.
enum MailText {
    /// As RFC 5322 and RFC 9110 write them.
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    /// A moment as `Sun, 01 Mar 2026 12:00:00 +0000`.
    ///
    /// - Source: RFC 5322, section 3.3.
    static func date(_ milliseconds: Int64) -> String {
        let civil = TimeZone.utc.civil(at: Timestamp(milliseconds: milliseconds))
        let two = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
        let clock = [civil.hour, civil.minute, civil.second].map(two).joined(separator: ":")
        let day = weekdays[civil.date.weekday - 1] + ", " + two(civil.date.day)
        return "\(day) \(months[civil.date.month - 1]) \(civil.date.year) \(clock) +0000"
    }

    /// A header field of free text; encoded words where it is not ASCII or too long for its line.
    ///
    /// Line ends in it become blanks: no text adds a field.
    ///
    /// - Source: RFC 2047, sections 2 and 4.1: words of at most 75 characters, each of whole characters.
    static func field(_ name: String, _ text: String) -> String {
        let line = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        let isPlain = line.utf8.allSatisfy { $0 < 0x7F } && !line.contains("=?")
        if isPlain, name.utf8.count + 2 + line.utf8.count <= 76 { return "\(name): \(line)\r\n" }
        // 45 bytes make 60 of base64; with `=?UTF-8?B?` and `?=` they are 72.
        var words: [[UInt8]] = [[]]
        var room = 45 - name.utf8.count
        for scalar in line.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > room {
                words.append([])
                room = 45
            }
            words[words.count - 1] += bytes
        }
        let encoded = words.map { "=?UTF-8?B?\(base64($0))?=" }
        return "\(name): " + encoded.joined(separator: "\r\n ") + "\r\n"
    }

    /// Bytes in base64, in one line.
    ///
    /// - Source: RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for offset in 0..<3 {
                group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0)
            }
            for place in 0..<4 {
                let digit = digits[Int(group >> UInt32(18 - 6 * place) & 63)]
                text.append(place <= count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A text with lines ending in LF, as quoted-printable with lines of at most 76 characters.
    ///
    /// - Source: RFC 2045, section 6.7.
    static func quotedPrintable(_ text: String) -> String {
        var result: [UInt8] = []
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            var width = 0
            for (index, byte) in line.enumerated() {
                let isLast = index == line.count - 1
                let isBlank = byte == 0x20 || byte == 0x09
                let isPlain =
                    (byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "=")) || (isBlank && !isLast)
                let piece = isPlain ? [byte] : escape(byte)
                if width + piece.count > 75 {
                    result += "=\r\n".utf8
                    width = 0
                }
                result += piece
                width += piece.count
            }
            result += "\r\n".utf8
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// A text as it may stand in HTML, also in an attribute.
    static func html(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
