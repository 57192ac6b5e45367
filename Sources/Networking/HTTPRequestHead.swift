/// What the request line asks for, decoded.
struct RequestTarget: Equatable {
    var path: String
    var query: [(name: String, value: String)]

    /// Why a target is refused; the text is for the client.
    struct Malformed: Error, Equatable { var reason: String }

    static func == (a: RequestTarget, b: RequestTarget) -> Bool {
        a.path == b.path && a.query.elementsEqual(b.query) { $0 == $1 }
    }

    /// Reads origin form (`/path?query`) and absolute form (`http://host/path?query`).
    ///
    /// - Source: RFC 9112, section 3.2; queries as in the WHATWG URL Standard, section 5.1.
    init(parsing target: some Collection<UInt8>) throws(Malformed) {
        var target = target[...]
        let scheme = Array("http://".utf8)
        if target.starts(with: scheme) {
            let authority = target.dropFirst(scheme.count)
            target = authority.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        } else if target.first != UInt8(ascii: "/") {
            guard target.elementsEqual([UInt8(ascii: "*")]) else {
                throw Malformed(reason: "the request target must begin with a slash")
            }
        }
        guard target.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw Malformed(reason: "the request target has a space or a control character")
        }
        let parts = target.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let raw = parts.first, let path = Self.decode(raw, plusIsSpace: false) else {
            throw Malformed(reason: "the path has a malformed percent escape or is not UTF-8")
        }
        self.path = path.isEmpty ? "/" : path
        query = []
        guard parts.count == 2 else { return }
        for pair in parts[1].split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let rawName = sides.first, let name = Self.decode(rawName, plusIsSpace: true),
                let value = sides.count == 2 ? Self.decode(sides[1], plusIsSpace: true) : ""
            else { throw Malformed(reason: "the query has a malformed percent escape or is not UTF-8") }
            query.append((name, value))
        }
    }

    /// `nil` when an escape is malformed or the result is no UTF-8.
    private static func decode(_ raw: some Collection<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var units = raw.makeIterator()
        while let unit = units.next() {
            switch unit {
            case UInt8(ascii: "%"):
                guard let high = units.next().flatMap(hexDigit), let low = units.next().flatMap(hexDigit)
                else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(unit)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ unit: UInt8) -> UInt8? {
        switch Unicode.Scalar(unit) {
        case "0"..."9": unit - UInt8(ascii: "0")
        case "a"..."f": unit - UInt8(ascii: "a") + 10
        case "A"..."F": unit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// What the header says of the body, or why the request must be refused before it is read.
struct RequestFraming: Equatable {
    /// Bytes that will come; `nil` when chunked, 0 when there is no body.
    var length: Int?
    /// Whether the client waits for a word before it sends the body.
    var expectsContinue: Bool

    /// A refusal, after which nothing on the connection can be trusted.
    struct Refusal: Error, Equatable {
        var status: Int
        var detail: String
    }

    /// Refuses what proxies and servers may understand differently.
    ///
    /// - Source: RFC 9112, sections 3.2, 5.1, 6.1 and 6.3.
    init(_ request: HTTPRequest, isVersion11: Bool) throws(Refusal) {
        var hosts = 0
        var lengths: [String] = []
        var codings: [String] = []
        expectsContinue = false
        for (name, value) in request.headers {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
                throw Refusal(status: 400, detail: "A header field has a malformed name.")
            }
            switch name {
            case "host": hosts += 1
            case "content-length": lengths.append(value)
            case "transfer-encoding": codings.append(value)
            case "expect": expectsContinue = value.lowercased() == "100-continue"
            default: break
            }
        }
        if hosts > 1 || (hosts == 0 && isVersion11) {
            throw Refusal(status: 400, detail: "The request needs exactly one Host field; it has \(hosts).")
        }
        if !lengths.isEmpty, !codings.isEmpty {
            throw Refusal(status: 400, detail: "Content-Length and Transfer-Encoding exclude each other.")
        }
        if lengths.count > 1 { throw Refusal(status: 400, detail: "Content-Length is given more than once.") }
        if let coding = codings.first {
            guard codings.count == 1, coding.lowercased() == "chunked" else {
                throw Refusal(status: 501, detail: "The only transfer coding understood is chunked.")
            }
            length = nil
        } else if let text = lengths.first {
            guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int(text) else {
                throw Refusal(status: 400, detail: "Content-Length is no number.")
            }
            length = value
        } else {
            length = 0
        }
    }

    private static func isTokenByte(_ unit: UInt8) -> Bool {
        switch Unicode.Scalar(unit) {
        case "a"..."z", "A"..."Z", "0"..."9", "!", "#", "$", "%", "&", "'", "*", "+", "-", ".", "^", "_", "`",
            "|",
            "~":
            true
        default: false
        }
    }
}
