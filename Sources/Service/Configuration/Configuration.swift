public import Alerting
public import Networking
public import Pipeline

/// How a service is set up; what is said nowhere has the default that stands here.
public struct Configuration: Sendable, Equatable {
    /// Where to listen.
    public var listen = Address(host: "127.0.0.1", port: 8720)
    /// The directory of stored points, models and journals.
    public var data = "./bellwether-data"
    /// The file whose content clients send as a bearer token.
    public var tokenFile: String?
    /// Further names under which the service is reached, without ports.
    public var allowedHosts: [String] = []
    /// Threads that predict; 0 stands for one a core.
    public var workers = 0
    /// Requests that may wait for a worker; one more is answered with 503.
    public var queue = 256
    /// The most bytes a body may have, as sent and as decoded.
    public var maxBodyBytes = 32 << 20
    /// Seconds after its arrival for which a request is worth an answer.
    public var requestDeadlineSeconds = 30.0
    /// The most series that are stored; samples of further ones are refused.
    public var maxSeries = 1_000_000
    /// Seconds without a point after which a series leaves memory; its points stay stored.
    public var staleAfterSeconds = 900.0
    /// The directory of data sets that are replayed as if they were measured now; `nil`: there is no demonstration.
    public var demo: String?
    /// Where StatsD is taken over UDP; nowhere when `nil`.
    public var statsd: Address?
    /// Seconds of StatsD that become one point a series.
    public var statsdFlushSeconds = 10.0
    /// The targets that are scraped.
    public var scrape: [ScrapeSource] = []
    /// Where scores are written to; nowhere when `nil`.
    public var remoteWrite: RemoteWriteTarget?
    /// Whether newest scores are told to who scrapes them.
    public var isFederating = false
    /// How long what is stored is kept.
    public var retention = Retention.forever
    /// Which labels do not tell one series from another.
    public var identity: [IdentityRule] = []
    /// The chattiest lines that are logged.
    public var logLevel = Log.Level.info
    /// Seconds between two looks whether the configuration has changed; `nil`: nobody looks.
    public var reloadEverySeconds: Double? = 5
    /// The metric definitions in the order of the files; what they leave out of `retrain` is filled in.
    public var metrics: [MetricDefinition] = []
    /// When models are trained again where no definition says it.
    public var retrain = RetrainPolicy()
    /// Where people reach the page, without a slash at its end; where it listens when `nil`.
    public var externalURL: String?
    /// Who is told of incidents, and when.
    public var alerts = AlertSettings()
    /// What each way to tell somebody is made of, for people; secrets are not in it.
    public var channels: [ChannelSummary] = []
    /// What became of each key of sections that were written as wish lists, in their order.
    public var sections: [SectionRow] = []
    /// What works and should not be so, as a secret that everybody can read; one line each.
    public var warnings: [String] = []

    /// The defaults.
    public init() {}
}

/// What is wrong with a configuration, and where.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `file:line:column`, the name of a variable or a flag; empty when it is the whole that is wrong.
    public var place: String
    /// What is wrong, with the remedy.
    public var message: String
    /// What else is wrong, in order.
    public var others: [ConfigurationError] = []

    /// This error and the others, each alone.
    public var all: [ConfigurationError] {
        [ConfigurationError(place: place, message: message)] + others
    }

    /// What is wrong, and where.
    public init(place: String, message: String) {
        self.place = place
        self.message = message
    }

    /// One line an error.
    public var description: String {
        all.map { $0.place.isEmpty ? $0.message : "\($0.place): \($0.message)" }.joined(separator: "\n")
    }
}

extension Configuration {
    /// Puts a configuration together: a flag counts more than a variable, a variable more than the file.
    ///
    /// - Parameters:
    ///   - flags: Names without dashes, and values, in order; the last of a name counts.
    ///   - environment: All variables; those without the prefix `BELLWETHER_` are for `${NAME}` in the file.
    ///   - file: The YAML file and the name by which messages call it.
    /// - Throws: ``ConfigurationError``: up to 20 of the file, or the first one of the rest.
    public static func resolve(
        flags: [(name: String, value: String)] = [], environment: [String: String] = [:],
        file: (name: String, bytes: [UInt8])? = nil
    ) throws(ConfigurationError) -> Configuration {
        try resolve(flags: flags, environment: environment, files: file.map { [$0] } ?? [])
    }

    /// Puts a configuration together from several files as if they were one: settings and definitions stand in any
    /// of them, each once.
    ///
    /// - Parameter files: In the order in which their definitions count, each with the name by which messages call it.
    /// - Throws: ``ConfigurationError``: up to 20 of the files, or the first one of the rest.
    public static func resolve(
        flags: [(name: String, value: String)], environment: [String: String],
        files: [(name: String, bytes: [UInt8])]
    ) throws(ConfigurationError) -> Configuration {
        try resolve(flags: flags, environment: environment, files: files, notifiers: NotifierCatalog.all)
    }

    /// - Parameter notifiers: The kinds of notifiers that a receiver may have.
    static func resolve(
        flags: [(name: String, value: String)], environment: [String: String],
        files: [(name: String, bytes: [UInt8])], notifiers: [NotifierCatalog.Entry]
    ) throws(ConfigurationError) -> Configuration {
        var reader = ConfigurationReader(environment: environment, notifiers: notifiers)
        for file in files { reader.read(file.bytes, named: file.name) }
        var configuration = try reader.finish()
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) {
            try configuration.apply(variable: variable, value)
        }
        for flag in flags where flag.name != configFlag {
            try configuration.apply(flag: flag.name, flag.value)
        }
        try configuration.check()
        if let statsd = configuration.statsd, !statsd.isLoopback {
            configuration.warnings.append(
                "statsd on \(statsd) takes packets of every machine that reaches it: UDP knows no token")
        }
        configuration.warnings += configuration.identityWarnings
        configuration.alerts.externalURL = configuration.externalURL ?? "http://\(configuration.listen)"
        return configuration
    }

    /// The path of the file that flags or the environment name, if any.
    public static func filePath(
        flags: [(name: String, value: String)], environment: [String: String]
    ) -> String? {
        flags.last { $0.name == configFlag }?.value ?? environment[Setting.variable(configFlag)]
    }

    /// The one name that the file itself cannot have.
    private static let configFlag = "config"

    private mutating func apply(flag name: String, _ value: String) throws(ConfigurationError) {
        guard let setting = Setting.named(name) else {
            let names = Setting.all.map(\.name) + [Configuration.configFlag]
            let hint = nearest(to: name, among: names).map { "; did you mean --\($0)?" } ?? ""
            throw ConfigurationError(place: "--\(name)", message: "unknown flag" + hint)
        }
        try apply(setting, setting.split(value), place: "--\(name)")
    }

    private mutating func apply(variable: String, _ value: String) throws(ConfigurationError) {
        guard variable.hasPrefix(Setting.variablePrefix),
            variable != Setting.variable(Configuration.configFlag),
            !Setting.isSetByKubernetes(variable)
        else { return }
        guard let setting = Setting.all.first(where: { Setting.variable($0.name) == variable }) else {
            let names = (Setting.all.map(\.name) + [Configuration.configFlag]).map(Setting.variable)
            let hint = nearest(to: variable, among: names).map { "; did you mean \($0)?" } ?? ""
            throw ConfigurationError(place: variable, message: "unknown variable" + hint)
        }
        try apply(setting, setting.split(value), place: variable)
    }

    mutating func apply(
        _ setting: Setting, _ values: [String], place: String
    ) throws(ConfigurationError) {
        guard let complaint = setting.apply(&self, values) else { return }
        throw ConfigurationError(place: place, message: "\(setting.name) \(complaint)")
    }

    /// What no setting can know alone.
    private func check() throws(ConfigurationError) {
        guard listen.isLoopback || tokenFile != nil else {
            throw ConfigurationError(
                place: "",
                message:
                    "listening on \(listen) lets other machines in: set token-file, or listen on 127.0.0.1")
        }
    }
}
