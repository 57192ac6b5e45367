internal import CSimdjson

/// One value of a ``JSONDocument``, which it keeps alive.
public struct JSONValue: Sendable {
    let document: JSONDocument
    /// Where on the tape the value starts.
    let index: Int

    /// The six types of JSON.
    public enum Kind: String, Sendable {
        case object, array, string, number, bool, null
    }

    private var word: UInt64 { document.tape[index] }
    private var tag: Unicode.Scalar { Unicode.Scalar(UInt8(word >> 56)) }

    /// The type.
    public var kind: Kind {
        switch tag {
        case "{": .object
        case "[": .array
        case "\"": .string
        case "t", "f": .bool
        case "n": .null
        default: .number
        }
    }

    /// Whether this is `null`.
    public var isNull: Bool { tag == "n" }

    /// The value of a `true` or `false`, else `nil`.
    public var bool: Bool? {
        switch tag {
        case "t": true
        case "f": false
        default: nil
        }
    }

    /// The string, else `nil`.
    public var string: String? {
        tag == "\"" ? String(decoding: document.utf8(at: index), as: UTF8.self) : nil
    }

    /// The number as the nearest double, always finite; `nil` for any other type.
    public var double: Double? {
        switch tag {
        case "d": Double(bitPattern: document.tape[index + 1])
        case "l": Double(Int64(bitPattern: document.tape[index + 1]))
        case "u": Double(document.tape[index + 1])
        default: nil
        }
    }

    /// The number if it is a whole one that fits, also when written as `1e3`; else `nil`.
    public var integer: Int? {
        switch tag {
        case "d": Int(exactly: Double(bitPattern: document.tape[index + 1]))
        case "l": Int(Int64(bitPattern: document.tape[index + 1]))
        case "u": Int(exactly: document.tape[index + 1])
        default: nil
        }
    }
}

extension JSONValue {
    /// How many elements an array or members an object has, else `nil`.
    ///
    /// - Complexity: O(1) below 16 million elements, else O(*n*).
    public var count: Int? {
        guard tag == "[" || tag == "{" else { return nil }
        let saturated = 0xFF_FFFF
        let stored = Int(word >> 32) & saturated
        guard stored == saturated else { return stored }
        return tag == "["
            ? elements?.reduce(0) { count, _ in count + 1 } : members?.reduce(0) { count, _ in count + 1 }
    }

    /// The elements of an array, else `nil`.
    public var elements: JSONElements? {
        tag == "[" ? JSONElements(document: document, start: index) : nil
    }

    /// The members of an object in their order, else `nil`.
    public var members: JSONMembers? {
        tag == "{" ? JSONMembers(document: document, start: index) : nil
    }

    /// The member of an object with this key; `nil` when there is none, or this is no object.
    ///
    /// - Complexity: O(*n*) in the number of members; no allocation.
    public subscript(key: String) -> JSONValue? {
        guard tag == "{" else { return nil }
        let end = document.index(after: index) - 1
        var key = key
        return key.withUTF8 { wanted in
            var place = index + 1
            while place < end {
                if document.utf8(at: place).elementsEqual(wanted) {
                    return JSONValue(document: document, index: place + 1)
                }
                place = document.index(after: place + 1)
            }
            return nil
        }
    }

    /// All numbers of an array, read in one call.
    ///
    /// - Parameter nullAsNaN: Whether a `null` is read as `nan`, else it is an error.
    /// - Throws: ``JSONTypeError`` when this is no array, or an element is no number.
    public func doubles(nullAsNaN: Bool) throws(JSONTypeError) -> [Double] {
        guard tag == "[", let count else { throw .notAnArray(kind) }
        let values = [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            guard let out = buffer.baseAddress else { return }
            filled = csimdjson_doubles(document.handle, index, nullAsNaN, out)
        }
        guard values.count == count else {
            var place = index + 1
            for _ in values { place = document.index(after: place) }
            throw .notANumber(index: values.count, JSONValue(document: document, index: place).kind)
        }
        return values
    }
}

/// The elements of one array.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
    private let document: JSONDocument
    private var place: Int
    private let end: Int

    fileprivate init(document: JSONDocument, start: Int) {
        self.document = document
        place = start + 1
        end = document.index(after: start) - 1
    }

    /// The next element, or `nil` after the last.
    public mutating func next() -> JSONValue? {
        guard place < end else { return nil }
        defer { place = document.index(after: place) }
        return JSONValue(document: document, index: place)
    }
}

/// The members of one object.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    private let document: JSONDocument
    private var place: Int
    private let end: Int

    fileprivate init(document: JSONDocument, start: Int) {
        self.document = document
        place = start + 1
        end = document.index(after: start) - 1
    }

    /// The next member, or `nil` after the last.
    public mutating func next() -> (key: String, value: JSONValue)? {
        guard place < end else { return nil }
        defer { place = document.index(after: place + 1) }
        let key = String(decoding: document.utf8(at: place), as: UTF8.self)
        return (key, JSONValue(document: document, index: place + 1))
    }
}

/// Paths to a value inside a document.
///
/// - Source: RFC 6901, *JavaScript Object Notation (JSON) Pointer*.
public enum JSONPointer {
    /// A key as one segment of a pointer, without the slash before it.
    public static func escaped(_ key: String) -> String {
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return key
        }
        var result = ""
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
