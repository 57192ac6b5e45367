import TimeSeries

/// Rows of comma-separated text: LF, quotes only where they are needed, an empty cell for no value.
struct CSVWriter {
    private(set) var bytes: [UInt8] = []
    private var isRowEmpty = true

    init(header: [String]) {
        for name in header { text(name) }
        endRow()
    }

    mutating func text(_ text: String) {
        separate()
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
            bytes += text.utf8
            return
        }
        bytes.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    /// The shortest text that reads back as the same number; nothing for `nan`.
    mutating func number(_ value: Double) {
        separate()
        guard value.isFinite else { return }
        let text = value.description
        bytes += text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...]
    }

    mutating func integer(_ value: Int) {
        separate()
        bytes += value.description.utf8
    }

    mutating func bool(_ value: Bool) {
        separate()
        bytes.append(value ? 0x31 : 0x30)
    }

    mutating func empty() {
        separate()
    }

    mutating func endRow() {
        bytes.append(0x0A)
        isRowEmpty = true
    }

    private mutating func separate() {
        if !isRowEmpty { bytes.append(0x2C) }
        isRowEmpty = false
    }
}
