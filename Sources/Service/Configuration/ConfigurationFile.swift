internal import CYAML

extension YAMLNode {
    /// The one document of a text; `nil` when there is none.
    ///
    /// - Throws: ``ConfigurationError`` where it is no YAML, has a key twice or exceeds a limit.
    static func parse(_ bytes: [UInt8], named file: String) throws(ConfigurationError) -> YAMLNode? {
        guard bytes.count <= maximumBytes else {
            throw ConfigurationError(place: file, message: "the file is larger than \(maximumBytes) bytes")
        }
        let outcome = bytes.withUnsafeBufferPointer { buffer -> Result<YAMLNode?, ConfigurationError> in
            do throws(ConfigurationError) {
                let parser = try YAMLParser(buffer, file)
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}

/// libyaml's parser over bytes that outlive it.
private final class YAMLParser {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: String
    private var anchors: [String: YAMLNode] = [:]
    private var nodes = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ file: String) throws(ConfigurationError) {
        parser = .allocate(capacity: 1)
        self.file = file
        guard yaml_parser_initialize(parser) == 1 else {
            parser.initialize(to: yaml_parser_t())
            throw ConfigurationError(place: file, message: "no memory for the YAML parser")
        }
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// One step of the document.
    private enum Event {
        case scalar(String, anchor: String?)
        case alias(String)
        case list(anchor: String?), map(anchor: String?)
        case end, streamEnd, other
    }

    func document() throws(ConfigurationError) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let (event, line, column) = try next()
            switch event {
            case .streamEnd: return root
            case .other, .end: continue
            default:
                guard root == nil else { throw error(line, column, "the file holds a second document") }
                root = try node(event, line, column, depth: 1)
            }
        }
    }

    private func node(_ event: Event, _ line: Int, _ column: Int, depth: Int) throws(ConfigurationError)
        -> YAMLNode
    {
        guard depth <= YAMLNode.maximumDepth else {
            throw error(line, column, "nested deeper than \(YAMLNode.maximumDepth) levels")
        }
        var made: YAMLNode
        var name: String?
        switch event {
        case .scalar(let text, let anchor):
            made = YAMLNode(content: .scalar(text), line: line, column: column)
            name = anchor
            try count(1, line, column)
        case .alias(let anchor):
            guard let found = anchors[anchor] else {
                throw error(line, column, "the alias *\(anchor) has no anchor before it")
            }
            try count(found.size, line, column)
            return found
        case .list(let anchor):
            try count(1, line, column)
            (made, name) = (try list(line, column, depth: depth), anchor)
        case .map(let anchor):
            try count(1, line, column)
            (made, name) = (try map(line, column, depth: depth), anchor)
        case .end, .streamEnd, .other:
            throw error(line, column, "a value is missing")
        }
        if let name { anchors[name] = made }
        return made
    }

    private func list(_ line: Int, _ column: Int, depth: Int) throws(ConfigurationError) -> YAMLNode {
        var elements: [YAMLNode] = []
        while true {
            let (event, line2, column2) = try next()
            if case .end = event { break }
            elements.append(try node(event, line2, column2, depth: depth + 1))
        }
        let size = elements.reduce(1) { $0 + $1.size }
        return YAMLNode(content: .list(elements), line: line, column: column, size: size)
    }

    private func map(_ line: Int, _ column: Int, depth: Int) throws(ConfigurationError) -> YAMLNode {
        var members: [(key: YAMLNode, value: YAMLNode)] = []
        var seen: Set<String> = []
        while true {
            let (event, line2, column2) = try next()
            if case .end = event { break }
            let key = try node(event, line2, column2, depth: depth + 1)
            guard case .scalar(let name) = key.content else {
                throw key.error(in: file, "a key must be text, not a \(key.kind)")
            }
            guard seen.insert(name).inserted else {
                throw key.error(in: file, "the key \"\(name)\" stands twice")
            }
            let (event3, line3, column3) = try next()
            members.append((key, try node(event3, line3, column3, depth: depth + 1)))
        }
        let size = members.reduce(1) { $0 + $1.key.size + $1.value.size }
        return YAMLNode(content: .map(members), line: line, column: column, size: size)
    }
}

// MARK: - Events

extension YAMLParser {
    private func next() throws(ConfigurationError) -> (Event, line: Int, column: Int) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let mark = parser.pointee.problem_mark
            let problem = parser.pointee.problem.map { String(cString: $0) } ?? "unreadable"
            throw error(Int(mark.line) + 1, Int(mark.column) + 1, "not YAML: \(problem)")
        }
        defer { yaml_event_delete(&event) }
        let line = Int(event.start_mark.line) + 1
        let column = Int(event.start_mark.column) + 1
        return (try read(event, line, column), line, column)
    }

    private func read(_ event: yaml_event_t, _ line: Int, _ column: Int) throws(ConfigurationError) -> Event {
        func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
            bytes.map { String(cString: $0) }
        }
        let (tag, anchor): (UnsafeMutablePointer<yaml_char_t>?, String?)
        let result: Event
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            (tag, anchor) = (scalar.tag, text(scalar.anchor))
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            result = .scalar(String(decoding: bytes, as: UTF8.self), anchor: anchor)
        case YAML_SEQUENCE_START_EVENT:
            (tag, anchor) = (event.data.sequence_start.tag, text(event.data.sequence_start.anchor))
            result = .list(anchor: anchor)
        case YAML_MAPPING_START_EVENT:
            (tag, anchor) = (event.data.mapping_start.tag, text(event.data.mapping_start.anchor))
            result = .map(anchor: anchor)
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
        case YAML_STREAM_END_EVENT: return .streamEnd
        default: return .other
        }
        if let tag = text(tag) { throw error(line, column, "tags are not known here: \(tag)") }
        return result
    }

    private func count(_ size: Int, _ line: Int, _ column: Int) throws(ConfigurationError) {
        nodes += size
        guard nodes <= YAMLNode.maximumNodes else {
            throw error(line, column, "more than \(YAMLNode.maximumNodes) values, aliases written out")
        }
    }

    private func error(_ line: Int, _ column: Int, _ message: String) -> ConfigurationError {
        ConfigurationError(place: "\(file):\(line):\(column)", message: message)
    }
}
