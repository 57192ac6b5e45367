/// Named lists of numbers as they lie in `Models/`: a line each, a name and its numbers.
public struct LearnedNumbers: Sendable {
    private let lists: [String: [Double]]

    /// Why a text is not one.
    public enum Failure: Error, Equatable {
        /// A word of a line is no finite number.
        case notANumber(String, in: String)
        /// A list is missing, or has another length.
        case count(of: String, expected: Int, got: Int)
    }

    /// Reads a text of such lines.
    ///
    /// - Throws: ``Failure/notANumber(_:in:)``.
    public init(_ text: String) throws(Failure) {
        var lists: [String: [Double]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let name = words.first else { continue }
            var numbers: [Double] = []
            for word in words.dropFirst() {
                guard let number = Double(word), number.isFinite else {
                    throw .notANumber(String(word), in: String(name))
                }
                numbers.append(number)
            }
            lists[String(name)] = numbers
        }
        self.lists = lists
    }

    /// How many numbers there are of a name; 0 where there is none.
    public func count(of name: String) -> Int { lists[name]?.count ?? 0 }

    /// The numbers of a name.
    ///
    /// - Throws: ``Failure/count(of:expected:got:)``.
    public func list(_ name: String, _ count: Int) throws(Failure) -> [Double] {
        let numbers = lists[name] ?? []
        guard numbers.count == count else { throw .count(of: name, expected: count, got: numbers.count) }
        return numbers
    }

    /// The numbers of a name as rows of equal length.
    ///
    /// - Throws: ``Failure/count(of:expected:got:)``.
    public func rows(_ name: String, _ rows: Int, _ columns: Int) throws(Failure) -> [[Double]] {
        let numbers = try list(name, rows * columns)
        return (0..<rows).map { Array(numbers[$0 * columns..<($0 + 1) * columns]) }
    }

    /// A name and its numbers as a line, exact to the last bit.
    public static func line(_ name: String, _ numbers: [Double]) -> String {
        name + numbers.map { " \($0)" }.joined() + "\n"
    }
}
