internal import Networking
internal import TimeSeries

/// An element of `scrape` while it is read.
private struct ScrapeDraft {
    var job: String?
    var url: String?
    var targets: [String] = []
    var scheme = "http"
    var path = "/metrics"
    var labels: [(name: String, value: String)] = []
    var every = ScrapeSource.usualInterval
    var timeout: Double?
    var honorsLabels = false
    var honorsTimes = true
    var token: String?
}

/// Every key of an element of `scrape`; the words are those of Prometheus' `scrape_configs` where it has one.
private enum ScrapeKeys {
    static let all: [MapKey<ScrapeDraft>] = [
        MapKey("job") { draft, node, reader throws(ConfigurationError) in
            draft.job = try reader.text(node, "job")
        },
        MapKey("url") { draft, node, reader throws(ConfigurationError) in
            draft.url = try reader.scrapeAddress(node, try reader.text(node, "url"))
        },
        MapKey("targets") { draft, node, reader throws(ConfigurationError) in
            draft.targets = try reader.texts(node, "targets")
        },
        MapKey("scheme") { draft, node, reader throws(ConfigurationError) in
            draft.scheme = try reader.text(node, "scheme")
            guard ["http", "https"].contains(draft.scheme) else {
                throw reader.complaint(node, "scheme", "http or https", draft.scheme)
            }
        },
        MapKey("path") { draft, node, reader throws(ConfigurationError) in
            draft.path = try reader.text(node, "path")
            guard draft.path.hasPrefix("/") else {
                throw reader.complaint(node, "path", "a path, as /metrics", draft.path)
            }
        },
        MapKey("every") { draft, node, reader throws(ConfigurationError) in
            draft.every = try reader.scrapeSeconds(node, "every")
        },
        MapKey("timeout") { draft, node, reader throws(ConfigurationError) in
            draft.timeout = try reader.scrapeSeconds(node, "timeout")
        },
        MapKey("labels") { draft, node, reader throws(ConfigurationError) in
            guard case .map(let members) = node.content else {
                throw node.error(in: reader.file, "labels must be a map, not \(node.kind)")
            }
            for (key, value) in members {
                guard Labels.isValidName(key.text), !key.text.hasPrefix("__") else {
                    throw key.error(in: reader.file, "\"\(key.text)\" is no name of a label")
                }
                draft.labels.append((key.text, try reader.text(value, key.text)))
            }
        },
        MapKey("honor_labels") { draft, node, reader throws(ConfigurationError) in
            draft.honorsLabels = try reader.flag(node, "honor_labels")
        },
        MapKey("honor_timestamps") { draft, node, reader throws(ConfigurationError) in
            draft.honorsTimes = try reader.flag(node, "honor_timestamps")
        },
        MapKey("token_file") { draft, node, reader throws(ConfigurationError) in
            draft.token = try reader.secret(inFile: node, "token_file")
        },
    ]
}

extension ValueReader {
    /// What is scraped: a list of maps.
    mutating func scrape(_ node: YAMLNode) throws(ConfigurationError) -> [ScrapeSource] {
        guard case .list(let items) = node.content else {
            throw node.error(in: file, "scrape must be a list of maps, not \(node.kind)")
        }
        var sources: [ScrapeSource] = []
        var places: [String: String] = [:]
        for item in items {
            do throws(ConfigurationError) {
                for source in try scrapeSources(item) {
                    let name = "\(source.labels) \(source.url)"
                    if let place = places[name] {
                        throw item.error(in: file, "\(source.url) of this job is scraped at \(place) already")
                    }
                    places[name] = item.place(in: file)
                    sources.append(source)
                }
            } catch {
                findings.add(error, at: item)
            }
        }
        guard sources.count <= ScrapeSource.mostTargets else {
            throw node.error(
                in: file, "at most \(ScrapeSource.mostTargets) targets are scraped, not \(sources.count)")
        }
        return sources
    }

    private mutating func scrapeSources(_ item: YAMLNode) throws(ConfigurationError) -> [ScrapeSource] {
        var draft = ScrapeDraft()
        readMap(item, ScrapeKeys.all, of: "scrape", into: &draft)
        guard (draft.url == nil) != draft.targets.isEmpty else {
            throw item.error(in: file, "an element of scrape has a url, or targets as HOST:PORT")
        }
        if draft.url != nil, let other = item.member("path") ?? item.member("scheme") {
            throw other.error(in: file, "path and scheme belong to targets; a url has its own")
        }
        if let timeout = draft.timeout, timeout > draft.every {
            throw item.error(in: file, "timeout is longer than every: the next scrape would be late")
        }
        var addresses: [String] = []
        if let url = draft.url { addresses.append(url) }
        for target in draft.targets {
            addresses.append(try scrapeAddress(item, "\(draft.scheme)://\(target)\(draft.path)"))
        }
        var sources: [ScrapeSource] = []
        for address in addresses {
            var source = ScrapeSource(url: address, labels: try scrapeLabels(item, draft, address))
            source.everySeconds = draft.every
            source.timeoutSeconds = draft.timeout ?? min(ScrapeSource.usualTimeout, draft.every)
            source.honorsLabels = draft.honorsLabels
            source.honorsTimes = draft.honorsTimes
            source.token = draft.token
            sources.append(source)
        }
        return sources
    }

    /// What is written in the configuration counts more than what follows from the address.
    private func scrapeLabels(
        _ item: YAMLNode, _ draft: ScrapeDraft, _ address: String
    ) throws(ConfigurationError) -> Labels {
        var pairs = draft.labels
        let instance = ScrapeSource.instance(of: address)
        for (name, value) in [("job", draft.job ?? "scrape"), ("instance", instance)]
        where !pairs.contains(where: { $0.name == name }) {
            pairs.append((name, value))
        }
        do throws(LabelsError) {
            return try Labels(pairs)
        } catch {
            throw item.error(in: file, "labels: \(error)")
        }
    }

    /// An address that can be asked.
    fileprivate func scrapeAddress(
        _ node: YAMLNode, _ text: String
    ) throws(ConfigurationError) -> String {
        do throws(HTTPClientError) {
            _ = try HTTPClient(baseURL: ScrapedTarget.parts(of: text).base)
            return text
        } catch {
            throw node.error(in: file, "\(error)")
        }
    }

    fileprivate func scrapeSeconds(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> Double {
        let seconds = Double(try milliseconds(node, name)) / 1000
        guard ScrapeSource.intervals.contains(seconds) else {
            throw complaint(node, name, "a duration from 1s to 1h", try text(node, name))
        }
        return seconds
    }
}
