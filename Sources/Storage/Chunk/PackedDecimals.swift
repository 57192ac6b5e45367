/// A column of decimal numbers: integers in units of 10⁻ᵏ, and the bits of the few values that are not decimal.
///
/// k is the fewest places, 0 … 9, with which integer / 10ᵏ gives the very bits of the value. Since both are
/// exact the quotient is the number nearest to the decimal, the one that a parser of its text would give.
/// -0.0, NaN of any payload and infinities are among the few that are kept as they are.
struct PackedDecimals {
    private let places: Int
    private let integers: [Int64]
    /// Indices of values that are not decimal, ascending.
    private let others: [Int]

    private static let powers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    /// `nil` when more than one value in eight is not decimal.
    init?(_ values: [Double]) {
        let mostOthers = values.count / 8
        guard let places = Self.places(values, mostOthers: mostOthers) else { return nil }
        var integers = [Int64](repeating: 0, count: values.count)
        var others: [Int] = []
        var last: Int64?
        for i in values.indices {
            if let integer = Self.integer(values[i], scale: Self.powers[places]) {
                if last == nil, i > 0 {
                    for before in 0..<i { integers[before] = integer }
                }
                last = integer
                integers[i] = integer
            } else {
                others.append(i)
                integers[i] = last ?? 0
                if others.count > mostOthers { return nil }
            }
        }
        self.places = places
        self.integers = integers
        self.others = others
    }

    /// Writes the column.
    func write(_ values: [Double], to writer: inout PackedWriter) {
        writer.byte(UInt8(places))
        PackedIntegers.write(integers, to: &writer)
        writer.number(UInt64(others.count))
        var next = 0
        for index in others {
            writer.number(UInt64(index - next))
            writer.word(values[index].bitPattern)
            next = index + 1
        }
    }

    /// Reads a column.
    static func read(count: Int, _ reader: inout PackedReader) throws(StorageError) -> [Double] {
        let places = Int(try reader.byte())
        guard places < powers.count else { throw reader.corrupt("\(places) decimal places") }
        let scale = powers[places]
        let integers = try PackedIntegers.read(count: count, &reader)
        var values = [Double](repeating: 0, count: count)
        for i in values.indices { values[i] = Double(integers[i]) / scale }
        let others = try reader.number()
        guard others <= UInt64(count) else { throw reader.corrupt("\(others) values that are not decimal") }
        var next = 0
        for _ in 0..<Int(others) {
            let gap = try reader.number()
            guard gap < UInt64(count - next) else { throw reader.corrupt("a value behind the last") }
            let index = next + Int(gap)
            values[index] = Double(bitPattern: try reader.word())
            next = index + 1
        }
        return values
    }

    /// How many places the values need; `nil` when too many of them are not decimal.
    private static func places(_ values: [Double], mostOthers: Int) -> Int? {
        var places = 0
        var others = 0
        for value in values where integer(value, scale: powers[places]) == nil {
            if let more = (places..<powers.count).first(where: { integer(value, scale: powers[$0]) != nil }) {
                places = more
            } else {
                others += 1
                if others > mostOthers { return nil }
            }
        }
        return places
    }

    /// The integer that gives this value back when divided by `scale`, if there is one below 2⁶².
    @inline(__always)
    private static func integer(_ value: Double, scale: Double) -> Int64? {
        let scaled = value * scale
        // False for NaN as well.
        guard scaled.magnitude < 0x1p62 else { return nil }
        // From 2⁵² on every Double is an integer, and adding a half would lose a bit.
        let half = scaled.magnitude < 0x1p52 ? (scaled < 0 ? -0.5 : 0.5) : 0
        let integer = Int64(scaled + half)
        return (Double(integer) / scale).bitPattern == value.bitPattern ? integer : nil
    }
}
