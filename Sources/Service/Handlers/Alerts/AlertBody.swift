import Alerting
import Networking
import Query
import TimeSeries

/// A body of a request about incidents, silences or events: its values with their limits.
struct AlertBody {
    private let body: BodyReader?
    /// Milliseconds since 1970.
    let now: Int64

    /// No name, title or text has more characters.
    static let longestName = 200, longestText = 10_000

    /// A part of a body.
    init(_ body: BodyReader, now: Int64) {
        self.body = body
        self.now = now
    }

    /// A member that is an object itself.
    func object(_ key: String, knowing known: [String]) throws(BodyError) -> BodyReader? {
        guard let body, let member = body.member(key) else { return nil }
        return try BodyReader(member, at: body.pointer(to: key), knowing: known)
    }

    /// A whole number.
    func whole(_ key: String, in range: ClosedRange<Int>) throws(BodyError) -> Int? {
        try body?.integer(key, least: range.lowerBound, most: range.upperBound)
    }

    /// Yes or no.
    func isSet(_ key: String) throws(BodyError) -> Bool? {
        guard let body else { return nil }
        return try Self.flag(body, key)
    }

    /// - Throws: `JSONError`, or ``BodyError`` for a key that is not `known`; no body is an empty object.
    init(_ request: Request, knowing known: [String], now: Int64) throws {
        self.now = now
        guard !request.body.isEmpty else {
            body = nil
            return
        }
        body = try BodyReader(JSONDocument(request.body).root, at: "", knowing: known)
    }

    /// A text of at most so many characters, without white space around it; `nil` when there is none.
    func text(_ key: String, most: Int = longestText) throws(BodyError) -> String? {
        guard let text = try body?.string(key) else { return nil }
        guard text.count <= most else {
            throw BodyError(
                kind: .tooLarge, pointer: "/" + key, detail: "at most \(most) characters, not \(text.count)")
        }
        let tail = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }
        return tail.isEmpty ? nil : String(tail.reversed())
    }

    /// A text that must be there.
    func required(_ key: String, most: Int = longestText) throws(BodyError) -> String {
        guard let text = try text(key, most: most) else {
            throw BodyError(pointer: "/" + key, detail: "a text is needed that is not empty")
        }
        return text
    }

    /// Who asks; a program that does not say so is `api`.
    func who(_ key: String = "by") throws(BodyError) -> String {
        try text(key, most: Self.longestName) ?? "api"
    }

    /// Labels; none when left out.
    func labels() throws(BodyError) -> Labels {
        guard let member = body?.member("labels") else { return .none }
        guard let members = member.members else {
            throw BodyError(pointer: "/labels", detail: "an object is needed, not \(member.kind.rawValue)")
        }
        var pairs: [(name: String, value: String)] = []
        for (name, value) in members {
            guard let text = value.string, text.count <= Self.longestName, pairs.count < 64 else {
                throw BodyError(
                    pointer: "/labels/" + JSONPointer.escaped(name),
                    detail: "at most 64 labels, each a text of at most \(Self.longestName) characters")
            }
            pairs.append((name, text))
        }
        do throws(LabelsError) {
            return try Labels(pairs)
        } catch {
            throw BodyError(pointer: "/labels", detail: "\(error)")
        }
    }

    /// One of several words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type
    ) throws(BodyError) -> Choice? where Choice.RawValue == String {
        try body?.choice(key, type)
    }
}

// MARK: - Times

extension AlertBody {
    /// A moment as RFC 3339 or epoch seconds, milliseconds since 1970.
    func moment(_ key: String) throws(BodyError) -> Int64? {
        guard let member = body?.member(key) else { return nil }
        do throws(TimestampError) {
            if let text = member.string { return try Timestamp(rfc3339: text).milliseconds }
            if let seconds = member.double { return try Timestamp(epochSeconds: seconds).milliseconds }
        } catch {
            throw BodyError(pointer: "/" + key, detail: "\(error)")
        }
        throw BodyError(
            pointer: "/" + key,
            detail: "RFC 3339 or epoch seconds are needed, not \(member.kind.rawValue)")
    }

    /// A duration in milliseconds.
    func duration(_ key: String) throws(BodyError) -> Int64? {
        guard let text = try text(key, most: 40) else { return nil }
        do throws(StepError) {
            return try Step(parsing: text).nominalMilliseconds
        } catch {
            throw BodyError(pointer: "/" + key, detail: "a duration such as 2h is needed: \(error)")
        }
    }

    /// A moment after now, given as itself or as the duration until then.
    func momentOrDuration(_ key: String) throws(BodyError) -> Int64? {
        guard let member = body?.member(key) else { return nil }
        let isDuration = member.string.map { !$0.contains("T") || $0.hasPrefix("P") } ?? false
        let moment = isDuration ? try duration(key).map { later(now, by: $0) } : try moment(key)
        guard let moment else { return nil }
        guard moment > now else { throw BodyError(pointer: "/" + key, detail: "it lies in the past") }
        return moment
    }

    /// The sum, and the last moment there is where it would be later.
    func later(_ time: Int64, by milliseconds: Int64) -> Int64 {
        let (sum, overflow) = time.addingReportingOverflow(milliseconds)
        return overflow ? Timestamp.latest.milliseconds : min(sum, Timestamp.latest.milliseconds)
    }
}

// MARK: - Matchers

extension AlertBody {
    /// Conditions as `matchers` or as one `selector`, of which at least one refuses the empty value.
    func matchers() throws(BodyError) -> [Selector.Matcher] {
        let posted = try body?.elements("matchers", most: Selector.mostMatchers)
        let selector = try body?.string("selector")
        guard (posted == nil) != (selector == nil) else {
            throw BodyError(
                pointer: "/matchers",
                detail:
                    "either \"matchers\", as [{\"name\": \"job\", \"value\": \"api\"}], or \"selector\" is needed"
            )
        }
        if let selector {
            do throws(SelectorError) {
                return try Selector(parsing: selector).matchers
            } catch {
                throw BodyError(pointer: "/selector", detail: "\(error)")
            }
        }
        let matchers = try (posted ?? []).enumerated().map { index, value throws(BodyError) in
            try Self.matcher(value, at: "/matchers/\(index)")
        }
        guard matchers.contains(where: { !$0.acceptsEmpty }) else {
            throw BodyError(
                pointer: "/matchers",
                detail: "one condition is needed that no empty value passes; these would silence everything")
        }
        return matchers
    }

    private static func matcher(_ value: JSONValue, at pointer: String) throws(BodyError) -> Selector.Matcher
    {
        do throws(SelectorError) {
            if let text = value.string { return try Selector.Matcher(parsing: text) }
        } catch {
            throw BodyError(pointer: pointer, detail: "\(error)")
        }
        let body = try BodyReader(value, at: pointer, knowing: ["name", "value", "isRegex", "isEqual"])
        guard let name = try body.string("name"), let text = try body.string("value") else {
            throw BodyError(pointer: pointer, detail: "\"name\" and \"value\" are needed")
        }
        let isRegex = try flag(body, "isRegex") ?? false
        let isEqual = try flag(body, "isEqual") ?? true
        let comparison: Selector.Comparison =
            isRegex ? (isEqual ? .matches : .matchesNot) : (isEqual ? .equal : .unequal)
        do throws(SelectorError) {
            return try Selector.Matcher(name, comparison, text)
        } catch {
            throw BodyError(pointer: pointer, detail: "\(error)")
        }
    }

    private static func flag(_ body: BodyReader, _ key: String) throws(BodyError) -> Bool? {
        guard let member = body.member(key) else { return nil }
        guard let flag = member.bool else {
            throw BodyError(
                pointer: body.pointer(to: key), detail: "true or false is needed, not \(member.kind.rawValue)"
            )
        }
        return flag
    }
}
