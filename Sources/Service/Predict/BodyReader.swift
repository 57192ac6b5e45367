import Networking
import TimeSeries

/// What is wrong with a request body, and where.
struct BodyError: Error, Equatable {
    /// The kinds, each with its own problem type.
    enum Kind: Equatable {
        /// A value makes no sense: 422.
        case invalid
        /// More of something than is answered: 413.
        case tooLarge
        /// A known wish that cannot be granted: 422.
        case notSupported
    }

    var kind = Kind.invalid
    /// A JSON pointer to the place, empty for the whole body.
    var pointer: String
    var detail: String
}

/// A JSON object of a request, whose keys are taken one by one; what is left over is an error.
struct BodyReader {
    let value: JSONValue
    /// The JSON pointer to `value`.
    let pointer: String
    private let known: [String]

    /// - Throws: ``BodyError`` when this is no object or has a key that is not `known`.
    init(_ value: JSONValue, at pointer: String, knowing known: [String]) throws(BodyError) {
        guard let members = value.members else {
            throw BodyError(pointer: pointer, detail: "an object is needed, not \(value.kind.rawValue)")
        }
        for (key, _) in members where !known.contains(key) {
            let near = nearest(to: key, among: known)
            throw BodyError(
                pointer: pointer + "/" + JSONPointer.escaped(String(key.prefix(80))),
                detail: "unknown key; " + (near.map { "did you mean \"\($0)\"? " } ?? "")
                    + "known: " + known.joined(separator: ", "))
        }
        self.value = value
        self.pointer = pointer
        self.known = known
    }

    /// The pointer to a member.
    func pointer(to key: String) -> String { pointer + "/" + key }

    /// The member, unless it is absent or `null`.
    func member(_ key: String) -> JSONValue? {
        precondition(known.contains(key), "\(key) is read but not declared")
        guard let member = value[key], !member.isNull else { return nil }
        return member
    }

    /// A string member.
    func string(_ key: String) throws(BodyError) -> String? {
        guard let member = member(key) else { return nil }
        guard let text = member.string else { throw wrong(key, "a string", member) }
        return text
    }

    /// A number within a range, open or closed by `contains`.
    func number(
        _ key: String, _ needed: String, where contains: (Double) -> Bool
    ) throws(BodyError) -> Double? {
        guard let member = member(key) else { return nil }
        guard let number = member.double else { throw wrong(key, needed, member) }
        guard contains(number) else {
            throw BodyError(
                pointer: pointer(to: key), detail: "\(needed) is needed, not \(NumberText.exact(number))")
        }
        return number
    }

    /// A whole number of at least `least`; one above `most` is too large.
    func integer(_ key: String, least: Int, most: Int) throws(BodyError) -> Int? {
        guard let member = member(key) else { return nil }
        guard let number = member.double, number == number.rounded(), number >= Double(least) else {
            throw wrong(key, "a whole number of at least \(least)", member)
        }
        guard number <= Double(most) else {
            throw BodyError(
                kind: .tooLarge, pointer: pointer(to: key),
                detail: "at most \(most), not \(NumberText.short(number))")
        }
        return Int(number)
    }

    /// One of several words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _: Choice.Type
    ) throws(BodyError) -> Choice? where Choice.RawValue == String {
        guard let text = try string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw BodyError(pointer: pointer(to: key), detail: "one of \(all) is needed, not \"\(text)\"")
        }
        return choice
    }

    /// The elements of an array member, at most `most`.
    func elements(_ key: String, most: Int) throws(BodyError) -> [JSONValue]? {
        guard let member = member(key) else { return nil }
        guard let count = member.count, let elements = member.elements else {
            throw wrong(key, "an array", member)
        }
        guard count <= most else {
            throw BodyError(
                kind: .tooLarge, pointer: pointer(to: key), detail: "at most \(most) \(key), not \(count)")
        }
        return Array(elements)
    }

    private func wrong(_ key: String, _ needed: String, _ value: JSONValue) -> BodyError {
        let got = value.double.map(NumberText.exact) ?? value.kind.rawValue
        return BodyError(pointer: pointer(to: key), detail: "\(needed) is needed, not \(got)")
    }
}
