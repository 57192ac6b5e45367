import Glibc

/// Named lists of numbers as they lie in `Models/`: a line each, a name and its numbers.
struct LearnedNumbers {
    private let lists: [String: [Double]]

    /// Why a text is not one.
    enum Failure: Error, Equatable {
        /// A word of a line is no finite number.
        case notANumber(String, in: String)
        /// A list is missing, or has another length.
        case count(of: String, expected: Int, got: Int)
    }

    /// Reads a text of such lines.
    init(_ text: String) throws(Failure) {
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

    /// The numbers of a name.
    func list(_ name: String, _ count: Int) throws(Failure) -> [Double] {
        let numbers = lists[name] ?? []
        guard numbers.count == count else { throw .count(of: name, expected: count, got: numbers.count) }
        return numbers
    }

    /// The numbers of a name as rows of equal length.
    func rows(_ name: String, _ rows: Int, _ columns: Int) throws(Failure) -> [[Double]] {
        let numbers = try list(name, rows * columns)
        return (0..<rows).map { Array(numbers[$0 * columns..<($0 + 1) * columns]) }
    }

    /// One hidden layer, of as many units as there are numbers for.
    func network(_ name: String, inputs: Int, outputs: Int) throws(Failure) -> DenseWeights {
        let units = lists[name + "-hidden-bias"]?.count ?? 0
        let linear = lists[name + "-linear"] == nil ? 0 : outputs
        return DenseWeights(
            means: try list(name + "-means", inputs), spreads: try list(name + "-spreads", inputs),
            hidden: try rows(name + "-hidden", units, inputs),
            hiddenBias: try list(name + "-hidden-bias", units),
            output: try rows(name + "-output", outputs, units),
            outputBias: try list(name + "-output-bias", outputs),
            linear: linear == 0 ? [] : try rows(name + "-linear", linear, inputs))
    }

    /// A name and its numbers as a line.
    static func line(_ name: String, _ numbers: [Double]) -> String {
        name + numbers.map { " \($0)" }.joined() + "\n"
    }

    /// The lines of one hidden layer.
    static func lines(_ name: String, _ network: DenseWeights) -> String {
        var text = line(name + "-means", network.means)
        text += line(name + "-spreads", network.spreads)
        text += line(name + "-hidden", network.hidden.flatMap { $0 })
        text += line(name + "-hidden-bias", network.hiddenBias)
        text += line(name + "-output", network.output.flatMap { $0 })
        text += line(name + "-output-bias", network.outputBias)
        if !network.linear.isEmpty { text += line(name + "-linear", network.linear.flatMap { $0 }) }
        return text
    }
}
