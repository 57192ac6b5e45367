internal import Alerting

/// What a way to tell somebody is made of, for people.
public struct ChannelSummary: Sendable, Equatable {
    /// The receiver and the notifier in it, as `ops/webhook`.
    public var name: String
    /// The notifier's name in the catalogue.
    public var kind: String
    /// Each setting as `key: value` in the order of the catalogue; a secret is `redacted`.
    public var settings: [String]

    /// A summary; the settings hold no secret.
    public init(name: String, kind: String, settings: [String]) {
        self.name = name
        self.kind = kind
        self.settings = settings
    }
}

/// A notifier while it is read.
private struct NotifierDraft {
    var options = NotifierOptions()
    var summary: [String] = []
    /// What no message may show.
    var secrets: [String] = []
}

extension ValueReader {
    /// The receivers, each with its notifiers.
    mutating func receivers(_ node: YAMLNode, into draft: inout AlertingDraft) throws(ConfigurationError) {
        for (name, node) in try named(node, "receivers") {
            draft.receiverNames.append(name)
            var channels: [(summary: ChannelSummary, channel: NotifierChannel)] = []
            let keys =
                [MapKey("name") { _, _, _ throws(ConfigurationError) in }]
                + notifiers.map { Self.key(for: $0, of: name) }
            readMap(node, keys, of: "a receiver", into: &channels)
            draft.channels += channels.map(\.summary)
            draft.settings.receivers.append(
                AlertSettings.Receiver(
                    name: name,
                    channels: channels.map { ($0.summary.name, $0.summary.kind, $0.channel) }))
        }
    }

    /// The key of a kind of notifier, whose value is one of them or a list.
    private static func key(
        for entry: NotifierCatalog.Entry, of receiver: String
    ) -> MapKey<[(summary: ChannelSummary, channel: NotifierChannel)]> {
        MapKey(entry.name) { channels, node, reader throws(ConfigurationError) in
            var items = [node]
            if case .list(let elements) = node.content { items = elements }
            for (index, item) in items.enumerated() {
                let name = "\(receiver)/\(entry.name)" + (index == 0 ? "" : "/\(index + 1)")
                guard let (settings, channel) = try reader.notifier(item, entry) else { continue }
                channels.append((ChannelSummary(name: name, kind: entry.name, settings: settings), channel))
            }
        }
    }

    /// A notifier and its settings in words; `nil`, and findings, when it lacks something.
    private mutating func notifier(
        _ node: YAMLNode, _ entry: NotifierCatalog.Entry
    ) throws(ConfigurationError) -> ([String], NotifierChannel)? {
        var draft = NotifierDraft()
        let found = findings.count
        readMap(node, entry.keys.flatMap(Self.keys), of: entry.name, into: &draft)
        guard case .map = node.content else { return nil }
        for key in entry.keys where key.isRequired {
            let names = key.form == .secret ? [key.name, key.name + "_file"] : [key.name]
            if names.allSatisfy({ node.member($0) == nil }) {
                findings.add(
                    node.error(in: file, "\(entry.name) has no \(names.joined(separator: " or "))"), at: node)
            }
        }
        guard findings.count == found else { return nil }
        do throws(NotifierError) {
            return (draft.summary, try entry.make(draft.options))
        } catch {
            var reason = error.reason
            for secret in draft.secrets where !secret.isEmpty {
                reason = reason.replacing(secret, with: "redacted")
            }
            let place = node.member(error.key) ?? node.member(error.key + "_file") ?? node
            throw place.error(in: file, "\(entry.name): \(error.key): \(reason)")
        }
    }

    /// The YAML keys of a key of a notifier: one, or two for a secret.
    private static func keys(_ key: NotifierKey) -> [MapKey<NotifierDraft>] {
        let name = key.name
        func map(
            _ read:
                @escaping @Sendable (inout NotifierDraft, YAMLNode, inout ValueReader)
                throws(ConfigurationError) -> String
        ) -> [MapKey<NotifierDraft>] {
            [
                MapKey(name) { draft, node, reader throws(ConfigurationError) in
                    let shown = try read(&draft, node, &reader)
                    draft.summary.append("\(name): \(shown)")
                }
            ]
        }
        switch key.form {
        case .text:
            return map { draft, node, reader throws(ConfigurationError) in
                let text = try reader.text(node, name)
                draft.options.texts[name] = text
                draft.secrets += WebAddress.secrets(text)
                return WebAddress.shown(text)
            }
        case .url:
            return map { draft, node, reader throws(ConfigurationError) in
                let text = try reader.address(node, name)
                draft.options.texts[name] = text
                draft.secrets += WebAddress.secrets(text)
                return WebAddress.shown(text)
            }
        case .list:
            return map { draft, node, reader throws(ConfigurationError) in
                let texts = try reader.texts(node, name)
                draft.options.lists[name] = texts
                draft.secrets += texts.flatMap(WebAddress.secrets)
                return texts.map(WebAddress.shown).joined(separator: ", ")
            }
        case .flag:
            return map { draft, node, reader throws(ConfigurationError) in
                let flag = try reader.flag(node, name)
                draft.options.flags[name] = flag
                return "\(flag)"
            }
        case .duration:
            return map { draft, node, reader throws(ConfigurationError) in
                draft.options.durations[name] = try reader.milliseconds(node, name)
                return try reader.text(node, name)
            }
        case .secret:
            return secretKeys(name)
        }
    }

    private static func secretKeys(_ name: String) -> [MapKey<NotifierDraft>] {
        [(name, false), (name + "_file", true)].map { yamlName, isFile in
            MapKey(yamlName) { draft, node, reader throws(ConfigurationError) in
                guard draft.options.texts[name] == nil else {
                    throw node.error(in: reader.file, "either \(name) or \(name)_file is needed, not both")
                }
                let secret =
                    isFile
                    ? try reader.secret(inFile: node, yamlName) : try reader.secret(node, yamlName)
                if !isFile, case .scalar(let written) = node.content, !written.contains("${") {
                    reader.warnings.append(
                        "\(node.place(in: reader.file)): \(name) stands in the configuration for all who read it; "
                            + "prefer \(name)_file")
                }
                draft.options.texts[name] = secret
                draft.secrets.append(secret)
                draft.summary.append("\(name): redacted")
            }
        }
    }

    /// An address with a scheme; one that is none is not repeated, as it may hold a password.
    private func address(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> String {
        let text = try text(node, name)
        guard WebAddress.isAddress(text) else {
            throw node.error(in: file, "\(name) must be an address such as https://host/path")
        }
        guard WebAddress.hasGoodPort(text) else {
            throw node.error(in: file, "\(name) must have a port from 1 to 65535, or none")
        }
        return text
    }
}

/// Addresses, as far as they are looked at here.
private enum WebAddress {
    static func isAddress(_ text: String) -> Bool {
        guard let (scheme, rest) = split(text) else { return false }
        return !scheme.isEmpty && !rest.isEmpty && rest.first != "/"
            && scheme.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Whether an address has no port, or one that there can be.
    static func hasGoodPort(_ text: String) -> Bool {
        guard let (_, rest) = split(text) else { return false }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") else { return true }
        let digits = host[host.index(after: colon)...]
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits) else { return false }
        return (1...65_535).contains(port)
    }

    /// An address without what may be secret in it: user and password, and the query.
    static func shown(_ text: String) -> String {
        guard let (scheme, rest) = split(text) else { return text }
        var shown = rest
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let at = authority.lastIndex(of: "@") { shown = "redacted" + rest[at...] }
        if let question = shown.firstIndex(of: "?") { shown = shown[..<question] + "?redacted" }
        return "\(scheme)://\(shown)"
    }

    /// What an address is not shown with: user and password, and the query.
    static func secrets(_ text: String) -> [String] {
        guard let (_, rest) = split(text) else { return [] }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let person = authority.lastIndex(of: "@").map { authority[..<$0] }
        let query = rest.firstIndex(of: "?").map { rest[$0...].dropFirst() }
        return [person, query].compactMap { $0 }.map(String.init).filter { !$0.isEmpty }
    }

    private static func split(_ text: String) -> (scheme: Substring, rest: Substring)? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        return (text[..<colon], text[colon...].dropFirst(3))
    }
}
