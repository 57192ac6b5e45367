internal import Networking

/// One line of the table of settings: the same name in flags, variables and the file.
struct Setting: Sendable {
    /// Lower case, words joined by dashes.
    let name: String
    /// What it does, in one sentence.
    let summary: String
    /// Whether it takes several values: a list in the file, commas elsewhere.
    let isList: Bool
    /// Takes over the values; what is wrong with them, if anything, as "must be …".
    let apply: @Sendable (inout Configuration, [String]) -> String?

    /// Every setting, in the order of the help.
    static let all: [Setting] = [
        Setting("listen", "Where to listen, HOST:PORT.") { configuration, text in
            do throws(AddressError) {
                configuration.listen = try Address(parsing: text)
                return nil
            } catch {
                return "must be HOST:PORT: \(error)"
            }
        },
        Setting("data", "The directory of stored points, models and journals.") { configuration, text in
            configuration.data = text
            return text.isEmpty ? "must be a directory, not empty" : nil
        },
        Setting("token-file", "The file whose content clients send as a bearer token.") {
            configuration, text in
            configuration.tokenFile = text
            return text.isEmpty ? "must be a file, not empty" : nil
        },
        Setting(list: "allowed-hosts", "Further names under which the service is reached.") {
            configuration, names in
            for name in names where Guard.hostName(of: name) != name.lowercased() {
                return "must be host names without ports, not \"\(name)\""
            }
            configuration.allowedHosts = names
            return nil
        },
        Setting("workers", "Threads that predict; 0 stands for one a core.") { configuration, text in
            assign(whole(text, 0...1024), to: &configuration.workers)
                ?? "must be a whole number from 0 to 1024, not \"\(text)\""
        },
        Setting("queue", "Requests that may wait for a worker.") { configuration, text in
            assign(whole(text, 1...1_000_000), to: &configuration.queue)
                ?? "must be a whole number from 1 to 1000000, not \"\(text)\""
        },
        Setting("max-body", "The most bytes a body may have, as 32MiB.") { configuration, text in
            assign(bytes(text), to: &configuration.maxBodyBytes)
                ?? "must be a size from 1KiB to 4GiB, as 32MiB, not \"\(text)\""
        },
        Setting("request-deadline", "How long a request is worth an answer, as 30s.") { configuration, text in
            assign(seconds(text), to: &configuration.requestDeadlineSeconds)
                ?? "must be a duration from 1ms to 1h, as 30s, not \"\(text)\""
        },
        Setting("max-series", "The most series that are stored.") { configuration, text in
            assign(whole(text, 1...100_000_000), to: &configuration.maxSeries)
                ?? "must be a whole number from 1 to 100000000, not \"\(text)\""
        },
        Setting("stale-after", "How long a series without points stays in memory, as 15m.") {
            configuration, text in
            assign(seconds(text), to: &configuration.staleAfterSeconds)
                ?? "must be a duration from 1ms to 1h, as 15m, not \"\(text)\""
        },
        Setting("statsd", "Where to take StatsD over UDP, HOST:PORT; nowhere when left out.") {
            configuration, text in
            guard !text.isEmpty else { return nil }
            do throws(AddressError) {
                configuration.statsd = try Address(parsing: text)
                return nil
            } catch {
                return "must be HOST:PORT: \(error)"
            }
        },
        Setting("statsd-flush", "How much of StatsD becomes one point a series, as 10s.") {
            configuration, text in
            assign(seconds(text), to: &configuration.statsdFlushSeconds)
                ?? "must be a duration from 1ms to 1h, as 10s, not \"\(text)\""
        },
        Setting("external-url", "Where people reach the page, for links in messages, as https://HOST.") {
            configuration, text in
            assign(webAddress(text), to: &configuration.externalURL)
                ?? "must be a web address without query, as https://bellwether.example.org"
        },
        Setting("demo", "A directory of data sets to replay, with alerts and a receiver to look at.") {
            configuration, text in
            configuration.demo = text.isEmpty ? nil : text
            return nil
        },
        Setting("federate", "Whether GET /federate tells newest scores to who scrapes them, true or false.") {
            configuration, text in
            assign(Bool(text), to: &configuration.isFederating)
                ?? "must be true or false, not \"\(text)\""
        },
        Setting("log-level", "The chattiest lines that are logged.") { configuration, text in
            assign(Log.Level(rawValue: text), to: &configuration.logLevel)
                ?? "must be debug, info, warning or error, not \"\(text)\""
        },
        Setting("reload-every", "How often to look whether the file of --config has changed, as 5s, or off.")
        {
            configuration, text in
            if text == "off" {
                configuration.reloadEverySeconds = nil
                return nil
            }
            return assign(seconds(text).flatMap { $0 >= 1 ? $0 : nil }, to: &configuration.reloadEverySeconds)
                ?? "must be a duration from 1s to 1h, as 5s, or off, not \"\(text)\""
        },
    ]

    static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}

// MARK: - Variables

extension Setting {
    /// What the names of all variables begin with.
    static let variablePrefix = "BELLWETHER_"

    /// The variable of a setting: `BELLWETHER_MAX_BODY` for `max-body`.
    static func variable(_ name: String) -> String {
        variablePrefix + String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }

    /// Whether Kubernetes sets a variable of this name, for a Service named "bellwether", in every pod beside it.
    static func isSetByKubernetes(_ variable: String) -> Bool {
        let rest = variable.dropFirst(variablePrefix.count)
        return rest == "SERVICE_HOST" || rest == "SERVICE_PORT" || rest.hasPrefix("SERVICE_PORT_")
            || rest == "PORT" || rest.hasPrefix("PORT_")
    }

    /// The values in one text.
    func split(_ text: String) -> [String] {
        isList ? text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty } : [text]
    }
}

// MARK: - Reading values

extension Setting {
    private init(
        _ name: String, _ summary: String,
        apply: @escaping @Sendable (inout Configuration, String) -> String?
    ) {
        self.init(name: name, summary: summary, isList: false) { apply(&$0, $1.first ?? "") }
    }

    private init(
        list name: String, _ summary: String,
        apply: @escaping @Sendable (inout Configuration, [String]) -> String?
    ) {
        self.init(name: name, summary: summary, isList: true, apply: apply)
    }

    /// Takes over a value if there is one, and says nothing; otherwise the complaint after `??` is due.
    private static func assign<Value>(_ value: Value?, to place: inout Value) -> String?? {
        guard let value else { return nil }
        place = value
        return .some(nil)
    }

    /// A web address without slashes at its end.
    private static func webAddress(_ text: String) -> String?? {
        guard let start = ["https://", "http://"].first(where: text.hasPrefix),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("?"), !text.contains("#"),
            !text.contains("@"), let host = text.dropFirst(start.count).first, host != "/"
        else { return nil }
        var address = text[...]
        while address.last == "/" { address = address.dropLast() }
        return .some(String(address))
    }

    private static func whole(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    static func bytes(_ text: String) -> Int? {
        let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("", 0)]
        guard let (unit, shift) = units.first(where: { text.hasSuffix($0.0) }),
            let count = whole(String(text.dropLast(unit.count)), 0...(4 << 30))
        else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
        return !overflow && (1 << 10...4 << 30).contains(bytes) ? bytes : nil
    }

    private static func seconds(_ text: String) -> Double? {
        let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)]
        guard let (unit, scale) = units.first(where: { text.hasSuffix($0.0) }),
            let count = whole(String(text.dropLast(unit.count)), 0...3_600_000)
        else { return nil }
        let seconds = Double(count) * scale
        return (0.001...3600).contains(seconds) ? seconds : nil
    }
}
