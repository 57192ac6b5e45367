/// The rows of each series of a long table, found by the bytes of its name: no string is made for a row.
struct RowGroups {
    /// The rows of each series, in the order of their first.
    private(set) var rows: [[Int]] = []
    private let limit: Int
    /// The name of each series.
    private var names: [[UInt8]] = []
    /// Open addressing: one more than an index into `names`, 0 where free; a power of two of slots.
    private var slots = [UInt32](repeating: 0, count: 64)
    private var last: Int?

    /// - Parameter limit: The most series.
    init(limit: Int) {
        self.limit = min(limit, Int(Int32.max))
    }

    /// Adds a row to the series that a column names.
    mutating func add(_ row: Int, of cells: CSVTable, column: Int) throws(TableError) {
        let range = cells.trimmedRange(row: row, column: column)
        let group: Int
        if cells.isEscaped(row: row, column: column) {
            let plain = Array(cells.trimmedText(row: row, column: column).utf8)
            group = try find(plain.span)
        } else {
            group = try find(cells.bytes.span.extracting(range))
        }
        last = group
        rows[group].append(row)
    }

    private mutating func find(_ name: Span<UInt8>) throws(TableError) -> Int {
        if let last, Self.equal(names[last], name) { return last }
        var slot = firstSlot(name)
        while slots[slot] != 0 {
            let group = Int(slots[slot]) - 1
            if Self.equal(names[group], name) { return group }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard names.count < limit else { throw .tooLarge(unit: "series", limit: limit) }
        names.append(name.indices.map { name[$0] })
        rows.append([])
        slots[slot] = UInt32(names.count)
        if names.count * 2 > slots.count { grow() }
        return names.count - 1
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 4)
        for group in names.indices {
            let name = names[group]
            var slot = firstSlot(name.span)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(group + 1)
        }
    }

    /// The standard library's hash is seeded at random, so that nobody can write names that collide.
    private func firstSlot(_ name: Span<UInt8>) -> Int {
        var hasher = Hasher()
        name.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize() & (slots.count - 1)
    }

    private static func equal(_ a: [UInt8], _ b: Span<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        for i in a.indices where a[i] != b[i] { return false }
        return true
    }
}
