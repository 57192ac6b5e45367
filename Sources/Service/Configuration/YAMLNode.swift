/// A value of a YAML document and where it stands.
struct YAMLNode {
    /// What a value is.
    indirect enum Content {
        case scalar(String)
        case list([YAMLNode])
        case map([(key: YAMLNode, value: YAMLNode)])
    }

    var content: Content
    /// From 1.
    var line: Int
    /// From 1.
    var column: Int
    /// Values in this one, itself included, aliases written out.
    var size = 1

    /// The most bytes, levels and values that a file may have; aliases count as what they stand for.
    static let maximumBytes = 1 << 20, maximumDepth = 32, maximumNodes = 100_000

    /// What the value is, for messages.
    var kind: String {
        switch content {
        case .scalar: "text"
        case .list: "list"
        case .map: "map"
        }
    }

    /// The text of a scalar; of anything else what it is.
    var text: String {
        if case .scalar(let text) = content { text } else { kind }
    }

    /// The value of a key of a map.
    func member(_ name: String) -> YAMLNode? {
        guard case .map(let members) = content else { return nil }
        return members.first { $0.key.text == name }?.value
    }

    /// `file:line:column`.
    func place(in file: String) -> String { "\(file):\(line):\(column)" }

    /// An error at this place.
    func error(in file: String, _ message: String) -> ConfigurationError {
        ConfigurationError(place: place(in: file), message: message)
    }
}

// MARK: - Variables

extension YAMLNode {
    /// A text with its `${NAME}` and `${NAME:-default}` replaced; `$$` stands for `$`.
    ///
    /// - Throws: ``ConfigurationError`` for a name that is not set and has no default.
    func expand(
        _ text: String, _ environment: [String: String], in file: String
    ) throws(ConfigurationError) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
                continue
            }
            guard rest.first == "{" else {
                result += "$"
                continue
            }
            guard let end = rest.firstIndex(of: "}") else {
                throw error(in: file, "\"${\" without \"}\"; write \"$$\" for a dollar sign")
            }
            let (name, fallback) = YAMLNode.split(rest[..<end].dropFirst())
            guard let value = environment[name] ?? fallback else {
                throw error(
                    in: file, "the variable \(name) is not set; ${\(name):-default} gives it a default")
            }
            result += value
            rest = rest[end...].dropFirst()
        }
        return result + rest
    }

    private static func split(_ reference: Substring) -> (name: String, fallback: String?) {
        guard let colon = reference.firstIndex(of: ":"), reference[colon...].hasPrefix(":-") else {
            return (String(reference), nil)
        }
        return (String(reference[..<colon]), String(reference[colon...].dropFirst(2)))
    }
}
