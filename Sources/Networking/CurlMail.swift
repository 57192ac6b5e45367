internal import CCurl
internal import Glibc

/// One easy handle for one mail; closed when its owner lets go, on every path.
struct CurlMail: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    /// Where libcurl writes what went wrong.
    private let message: UnsafeMutablePointer<CChar>
    private let recipients: CurlRecipients
    private let client: SMTPClient
    private let sender: String

    init(_ client: SMTPClient, sender: String, recipients: [String]) throws(SMTPClientError) {
        guard CurlHandle.isStarted, let made = curl_easy_init() else { throw .libraryNotStarted }
        handle = made
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        self.recipients = CurlRecipients(recipients)
        self.client = client
        self.sender = sender
    }

    deinit {
        curl_easy_cleanup(handle)
        message.deallocate()
    }

    /// Hands the mail over and waits for the server's last word.
    borrowing func perform(_ mail: [UInt8]) throws(SMTPClientError) {
        let talk = CurlTalk(mail)
        let code = withExtendedLifetime((talk, recipients)) {
            setOptions(talk)
            return curl_easy_perform(handle)
        }
        guard code != CURLE_OK else { return }
        throw error(code, talk)
    }

    private borrowing func setOptions(_ talk: CurlTalk) {
        let limits = client.configuration
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, message)
        // The path is what the greeting says.
        ccurl_set_text(handle, CURLOPT_URL, client.url + "/" + limits.greeting)
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        ccurl_set_text(handle, CURLOPT_PROXY, "")
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limits.connectTimeout))
        ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds(limits.timeout))
        ccurl_set_long(
            handle, CURLOPT_USE_SSL, Int((client.requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_TRY).rawValue))
        if !limits.username.isEmpty {
            ccurl_set_text(handle, CURLOPT_USERNAME, limits.username)
            ccurl_set_text(handle, CURLOPT_PASSWORD, limits.password)
        }
        ccurl_set_text(handle, CURLOPT_MAIL_FROM, "<" + sender + ">")
        ccurl_set_pointer(handle, CURLOPT_MAIL_RCPT, recipients.first)
        ccurl_set_long(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1)
        ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
        let context = Unmanaged.passUnretained(talk).toOpaque()
        ccurl_set_pointer(handle, CURLOPT_READDATA, context)
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        // A reader has the type of a writer.
        ccurl_set_writer(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
            CurlTalk.from(context)?.read(into: bytes, size * count) ?? 0
        }
        ccurl_set_writer(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            CurlTalk.from(context)?.hear(UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
    }

    private borrowing func milliseconds(_ seconds: Double) -> Int {
        // 0 would mean for ever.
        Int(min(max((seconds * 1000).rounded(.up), 1), 1e9))
    }

    /// What libcurl's code means for who asked: the server's words before libcurl's.
    private borrowing func error(_ code: CURLcode, _ talk: CurlTalk) -> SMTPClientError {
        let server = client.server
        let written = String(cString: message)
        let reason = written.isEmpty ? String(cString: curl_easy_strerror(code)) : written
        var systemError = 0
        ccurl_get_long(handle, CURLINFO_OS_ERRNO, &systemError)
        switch code {
        case CURLE_COULDNT_CONNECT:
            return systemError == Int(ECONNREFUSED)
                ? .refused(server: server) : .notConnected(server: server, reason: reason)
        case CURLE_COULDNT_RESOLVE_HOST: return .hostNotFound(server: server)
        case CURLE_OPERATION_TIMEDOUT:
            return .timedOut(server: server, seconds: client.configuration.timeout)
        case CURLE_URL_MALFORMAT: return .invalidURL(reason: reason)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
            return .tls(server: server, reason: reason)
        default: break
        }
        // The newest code, but for the answer to QUIT.
        var said = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &said)
        if said >= 400 {
            // 4xx: the server cannot tell now whether it knows the name.
            return code == CURLE_LOGIN_DENIED && said >= 500
                ? .notAuthenticated(server: server) : .declined(code: said, reply: talk.words[said] ?? "")
        }
        switch code {
        case CURLE_LOGIN_DENIED: return .notAuthenticated(server: server)
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_WEIRD_SERVER_REPLY:
            return .connectionLost(server: server, reason: reason)
        default: return .failed(server: server, code: Int(code.rawValue), reason: reason)
        }
    }
}

/// What libcurl's callbacks read and hear in one talk; touched by the thread of the transfer alone.
private final class CurlTalk {
    /// The newest line of the server with each code that refuses.
    private(set) var words: [Int: String] = [:]
    private let mail: [UInt8]
    private var position = 0

    init(_ mail: [UInt8]) { self.mail = mail }

    static func from(_ context: UnsafeMutableRawPointer?) -> CurlTalk? {
        context.map { Unmanaged<CurlTalk>.fromOpaque($0).takeUnretainedValue() }
    }

    func read(into bytes: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
        let count = min(room, mail.count - position)
        guard let bytes, count > 0 else { return 0 }
        mail.withUnsafeBytes { source in
            if let base = source.baseAddress { memcpy(bytes, base + position, count) }
        }
        position += count
        return count
    }

    /// A line as `550 5.1.1 No such user`; the words are cut off at 200 characters.
    func hear(_ bytes: UnsafeRawBufferPointer) {
        let line = bytes.prefix { $0 != 0x0D && $0 != 0x0A }
        guard line.count >= 3, let code = Int(String(decoding: line.prefix(3), as: UTF8.self)),
            code >= 400
        else { return }
        let visible = line.dropFirst(4).filter { $0 >= 0x20 && $0 != 0x7F }
        words[code] = String(String(decoding: visible, as: UTF8.self).prefix(200))
    }
}

/// Recipients as libcurl's linked list.
private final class CurlRecipients {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ addresses: [String]) {
        for address in addresses { first = curl_slist_append(first, "<" + address + ">") ?? first }
    }

    deinit { curl_slist_free_all(first) }
}
