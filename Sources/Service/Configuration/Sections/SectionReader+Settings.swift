internal import Pipeline

/// What sections say of receivers, targets, trainings and limits.
extension SectionReader {
    // MARK: - Receivers

    private static let urlWords = [
        "url", "webhookurl", "webhook", "endpoint", "address", "target", "uri", "href", "integrationurl",
    ]
    /// What the receiver of all channels is called.
    private static let receiver = "notification-channels"

    /// - Returns: What became of each channel with a web address, in words.
    mutating func channels(_ value: YAMLNode) -> [String] {
        var made: [String] = []
        for (path, node) in Self.elements(value) {
            switch node.content {
            case .scalar(let text):
                guard Self.isWebAddress(text) else {
                    note(
                        path, .refused,
                        "a web address instead of \"\(text.prefix(60))\", or alerting.receivers")
                    continue
                }
                let words = add(node, kind: nil, path)
                if let words { made.append(words) }
                if !path.isEmpty, let words { note(path, .honoured, words) }
            case .map:
                guard
                    let url = Self.members(node, Self.urlWords).first(where: {
                        Self.isWebAddress($0.value.text)
                    })
                else { continue }
                let type = Self.members(node, ["type", "kind", "provider", "channel"]).first {
                    $0.value.isText
                }
                guard let words = add(url.value, kind: type?.value.text, Self.join(path, url.key)) else {
                    continue
                }
                made.append(words)
                note(Self.join(path, url.key), .honoured, words)
                if let type { note(Self.join(path, type.key), .honoured, words) }
            case .list: continue
            }
        }
        return made
    }

    /// Adds a channel to the receiver of all sections.
    private mutating func add(_ url: YAMLNode, kind: String?, _ path: String) -> String? {
        guard isAlertingFree else {
            note(path, .refused, "alerting.receivers, which the configuration has already")
            return nil
        }
        let isSlack = url.text.contains("hooks.slack.com") || kind.map { SectionCatalog.word($0) } == "slack"
        let item = (isSlack ? "slack" : "webhook", url.with(.map([(url.with(.scalar("url")), url)])))
        let receivers = channelItems + [item]
        let members = ["webhook", "slack"].compactMap { kind -> (key: YAMLNode, value: YAMLNode)? in
            let items = receivers.filter { $0.kind == kind }.map(\.node)
            return items.isEmpty ? nil : (url.with(.scalar(kind)), url.with(.list(items)))
        }
        let name = (key: url.with(.scalar("name")), value: url.with(.scalar(Self.receiver)))
        let route = (key: url.with(.scalar("receiver")), value: url.with(.scalar(Self.receiver)))
        let node = url.with(
            .map([
                (url.with(.scalar("receivers")), url.with(.list([url.with(.map([name] + members))]))),
                (url.with(.scalar("route")), url.with(.map([route]))),
            ]))
        let (made, reason) = attempt { values throws(ConfigurationError) in values.alerting(node) }
        guard let made else {
            note(path, .refused, "an address that can be told: \(reason ?? "")")
            return nil
        }
        channelItems = receivers
        (configuration.alerts, configuration.channels) = made
        return "the \(item.0) of the receiver \(Self.receiver), to which every incident goes"
    }

    private static func isWebAddress(_ text: String) -> Bool {
        text.hasPrefix("https://") || text.hasPrefix("http://") || text.hasPrefix("${")
    }

    // MARK: - Targets

    /// - Returns: What became of each address that shows metrics, in words.
    mutating func targets(_ value: YAMLNode) -> [String] {
        var made: [String] = []
        for (path, node) in Self.elements(value) {
            switch node.content {
            case .scalar(let text):
                guard Self.showsMetrics(text) else {
                    note(path, .refused, "an address that ends in /metrics instead of \"\(text.prefix(60))\"")
                    continue
                }
                guard let words = scrape(node, job: nil, every: nil, path) else { continue }
                made.append(words)
                if !path.isEmpty { note(path, .honoured, words) }
            case .map:
                guard
                    let url = Self.members(node, Self.urlWords).first(where: {
                        Self.showsMetrics($0.value.text)
                    })
                else { continue }
                let job = Self.members(node, ["job", "name", "id"]).first { $0.value.isText }
                let every = Self.members(node, ["every", "interval", "scrapeinterval"]).first {
                    $0.value.isText
                }
                guard
                    let words = scrape(
                        url.value, job: job?.value, every: every?.value, Self.join(path, url.key))
                else { continue }
                made.append(words)
                note(Self.join(path, url.key), .honoured, words)
                if let job { note(Self.join(path, job.key), .honoured, "job") }
                if let every { note(Self.join(path, every.key), .honoured, "every: \(every.value.text)") }
            case .list: continue
            }
        }
        return made
    }

    private static func showsMetrics(_ text: String) -> Bool {
        (text.hasPrefix("http://") || text.hasPrefix("https://")) && text.hasSuffix("/metrics")
    }

    private mutating func scrape(_ url: YAMLNode, job: YAMLNode?, every: YAMLNode?, _ path: String) -> String?
    {
        var members: [(key: YAMLNode, value: YAMLNode)] = [
            (url.with(.scalar("job")), job ?? url.with(.scalar("sections"))), (url.with(.scalar("url")), url),
        ]
        if let every { members.append((url.with(.scalar("every")), every)) }
        let node = url.with(.list([url.with(.map(members))]))
        let (made, reason) = attempt { values throws(ConfigurationError) in try values.scrape(node) }
        guard let source = made?.first, configuration.scrape.count < ScrapeSource.mostTargets else {
            note(path, .refused, "scrape in the configuration: \(reason ?? "there are too many targets")")
            return nil
        }
        let isKnown = configuration.scrape.contains { $0.url == source.url && $0.labels == source.labels }
        if !isKnown { configuration.scrape.append(source) }
        return "scrape of \(source.url.prefix { $0 != "?" })"
    }

    // MARK: - Trainings, limits and storage

    private static let rhythms = [
        "hourly": "1h", "daily": "1d", "nightly": "1d", "weekly": "7d", "monthly": "30d",
    ]

    /// - Returns: What became of the rhythm of trainings, in words.
    mutating func retraining(_ value: YAMLNode) -> [String] {
        let words = [
            "retrain", "retraining", "retrainevery", "retraininterval", "retrainingfrequency",
            "retrainfrequency",
            "retrainingschedule", "retrainschedule", "updatefrequency", "updateinterval", "frequency",
            "schedule",
            "interval", "cycle", "cadence",
        ]
        var made: [String] = []
        for (path, node) in Self.elements(value) {
            if node.isText, path.isEmpty, case .scalar = value.content {
                if let text = retrain(node, path) { made.append(text) }
            }
            for (key, value) in Self.members(node, words) where value.isText {
                let place = Self.join(path, key)
                guard let text = retrain(value, place) else { continue }
                made.append(text)
                note(place, .honoured, text)
            }
        }
        return made
    }

    private mutating func retrain(_ node: YAMLNode, _ path: String) -> String? {
        let every = node.with(.scalar(Self.rhythms[SectionCatalog.word(node.text)] ?? node.text))
        let map = node.with(.map([(node.with(.scalar("every")), every)]))
        var policy = configuration.retrain
        let (_, reason) = attempt { values throws(ConfigurationError) in
            values.readMap(map, RetrainKeys.all, of: "retrain", into: &policy)
        }
        guard reason == nil else {
            note(path, .refused, "retrain in the configuration: \(reason ?? "")")
            return nil
        }
        guard configuration.retrain.every == nil || configuration.retrain == policy else {
            note(path, .refused, "retrain.every of the configuration, which is set already")
            return nil
        }
        configuration.retrain = policy
        return "retrain: {every: \(every.text)}"
    }

    /// - Returns: What became of limits of the service, in words.
    mutating func limits(_ value: YAMLNode) -> [String] {
        set(
            value,
            [
                "workers": "workers", "threads": "workers", "maxworkers": "workers",
                "workerthreads": "workers",
                "queue": "queue", "queuesize": "queue", "queuelength": "queue", "maxseries": "max-series",
                "serieslimit": "max-series",
            ])
    }

    /// - Returns: What became of the place of the data, in words.
    mutating func storage(_ value: YAMLNode) -> [String] {
        set(
            value,
            [
                "path": "data", "directory": "data", "dir": "data", "datadirectory": "data",
                "datadir": "data",
                "location": "data",
            ]) + retention(value)
    }

    /// How long points are kept: days as a number, or what `retention` takes.
    private mutating func retention(_ value: YAMLNode) -> [String] {
        var made: [String] = []
        for (path, node) in Self.elements(value) {
            for (key, value) in Self.members(node, ["retention", "retentiondays", "retentionperiod"])
            where value.isText {
                let place = Self.join(path, key)
                guard !given.contains("retention"), configuration.retention.isForever else {
                    note(place, .refused, "retention of the configuration, which is set already")
                    continue
                }
                let text = Int(value.text).map { "\($0)d" } ?? value.text
                let node = value.with(.scalar(text))
                let (kept, reason) = attempt { values throws(ConfigurationError) in try values.retention(node)
                }
                guard let kept else {
                    note(place, .refused, "retention in the configuration: \(reason ?? "")")
                    continue
                }
                configuration.retention = kept
                made.append("retention: \(text)")
                note(place, .honoured, "retention: \(text)")
            }
        }
        return made
    }

    private mutating func set(_ value: YAMLNode, _ names: [String: String]) -> [String] {
        var made: [String] = []
        for (path, node) in Self.elements(value) {
            for (key, value) in Self.members(node, Array(names.keys)) where value.isText {
                let place = Self.join(path, key)
                guard let name = names[SectionCatalog.word(key)], let setting = Setting.named(name) else {
                    continue
                }
                if given.contains(name) {
                    note(place, .refused, "\(name) of the configuration, which is set already")
                } else if let complaint = setting.apply(&configuration, [value.text]) {
                    note(place, .refused, "\(name), which \(complaint)")
                } else {
                    made.append("\(name): \(value.text)")
                    note(place, .honoured, "\(name): \(value.text)")
                }
            }
        }
        return made
    }
}
