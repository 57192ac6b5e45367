internal import CCurl
internal import Glibc

/// One request as libcurl needs it.
struct CurlRequest {
    var method: HTTPMethod
    var url: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    var configuration: HTTPClient.Configuration
    /// Who says when it is given up.
    var patience: HTTPPatience
}

/// One easy handle with its open connections; closed when its owner lets go, on every path.
struct CurlHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    /// Where libcurl writes what went wrong.
    private let message: UnsafeMutablePointer<CChar>

    /// libcurl is started once for the process, before the first handle.
    ///
    /// From then on the process ignores SIGPIPE: OpenSSL may write to a server that went away.
    static let isStarted: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
    }()

    init() throws(HTTPClientError) {
        guard Self.isStarted, let made = curl_easy_init() else { throw .libraryNotStarted }
        handle = made
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(handle)
        message.deallocate()
    }

    /// Sends a request and waits for the answer.
    borrowing func perform(_ request: CurlRequest) throws(HTTPClientError) -> HTTPResponse {
        // Keeps connections, names and TLS sessions; forgets every option.
        curl_easy_reset(handle)
        message[0] = 0
        let answer = CurlAnswer(request.configuration)
        let fields = CurlList(request)
        let code = request.body.withUnsafeBytes { body in
            withExtendedLifetime((answer, fields, request.patience)) {
                setOptions(request, body, fields, answer)
                return curl_easy_perform(handle)
            }
        }
        let outcome = Outcome(code, of: handle)
        // What the handle was lent is not its own any more.
        curl_easy_reset(handle)
        guard code == CURLE_OK else { throw error(outcome, request, answer) }
        return HTTPResponse(status: answer.status, headers: answer.headers, body: answer.body)
    }

    /// libcurl copies texts, but borrows the body, the list and the answer until the end of the transfer.
    private borrowing func setOptions(
        _ request: CurlRequest, _ body: UnsafeRawBufferPointer, _ fields: CurlList, _ answer: CurlAnswer
    ) {
        let configuration = request.configuration
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, message)
        ccurl_set_text(handle, CURLOPT_URL, request.url)
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_text(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        ccurl_set_text(handle, CURLOPT_PROXY, "")
        ccurl_set_text(handle, CURLOPT_USERAGENT, configuration.userAgent)
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(configuration.connectTimeout))
        ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds(configuration.timeout))
        ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, configuration.redirects > 0 ? 1 : 0)
        ccurl_set_long(handle, CURLOPT_MAXREDIRS, configuration.redirects)
        ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, configuration.verifiesCertificates ? 1 : 0)
        ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, configuration.verifiesCertificates ? 2 : 0)
        ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, fields.first)
        setMethod(request.method, body)
        setPatience(request.patience)
        let context = Unmanaged.passUnretained(answer).toOpaque()
        ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        ccurl_set_writer(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            CurlAnswer.from(context, bytes, size * count) { $0.addBody($1) }
        }
        ccurl_set_writer(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            CurlAnswer.from(context, bytes, size * count) { $0.addHeaderLine($1) }
        }
    }

    /// libcurl asks now and then, at least once a second.
    private borrowing func setPatience(_ patience: HTTPPatience) {
        ccurl_set_long(handle, CURLOPT_NOPROGRESS, 0)
        ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, Unmanaged.passUnretained(patience).toOpaque())
        ccurl_set_progress(handle) { context, _, _, _, _ in
            guard let context else { return 0 }
            return Unmanaged<HTTPPatience>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
        }
    }

    private borrowing func setMethod(_ method: HTTPMethod, _ body: UnsafeRawBufferPointer) {
        let carriesBody = !body.isEmpty || [.post, .put, .patch].contains(method)
        if method == .head {
            ccurl_set_long(handle, CURLOPT_NOBODY, 1)
        } else if carriesBody {
            ccurl_set_long(handle, CURLOPT_POST, 1)
            ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            ccurl_set_pointer(
                handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: body.baseAddress))
        }
        if method != .head, method != (carriesBody ? .post : .get) {
            ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, method.rawValue)
        }
    }

    private func milliseconds(_ seconds: Double) -> Int {
        // 0 would mean for ever.
        Int(min(max((seconds * 1000).rounded(.up), 1), 1e9))
    }

    /// How a transfer ended, read before the handle forgets it.
    private struct Outcome {
        let code: CURLcode
        /// The errno of the last connection tried, or 0.
        var systemError = 0
        /// Bytes of the request's header that were sent.
        var requestBytes = 0

        init(_ code: CURLcode, of handle: UnsafeMutableRawPointer) {
            self.code = code
            ccurl_get_long(handle, CURLINFO_OS_ERRNO, &systemError)
            ccurl_get_long(handle, CURLINFO_REQUEST_SIZE, &requestBytes)
        }
    }

    /// What libcurl's code means for who asked.
    private borrowing func error(
        _ outcome: Outcome, _ request: CurlRequest, _ answer: CurlAnswer
    ) -> HTTPClientError {
        let code = outcome.code
        let url = HTTPClientError.shown(request.url)
        let written = String(cString: message)
        let reason = written.isEmpty ? String(cString: curl_easy_strerror(code)) : written
        if let limit = answer.exceeded { return .responseTooLarge(url: url, limit: limit) }
        switch code {
        case CURLE_COULDNT_CONNECT:
            return outcome.systemError == Int(ECONNREFUSED)
                ? .refused(url: url) : .notConnected(url: url, reason: reason)
        case CURLE_COULDNT_RESOLVE_HOST: return .hostNotFound(host: Self.host(of: url))
        case CURLE_OPERATION_TIMEDOUT:
            let limits = request.configuration
            let isConnecting = outcome.requestBytes == 0
            return .timedOut(
                url: url,
                seconds: isConnecting ? min(limits.connectTimeout, limits.timeout) : limits.timeout,
                whileConnecting: isConnecting)
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE:
            return .connectionLost(url: url, reason: reason)
        case CURLE_ABORTED_BY_CALLBACK: return .givenUp(url: url)
        case CURLE_URL_MALFORMAT: return .invalidURL(url, reason: reason)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_WRITE_ERROR:
            return .malformedResponse(url: url, reason: reason)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
            return .tls(url: url, reason: reason)
        case CURLE_TOO_MANY_REDIRECTS:
            return .tooManyRedirects(url: url, limit: request.configuration.redirects)
        default: return .failed(url: url, code: Int(code.rawValue), reason: reason)
        }
    }

    private static func host(of url: String) -> String {
        let rest = url.split(separator: "://", maxSplits: 1).last ?? ""
        let authority = rest.prefix { $0 != "/" }
        return String(authority.first == "[" ? authority : authority.prefix { $0 != ":" })
    }
}
