import Glibc
import Networking
import Service
import Storage

/// The way of a command to stored data: over HTTP to the service that holds them or that the user names, else
/// through the same routes in this process. Both speak requests and answers and behave the same.
final class ServiceConnection: Sendable {
    /// Options of every command that takes this way.
    static let options = [
        Command.Option("--data", value: "DIR", "the data directory (\(Configuration().data))"),
        Command.Option("--url", value: "URL", "ask the service there instead"),
        Command.Option("--token-file", value: "FILE", "what the service wants as a bearer token"),
        Command.Option("--config", value: "FILE", "definitions, where no service runs; or a directory"),
    ]

    /// Where the answers come from, for messages.
    let place: String
    private let way: Way
    /// A directory that goes with the connection.
    private let copy: String?

    private enum Way: Sendable {
        case http(HTTPClient, token: String?)
        case local(LocalService)
    }

    private init(_ way: Way, place: String, copy: String? = nil) {
        self.way = way
        self.place = place
        self.copy = copy
    }

    /// Lets go of the data; the connection is of no use afterwards.
    func close() {
        if case .local(let service) = way { service.close() }
        if let copy { Self.remove(copy) }
    }
}

// MARK: - Asking

extension ServiceConnection {
    /// Sends one request.
    ///
    /// - Parameter path: Percent-encoded where it needs to be.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``Failure`` when there is none.
    func send(
        _ method: HTTPMethod, _ path: String, query: [(name: String, value: String)] = [],
        contentType: String? = nil, body: [UInt8] = []
    ) throws(Failure) -> HTTPResponse {
        var headers = contentType.map { [(name: "Content-Type", value: $0)] } ?? []
        switch way {
        case .local(let service):
            return service.respond(
                to: HTTPRequest(
                    method: method.rawValue, path: path, query: query,
                    headers: headers.map { ($0.name.lowercased(), $0.value) }, body: body))
        case .http(let client, let token):
            if let token { headers.append(("Authorization", "Bearer " + token)) }
            do throws(HTTPClientError) {
                return try client.send(
                    method, HTTPClient.target(path, query: query), headers: headers, body: body)
            } catch {
                throw Failure("the service does not answer: \(error)")
            }
        }
    }

    /// Sends one request that is to succeed.
    ///
    /// - Throws: ``Failure`` with the problem of an answer beyond 2xx; its exit code is 2 for 422, else 1.
    func ask(
        _ method: HTTPMethod, _ path: String, query: [(name: String, value: String)] = [],
        contentType: String? = nil, body: [UInt8] = []
    ) throws(Failure) -> HTTPResponse {
        let answer = try send(method, path, query: query, contentType: contentType, body: body)
        guard (200..<300).contains(answer.status) else { throw ServiceProblem(answer).failure }
        return answer
    }

    /// Attempts at a request that is answered with 503, and the longest pause between two, in seconds.
    static let attempts = 8
    private static let longestPause = 30

    /// Sends one request that is to succeed, again while the answer is to come again later (503, 429).
    func askPatiently(
        _ method: HTTPMethod, _ path: String, query: [(name: String, value: String)] = [],
        contentType: String? = nil, body: [UInt8] = []
    ) throws(Failure) -> HTTPResponse {
        for attempt in 1... {
            let answer = try send(method, path, query: query, contentType: contentType, body: body)
            if (200..<300).contains(answer.status) { return answer }
            guard [429, 503].contains(answer.status), attempt < Self.attempts else {
                throw ServiceProblem(answer).failure
            }
            let wanted = answer.header("retry-after").flatMap(Int.init) ?? 1
            sleep(UInt32(min(max(wanted, 1), Self.longestPause)))
        }
        preconditionFailure("more attempts than there are numbers")
    }
}

// MARK: - Opening

extension ServiceConnection {
    /// Whether a command may make a data directory that is not there.
    enum Directory {
        case mustExist
        case isMade
    }

    /// Opens the way that the options name.
    ///
    /// - Parameter routes: What may be asked where no service runs.
    /// - Throws: ``UsageError`` for options that exclude each other or a bad configuration; ``Failure`` when there is no
    ///   directory, or nobody may have it now.
    static func open(
        _ arguments: Arguments, _ console: Console, directory: Directory = .mustExist,
        routes: [Route] = Routes.all
    ) throws -> ServiceConnection {
        let configuration = try configuration(arguments, console)
        let token = try configuration.tokenFile.map(token)
        if let url = arguments.text("--url") {
            for name in ["--data", "--config"] where arguments.has(name) {
                throw UsageError("--url and \(name) exclude each other")
            }
            do throws(HTTPClientError) {
                return try http(url, token)
            } catch {
                throw UsageError("--url: \(error)")
            }
        }
        if directory == .mustExist { try expectData(in: configuration.data) }
        return try waiting(configuration, token, arguments.command, console, routes)
    }

    /// Opens the way that the options name, to ask alone: a directory that no service has is asked in a copy. To open it
    /// takes in its journal and ends incidents of definitions that are not there, which is for its service to do.
    ///
    /// Points that only the journal has, of a service that was killed, are not in the copy.
    static func openForQuestions(_ arguments: Arguments, _ console: Console) throws -> ServiceConnection {
        var configuration = try configuration(arguments, console)
        guard arguments.text("--url") == nil, DataDirectory.service(of: configuration.data) == nil else {
            return try open(arguments, console)
        }
        try expectData(in: configuration.data)
        let place = configuration.data
        let copy = try makeDirectory()
        do {
            try SQLiteStore.backup(database: place + "/bellwether.db", to: copy + "/backup")
            configuration.data = copy + "/data"
            try SQLiteStore.restore(backup: copy + "/backup", into: configuration.data)
            return ServiceConnection(
                try local(configuration, arguments.command, console, Routes.all).way, place: place, copy: copy
            )
        } catch {
            remove(copy)
            throw Failure("\(error)")
        }
    }

    private static func makeDirectory() throws(Failure) -> String {
        let parent = Environment.current["TMPDIR"] ?? "/tmp"
        var template = Array((parent + "/bellwether-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure("no directory can be made in \(parent): \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes what this process has made, links in it unfollowed.
    private static func remove(_ path: String) {
        guard unlink(path) != 0, let stream = opendir(path) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove(path + "/" + name) }
        }
        closedir(stream)
        rmdir(path)
    }

    /// The settings that options, variables and the file give.
    static func configuration(_ arguments: Arguments, _ console: Console) throws -> Configuration {
        let flags = ["data", "config", "token-file"].compactMap { name in
            arguments.text("--" + name).map { (name: name, value: $0) }
        }
        do throws(ConfigurationError) {
            return try Configuration.load(flags: flags, environment: Environment.current)
        } catch {
            for finding in error.all.dropLast() { console.note("\(finding)") }
            throw UsageError(error.all.last.map { "\($0)" } ?? "the configuration is wrong")
        }
    }

    /// How often, and after what pause, a directory is tried that another process has just taken: a service says
    /// where it answers a little later, and a command is soon done.
    private static let tries = 25
    private static let pauseMicroseconds: UInt32 = 200_000

    private static func waiting(
        _ configuration: Configuration, _ token: String?, _ command: String, _ console: Console,
        _ routes: [Route]
    ) throws -> ServiceConnection {
        for attempt in 1... {
            if let service = DataDirectory.service(of: configuration.data) {
                return try http(reachable(service.address), token)
            }
            switch Result(catching: { try local(configuration, command, console, routes) }) {
            case .success(let connection): return connection
            case .failure(StorageError.locked) where attempt < tries: usleep(pauseMicroseconds)
            case .failure(let error): throw Failure("\(error)")
            }
        }
        preconditionFailure("more attempts than there are numbers")
    }

    private static func local(
        _ configuration: Configuration, _ command: String, _ console: Console, _ routes: [Route]
    ) throws -> ServiceConnection {
        let surroundings = App.Surroundings(
            version: Version.number, clocks: .system, requestIDPrefix: RequestIDs.randomPrefix(),
            log: Log(level: .warning) { console.note($0) }, store: .directory,
            seed: UInt64.random(in: .min ... .max))
        let service = try LocalService(
            configuration, routes: routes, holder: "bellwether \(command)", in: surroundings)
        return ServiceConnection(.local(service), place: configuration.data)
    }

    /// Seconds for one request, and the largest answer: a page of an export can be long.
    private static let timeout = 300.0
    private static let mostBytes = 1 << 30

    private static func http(_ url: String, _ token: String?) throws(HTTPClientError) -> ServiceConnection {
        var settings = HTTPClient.Configuration()
        settings.timeout = timeout
        settings.maximumResponseBytes = mostBytes
        settings.userAgent = "bellwether/\(Version.number)"
        let client = try HTTPClient(baseURL: url, configuration: settings)
        return ServiceConnection(.http(client, token: token), place: client.baseURL)
    }

    /// The address of a service on this machine; one that listens everywhere is asked on the loopback.
    static func reachable(_ address: String) -> String {
        address.replacing("//0.0.0.0:", with: "//127.0.0.1:").replacing("//[::]:", with: "//[::1]:")
    }

    private static func expectData(in path: String) throws(Failure) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Failure("there is no data directory \(path): give --data DIR, or --url URL of a service")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw Failure("\(path) is not a directory") }
        guard stat(path + "/bellwether.db", &status) == 0 else {
            throw Failure("\(path) holds no data of bellwether: give --data DIR, or --url URL of a service")
        }
    }

    private static func token(_ path: String) throws -> String {
        let bytes = try FileInput.read(path)
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        guard !text.isEmpty else { throw Failure("the token file \(path) is empty") }
        return text
    }
}
