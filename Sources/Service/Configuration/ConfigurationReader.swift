internal import Alerting
internal import Pipeline

/// Reads the files of a configuration one after the other, and finds everything that is wrong with them.
struct ConfigurationReader {
    private let environment: [String: String]
    private let notifiers: [NotifierCatalog.Entry]
    private var configuration = Configuration()
    private var findings = Findings()
    /// Where each top-level key but `metrics`, and each definition, was first given.
    private var keyPlaces: [String: String] = [:]
    private var metricPlaces: [String: String] = [:]
    private var formulas = FormulaReferences()
    /// Sections of wish lists, which are read when the rest is known.
    private var sections: [SectionReader.Found] = []

    private static let metricsKey = "metrics", retrainKey = "retrain", alertingKey = "alerting"
    private static let scrapeKey = "scrape", identityKey = "identity"
    private static let retentionKey = "retention", remoteWriteKey = "remote_write"

    init(environment: [String: String], notifiers: [NotifierCatalog.Entry] = NotifierCatalog.all) {
        self.environment = environment
        self.notifiers = notifiers
    }

    /// Takes over what a file says.
    mutating func read(_ bytes: [UInt8], named file: String) {
        findings.beginFile()
        do throws(ConfigurationError) {
            guard let root = try YAMLNode.parse(bytes, named: file) else { return }
            guard case .map(let members) = root.content else {
                throw root.error(in: file, "the file must be a map of settings, not \(root.kind)")
            }
            var reader = ValueReader(
                file: file, environment: environment, findings: findings, notifiers: notifiers)
            for (key, value) in members { read(key, value, with: &reader) }
            findings = reader.findings
            configuration.warnings += reader.warnings
        } catch {
            findings.add(error)
        }
    }

    /// - Throws: ``ConfigurationError`` with everything that was wrong.
    func finish() throws(ConfigurationError) -> Configuration {
        try findings.finish()
        try formulas.check(configuration.metrics)
        var configuration = configuration
        if !sections.isEmpty {
            var reader = SectionReader(
                configuration, given: Set(keyPlaces.keys), environment: environment, notifiers: notifiers)
            reader.read(sections)
            configuration = reader.configuration
        }
        for index in configuration.metrics.indices {
            let own = configuration.metrics[index].retrain
            configuration.metrics[index].retrain = own.completed(by: configuration.retrain)
        }
        return configuration
    }

    private mutating func read(_ key: YAMLNode, _ value: YAMLNode, with reader: inout ValueReader) {
        do throws(ConfigurationError) {
            switch key.text {
            case Self.metricsKey: try readMetrics(value, &reader)
            case Self.retrainKey:
                try noteFirst(key, &reader)
                reader.readMap(value, RetrainKeys.all, of: Self.retrainKey, into: &configuration.retrain)
            case Self.alertingKey:
                try noteFirst(key, &reader)
                (configuration.alerts, configuration.channels) = reader.alerting(value)
            case Self.scrapeKey:
                try noteFirst(key, &reader)
                configuration.scrape = try reader.scrape(value)
            case Self.identityKey:
                try noteFirst(key, &reader)
                configuration.identity = try reader.identity(value)
            case Self.retentionKey:
                try noteFirst(key, &reader)
                configuration.retention = try reader.retention(value)
            case Self.remoteWriteKey:
                try noteFirst(key, &reader)
                configuration.remoteWrite = try reader.remoteWrite(value)
            default: try readSetting(key, value, &reader)
            }
        } catch {
            reader.findings.add(error, at: value)
        }
    }

    private mutating func noteFirst(
        _ key: YAMLNode, as name: String? = nil, _ reader: inout ValueReader
    ) throws(ConfigurationError) {
        if let place = keyPlaces[name ?? key.text] {
            throw key.error(in: reader.file, "\"\(key.text)\" stands at \(place) already")
        }
        keyPlaces[name ?? key.text] = key.place(in: reader.file)
    }

    private mutating func readMetrics(
        _ node: YAMLNode, _ reader: inout ValueReader
    ) throws(ConfigurationError) {
        guard case .list(let items) = node.content else {
            throw node.error(in: reader.file, "metrics must be a list of definitions, not \(node.kind)")
        }
        for item in items {
            guard let definition = reader.metric(item) else { continue }
            let place = item.place(in: reader.file)
            if let first = metricPlaces[definition.name] {
                let name = item.member("name") ?? item
                reader.findings.add(
                    name.error(in: reader.file, "the name \"\(definition.name)\" is taken at \(first)"),
                    at: name)
            } else {
                metricPlaces[definition.name] = place
                formulas.note(definition, item, in: reader.file)
                configuration.metrics.append(definition)
            }
        }
    }

    private mutating func readSetting(
        _ key: YAMLNode, _ value: YAMLNode, _ reader: inout ValueReader
    ) throws(ConfigurationError) {
        if let entry = SectionCatalog.named(key.text) {
            try noteFirst(key, as: entry.name, &reader)
            sections.append(SectionReader.Found(entry: entry, key: key, value: value, file: reader.file))
            return
        }
        guard case .scalar(let name) = key.content, let setting = Setting.named(name) else {
            let names =
                Setting.all.map(\.name)
                + [
                    Self.metricsKey, Self.retrainKey, Self.alertingKey, Self.scrapeKey, Self.identityKey,
                    Self.retentionKey, Self.remoteWriteKey,
                ] + SectionCatalog.all.map(\.name)
            let hint = nearest(to: key.text, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
            throw key.error(in: reader.file, "unknown setting \"\(key.text)\"" + hint)
        }
        try noteFirst(key, &reader)
        var texts: [String] = []
        switch value.content {
        case .scalar: texts = setting.split(try reader.text(value, name))
        case .list(let elements) where setting.isList:
            for element in elements {
                guard case .scalar = element.content else {
                    throw element.error(
                        in: reader.file, "\(name) is a list of texts, not of \(element.kind)s")
                }
                texts.append(try reader.text(element, name))
            }
        case .list, .map: _ = try reader.text(value, name)
        }
        try configuration.apply(setting, texts, place: value.place(in: reader.file))
    }
}
