import Alerting
import Networking
import TestSupport
import Testing

@testable import Service

private func resolve(
    flags: [(name: String, value: String)] = [], _ environment: [String: String] = [:], file: String? = nil
) throws -> Configuration {
    try Configuration.resolve(
        flags: flags, environment: environment, file: file.map { (name: "b.yaml", bytes: Array($0.utf8)) })
}

@Test func `the defaults listen to this machine alone`() throws {
    let configuration = try resolve()
    #expect(configuration == Configuration())
    #expect(configuration.listen.description == "127.0.0.1:8720")
    #expect(configuration.maxBodyBytes == 33_554_432)
}

@Test func `a flag counts more than a variable and a variable more than the file`() throws {
    let file = "listen: 127.0.0.1:1\nworkers: 1\nqueue: 1\n"
    let configuration = try resolve(
        flags: [("listen", "127.0.0.1:3"), ("config", "b.yaml")],
        ["BELLWETHER_LISTEN": "127.0.0.1:2", "BELLWETHER_WORKERS": "2", "HOME": "/"], file: file)
    #expect(configuration.listen.port == 3)
    #expect(configuration.workers == 2)
    #expect(configuration.queue == 1)
}

@Test func `every setting can be given in all three places`() throws {
    let values = [
        "listen": "[::1]:80", "data": "/d", "token-file": "/t", "allowed-hosts": "a.example", "workers": "3",
        "queue": "9", "max-body": "1KiB", "request-deadline": "1500ms", "log-level": "debug",
        "max-series": "7", "stale-after": "90s", "external-url": "https://bell.example/x/",
        "demo": "/x", "federate": "true", "statsd": "127.0.0.1:8125", "statsd-flush": "2s",
        "reload-every": "off",
    ]
    #expect(Set(values.keys) == Set(Setting.all.map(\.name)))
    let flags = try resolve(flags: values.map { ($0.key, $0.value) })
    let variables = try resolve(
        Dictionary(uniqueKeysWithValues: values.map { (Setting.variable($0.key), $0.value) }))
    let file = try resolve(file: values.map { "\($0.key): '\($0.value)'\n" }.joined())
    #expect(flags == variables && variables == file)
    #expect(flags.requestDeadlineSeconds == 1.5 && flags.maxBodyBytes == 1024 && flags.logLevel == .debug)
    #expect(flags.alerts.externalURL == "https://bell.example/x")
    #expect(flags.maxSeries == 7 && flags.staleAfterSeconds == 90)
}

@Test func `the file may use variables, lists, anchors and comments`() throws {
    let file = """
        # a comment
        data: &d "${HOME}/bw-${NAME:-x}$$"
        token-file: *d
        allowed-hosts: [a.example, "b.${HOME}"]
        """
    let configuration = try resolve(["HOME": "h"], file: file)
    #expect(configuration.data == "h/bw-x$")
    #expect(configuration.tokenFile == "h/bw-x$")
    #expect(configuration.allowedHosts == ["a.example", "b.h"])
    #expect(try resolve(file: "") == Configuration())
    #expect(try resolve(file: "# nothing\n") == Configuration())
}

@Test func `what Kubernetes sets for a service of our name is let be`() throws {
    let variables = ["BELLWETHER_SERVICE_HOST": "10.0.0.1", "BELLWETHER_PORT": "tcp://10.0.0.1:8720"]
    #expect(try resolve(variables) == Configuration())
}

@Test func `the file is found by flag, then by variable`() {
    let environment = ["BELLWETHER_CONFIG": "e"]
    #expect(Configuration.filePath(flags: [("config", "f")], environment: environment) == "f")
    #expect(Configuration.filePath(flags: [], environment: environment) == "e")
    #expect(Configuration.filePath(flags: [], environment: [:]) == nil)
    #expect(throws: Never.self) { try resolve(environment) }
}

@Test func `a file that cannot be read is refused by its path`() {
    for (path, message) in [
        ("/nonexistent/b.yaml", "cannot be read: No such file or directory"),
        ("/", "the directory has no file *.yaml or *.yml"),
    ] {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(flags: [("config", path)], environment: [:])
        }
        #expect(error.map { "\($0)" } == "\(path): \(message)")
    }
    #expect(throws: Never.self) { try Configuration.load(flags: [("workers", "1")], environment: [:]) }
    #expect(Configuration.settings.count == Setting.all.count)
}

private let bomb =
    "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    + zip("bcdefgh", "abcdefg").map {
        "\($0): &\($0) [" + Array(repeating: "*\($1)", count: 10).joined(separator: ",") + "]\n"
    }
    .joined()

@Test(arguments: [
    ("listn: x", #"b.yaml:1:1: unknown setting "listn"; did you mean "listen"?"#),
    ("data: d\nmax_body: 1", #"b.yaml:2:1: unknown setting "max_body"; did you mean "max-body"?"#),
    ("zebra: x", #"b.yaml:1:1: unknown setting "zebra""#),
    ("- listen", "b.yaml:1:1: the file must be a map of settings, not list"),
    ("listen", "b.yaml:1:1: the file must be a map of settings, not text"),
    ("workers: many", #"b.yaml:1:10: workers must be a whole number from 0 to 1024, not "many""#),
    ("workers: 1.5", #"b.yaml:1:10: workers must be a whole number from 0 to 1024, not "1.5""#),
    ("workers: [1]", "b.yaml:1:10: workers must be one value, not a list"),
    ("queue: {a: 1}", "b.yaml:1:8: queue must be one value, not a map"),
    ("queue: 0", #"b.yaml:1:8: queue must be a whole number from 1 to 1000000, not "0""#),
    ("max-body: 32MB", #"b.yaml:1:11: max-body must be a size from 1KiB to 4GiB, as 32MiB, not "32MB""#),
    (
        "request-deadline: 30",
        #"b.yaml:1:19: request-deadline must be a duration from 1ms to 1h, as 30s, not "30""#
    ),
    ("stale-after: 2d", #"b.yaml:1:14: stale-after must be a duration from 1ms to 1h, as 15m, not "2d""#),
    ("log-level: loud", #"b.yaml:1:12: log-level must be debug, info, warning or error, not "loud""#),
    (
        "listen: 8720",
        #"b.yaml:1:9: listen must be HOST:PORT: "8720" has no port; write HOST:PORT, as 127.0.0.1:8720"#
    ),
    ("data:", "b.yaml:1:6: data must be a directory, not empty"),
    ("token-file: ''", "b.yaml:1:13: token-file must be a file, not empty"),
    ("allowed-hosts: [a, [b]]", "b.yaml:1:20: allowed-hosts is a list of texts, not of lists"),
    (
        "allowed-hosts: 'a:80'",
        #"b.yaml:1:16: allowed-hosts must be host names without ports, not "a:80""#
    ),
    ("data: ${NO}", "b.yaml:1:7: the variable NO is not set; ${NO:-default} gives it a default"),
    ("data: ${NO", #"b.yaml:1:7: "${" without "}"; write "$$" for a dollar sign"#),
    ("data: a\ndata: b", #"b.yaml:2:1: the key "data" stands twice"#),
    ("[a]: b", "b.yaml:1:1: a key must be text, not a list"),
    ("data: *a", "b.yaml:1:7: the alias *a has no anchor before it"),
    ("data: &a [*a]", "b.yaml:1:11: the alias *a has no anchor before it"),
    ("data: !x y", "b.yaml:1:7: tags are not known here: !x"),
    ("data: a\n---\ndata: b", "b.yaml:3:1: the file holds a second document"),
    ("data: 'a", "b.yaml:1:9: not YAML: found unexpected end of stream"),
    ("data: \u{1}", "b.yaml:1:1: not YAML: control characters are not allowed"),
    (String(repeating: "[", count: 40), "b.yaml:1:33: nested deeper than 32 levels"),
    (bomb, "b.yaml:5:29: more than 100000 values, aliases written out"),
    (String(repeating: "#", count: 1_048_577), "b.yaml: the file is larger than 1048576 bytes"),
    (
        "listen: 0.0.0.0:8720",
        "listening on 0.0.0.0:8720 lets other machines in: set token-file, or listen on 127.0.0.1"
    ),
])
func `a wrong file is refused with place and remedy`(file: String, message: String) {
    let error = #expect(throws: ConfigurationError.self) { try resolve(file: file) }
    #expect(error.map { "\($0)" } == message)
}

@Test(arguments: [
    ("BELLWETHER_LISTN", "x", "BELLWETHER_LISTN: unknown variable; did you mean BELLWETHER_LISTEN?"),
    ("BELLWETHER_FOO_BAR_BAZ", "x", "BELLWETHER_FOO_BAR_BAZ: unknown variable"),
    ("BELLWETHER_QUEUE", "x", #"BELLWETHER_QUEUE: queue must be a whole number from 1 to 1000000, not "x""#),
])
func `a wrong variable is refused`(variable: String, value: String, message: String) {
    let error = #expect(throws: ConfigurationError.self) { try resolve([variable: value]) }
    #expect(error.map { "\($0)" } == message)
}

@Test(arguments: [
    ("listn", "x", "--listn: unknown flag; did you mean --listen?"),
    ("confg", "x", "--confg: unknown flag; did you mean --config?"),
    ("log-level", "DEBUG", #"--log-level: log-level must be debug, info, warning or error, not "DEBUG""#),
])
func `a wrong flag is refused`(flag: String, value: String, message: String) {
    let error = #expect(throws: ConfigurationError.self) { try resolve(flags: [(flag, value)]) }
    #expect(error.map { "\($0)" } == message)
}

@Test(arguments: 0..<300 as Range<UInt64>)
func `a damaged file is read or refused, never fatal`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bytes = Array(
        "listen: &a 127.0.0.1:1\ndata: ${HOME:-x}\nallowed-hosts: [a, 'b', *a]\nqueue: |\n 7\n".utf8)
    for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
    }
    bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &random))
    _ = try? Configuration.resolve(file: (name: "b.yaml", bytes: bytes))
}
