internal import CCurl

/// What libcurl's callbacks collect of one answer; touched by the thread of the transfer alone.
final class CurlAnswer {
    private(set) var status = 0
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    /// The limit because of which the transfer was ended.
    private(set) var exceeded: Int?

    private let bodyLimit: Int
    private let headerLimit: Int
    private var headerBytes = 0

    init(_ configuration: HTTPClient.Configuration) {
        bodyLimit = configuration.maximumResponseBytes
        headerLimit = configuration.maximumHeaderBytes
    }

    /// Runs one callback; anything but `count` makes libcurl give up.
    static func from(
        _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
        _ take: (CurlAnswer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let context else { return 0 }
        let answer = Unmanaged<CurlAnswer>.fromOpaque(context).takeUnretainedValue()
        let isTaken = take(answer, UnsafeRawBufferPointer(start: bytes, count: count))
        return isTaken ? count : -1
    }

    func addBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= bodyLimit else {
            exceeded = bodyLimit
            return false
        }
        body += bytes
        return true
    }

    /// A status line, a field or the empty line after them.
    func addHeaderLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= headerLimit else {
            exceeded = headerLimit
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self).trimmed
        if line.hasPrefix("HTTP/") {
            // A final answer comes after those of 100 Continue and redirects.
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = []
            body = []
        } else if let colon = line.firstIndex(of: ":") {
            headers.append(
                (line[..<colon].lowercased(), String(line[line.index(after: colon)...]).trimmed))
        }
        return true
    }
}

/// Header fields as libcurl's linked list.
final class CurlList {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ request: CurlRequest) {
        // An empty value is sent when a semicolon stands for the colon; a bare colon removes libcurl's own field.
        for field in request.headers {
            add(field.value.isEmpty ? field.name + ";" : field.name + ": " + field.value)
        }
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            add("Content-Type:")
        }
        add("Expect:")
    }

    deinit { curl_slist_free_all(first) }

    private func add(_ line: String) {
        // `nil` for want of memory: the list so far is still good.
        first = curl_slist_append(first, line) ?? first
    }
}

extension String {
    /// Without blanks and line ends around it.
    fileprivate var trimmed: String {
        let isBlank = { (unit: UInt8) in unit == 0x20 || unit == 0x09 || unit == 0x0D || unit == 0x0A }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }),
            let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }
}
