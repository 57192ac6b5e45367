/// What becomes of one key of a document in sections: a wish list, written for any monitoring platform.
public struct SectionRow: Sendable, Equatable {
    /// How far a wish is met.
    public enum Verdict: String, Sendable, CaseIterable {
        case honoured, partly, refused
    }

    /// The key, those around it first, as `alertRules.threshold`; keys of all elements of a list are one.
    public var key: String
    /// The area of the platform.
    public var area: String
    /// How far it is met.
    public var verdict: Verdict
    /// As what, how far, or what to use instead.
    public var detail: String

    /// A row.
    public init(key: String, area: String, verdict: Verdict, detail: String) {
        self.key = key
        self.area = area
        self.verdict = verdict
        self.detail = detail
    }

    /// The verdict and the rest, as `refused: use …`.
    public var sentence: String {
        switch verdict {
        case .honoured: "honoured as \(detail)"
        case .partly: "partly: \(detail)"
        case .refused: "refused: use \(detail)"
        }
    }
}

extension Log {
    /// Says what became of each key of wish lists; a refused one is a warning.
    func tell(_ rows: [SectionRow]) {
        for row in rows { line(row.verdict == .refused ? .warning : .info, "\(row.key): \(row.sentence)") }
    }
}
