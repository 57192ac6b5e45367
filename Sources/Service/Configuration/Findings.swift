/// What is wrong with the files of a configuration, as far as people read on.
struct Findings {
    /// No more are told at once.
    static let most = 20

    private var found: [(file: Int, line: Int, column: Int, error: ConfigurationError)] = []
    /// How many files have been opened; findings are told file by file.
    private var file = 0

    /// The findings to come are about the next file.
    mutating func beginFile() { file += 1 }

    /// How many there are.
    var count: Int { found.count }

    /// Takes note of an error at a value.
    mutating func add(_ error: ConfigurationError, at node: YAMLNode) {
        found.append((file, node.line, node.column, error))
    }

    /// Takes note of an error of the file as a whole, or of one that says itself where it is.
    mutating func add(_ error: ConfigurationError) {
        found.append((file, 0, 0, error))
    }

    /// - Throws: All findings as one error, in the order of the files and lines; nothing when there are none.
    func finish() throws(ConfigurationError) {
        let sorted = found.sorted { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }
        guard var first = sorted.first?.error else { return }
        first.others = sorted.dropFirst().prefix(Self.most - 1).map(\.error)
        if sorted.count > Self.most {
            let more = ConfigurationError(place: "", message: "and \(sorted.count - Self.most) more errors")
            first.others.append(more)
        }
        throw first
    }
}
