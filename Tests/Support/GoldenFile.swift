import Foundation

/// A file of golden numbers: what was computed by whom, from which inputs.
public struct GoldenFile {
    /// Series, inputs and outputs of each case.
    public let cases: [GoldenObject]

    /// Reads a file of the repository.
    public init(_ path: String) throws {
        let data = Data(try Repository.bytes(path))
        let file = GoldenObject(cells: try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:])
        cases = file.objects("cases")
        precondition(!cases.isEmpty, "no cases in \(path)")
    }
}

/// One object of a golden file; a missing key is an error of the test.
public struct GoldenObject {
    let cells: [String: Any]

    /// An object in this one.
    public func object(_ key: String) -> GoldenObject {
        GoldenObject(cells: cells[key] as? [String: Any] ?? [:])
    }

    /// Objects in a list.
    public func objects(_ key: String) -> [GoldenObject] {
        (cells[key] as? [[String: Any]] ?? []).map { GoldenObject(cells: $0) }
    }

    /// A list of numbers.
    public func numbers(_ key: String) -> [Double] {
        guard let numbers = cells[key] as? [NSNumber] else { preconditionFailure("no numbers at \(key)") }
        return numbers.map(\.doubleValue)
    }

    /// A list of lists of numbers.
    public func rows(_ key: String) -> [[Double]] {
        guard let rows = cells[key] as? [[NSNumber]] else { preconditionFailure("no rows at \(key)") }
        return rows.map { $0.map(\.doubleValue) }
    }

    /// A number.
    public func number(_ key: String) -> Double {
        guard let number = cells[key] as? NSNumber else { preconditionFailure("no number at \(key)") }
        return number.doubleValue
    }

    /// A number, or `nil` where there is none.
    public func optionalNumber(_ key: String) -> Double? { (cells[key] as? NSNumber)?.doubleValue }

    /// A list of numbers, or `nil` where there is none.
    public func optionalNumbers(_ key: String) -> [Double]? {
        (cells[key] as? [NSNumber])?.map(\.doubleValue)
    }

    /// A text.
    public func text(_ key: String) -> String { cells[key] as? String ?? "" }

    /// Whether there is something at a key.
    public func has(_ key: String) -> Bool { cells[key] != nil }
}
