import Networking
import Query
import TimeSeries

/// The parameters that questions about stored series share.
struct QueryParameters {
    let request: Request

    /// - Throws: ``Problem`` 422 for a parameter that is not `known`.
    init(_ request: Request, knowing known: [String]) throws(Problem) {
        self.request = request
        for (name, _) in request.http.query where !known.contains(name) {
            let near = nearest(to: name, among: known).map { "did you mean \"\($0)\"? " } ?? ""
            throw Self.problem(
                "\"\(name)\" is not known here; \(near)known: \(known.joined(separator: ", "))")
        }
    }

    /// The selector under this name; `nil` when there is none.
    func selector(_ name: String = "selector") throws -> Selector? {
        try request.query(name).map { try Selector(parsing: $0) }
    }

    /// The selectors under this name, which may come again.
    func selectors(_ name: String) throws(SelectorError) -> [Selector] {
        try request.http.query.filter { $0.name == name }.map { pair throws(SelectorError) in
            try Selector(parsing: pair.value)
        }
    }

    /// Milliseconds since 1970 of `start` and `end`, ends included; all times where they are left out.
    func times() throws(Problem) -> ClosedRange<Int64> {
        let start = try time("start") ?? Int64.min
        let end = try time("end") ?? Int64.max
        guard start <= end else { throw Self.problem("start lies after end") }
        return start...end
    }

    /// A duration that is the same everywhere, as `5m` or `1d`; `nil` when there is none.
    func fixedStep(_ name: String) throws(Problem) -> Step? {
        guard let text = request.query(name) else { return nil }
        let step: Step
        do throws(StepError) {
            step = try Step(parsing: text)
        } catch {
            throw Self.problem("\(name): \(error)")
        }
        guard case .fixed(let milliseconds) = step, milliseconds >= 1_000 else {
            throw Self.problem("\(name) must be a duration of at least 1s, as 5m, not \"\(text)\"")
        }
        return step
    }

    /// A whole number in a range.
    func whole(_ name: String, in range: ClosedRange<Int>, default value: Int) throws(Problem) -> Int {
        guard let text = request.query(name) else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw Self.problem(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\""
            )
        }
        return number
    }

    /// One of some words.
    func choice(_ name: String, _ words: [String]) throws(Problem) -> String {
        guard let text = request.query(name) else { return words[0] }
        guard words.contains(text) else {
            throw Self.problem("\(name) must be one of \(words.joined(separator: ", ")), not \"\(text)\"")
        }
        return text
    }

    /// Milliseconds since 1970 of a time; `nil` when there is none.
    func time(_ name: String) throws(Problem) -> Int64? {
        guard let text = request.query(name) else { return nil }
        do {
            if let seconds = Double(text) { return try Timestamp(epochSeconds: seconds).milliseconds }
            return try Timestamp(rfc3339: text).milliseconds
        } catch {
            throw Self.problem("\(name): \(error)")
        }
    }

    static func problem(_ detail: String) -> Problem {
        Problem("invalid-query", 422, "Invalid query", detail: detail)
    }
}
