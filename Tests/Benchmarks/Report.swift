import Glibc

/// The table, printed a line at a time: columns are aligned on a terminal and separated by tabs elsewhere.
struct Report {
    /// What later lines compare: requests a second by the name of the benchmark.
    private(set) var rates: [String: Double] = [:]
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    init(machine: Machine) {
        print("# \(machine)")
        line(["name", "median", "worst", "unit", "note"])
    }

    /// A duration, in the unit that suits its size.
    mutating func add(_ name: String, nanoseconds: Double, worst: Double, note: String = "") {
        let (unit, size) = nanoseconds < 2e3 ? ("ns", 1) : nanoseconds < 2e6 ? ("µs", 1e3) : ("ms", 1e6)
        line([name, Self.text(nanoseconds / size), Self.text(worst / size), unit, note])
    }

    /// Any other quantity.
    mutating func add(_ name: String, _ value: Double, unit: String, note: String = "") {
        line([name, Self.text(value), "-", unit, note])
    }

    /// A rate, which ratios may be taken of.
    mutating func add(_ name: String, rate: Double, note: String = "") {
        rates[name] = rate
        line([name, Self.text(rate), "-", "1/s", note])
    }

    /// What was not measured, and why.
    mutating func skip(_ name: String, _ reason: String) {
        line([name, "-", "-", "-", "skipped: " + reason])
    }

    private func line(_ cells: [String]) {
        let widths = [44, -10, -10, 5, 0]
        let padded = zip(cells, widths).map { cell, width in
            let gap = String(repeating: " ", count: max(abs(width) - cell.count, 0))
            return width < 0 ? gap + cell : cell + gap
        }
        print(isTerminal ? padded.joined(separator: "  ") : cells.joined(separator: "\t"))
        fflush(nil)
    }

    /// A number with three or more digits that count, of small ones at most two.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let places = abs(value) >= 100 ? 1.0 : abs(value) >= 10 ? 10.0 : abs(value) >= 0.1 ? 100.0 : 10_000.0
        let rounded = (value * places).rounded() / places
        return places == 1 ? "\(Int(rounded))" : "\(rounded)"
    }
}
