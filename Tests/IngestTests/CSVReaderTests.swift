import Ingest
import TestSupport
import Testing

private func cells(_ text: String, limits: TableLimits = TableLimits()) throws(TableError) -> [[String]] {
    let table = try CSVReader(limits: limits).read(Array(text.utf8))
    return (0..<table.rows).map { row in
        (0..<table.columns).map { table.text(row: row, column: $0) }
    }
}

private func failure(_ bytes: [UInt8], limits: TableLimits = TableLimits()) -> String {
    do throws(TableError) {
        _ = try CSVReader(limits: limits).read(bytes)
        return "no error"
    } catch {
        return error.description
    }
}

@Suite struct CSVReaderTests {
    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2", [["a", "b"], ["1", "2"]]),
        ("\u{FEFF}a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("a\tb\n1;5\t2\n", [["a", "b"], ["1;5", "2"]]),
        ("\"a;;b\",c\n1,2\n", [["a;;b", "c"], ["1", "2"]]),
        ("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", [["a", "b"], ["x,y", "say \"hi\""]]),
        ("a,b\n\"x\ny\",2\n", [["a", "b"], ["x\ny", "2"]]),
        ("a,b\n,\n1,\n", [["a", "b"], ["", ""], ["1", ""]]),
        ("a,b\n5\" pipe,2\n", [["a", "b"], ["5\" pipe", "2"]]),
        ("a,b\n\n1,2\n\n\n", [["a", "b"], ["1", "2"]]),
        ("\n\na\n1\n\n3\n\n", [["a"], ["1"], [""], ["3"]]),
        ("a\n\"\"\n", [["a"], [""]]),
        ("größe,b\nü,2\n", [["größe", "b"], ["ü", "2"]]),
        ("a,b", [["a", "b"]]),
        ("a,b\n1,", [["a", "b"], ["1", ""]]),
    ])
    func `cells are split by the rules of RFC 4180`(text: String, expected: [[String]]) throws {
        #expect(try cells(text) == expected)
    }

    @Test(arguments: [
        ("", "the input is empty"),
        ("\u{FEFF}\n", "the input is empty"),
        ("a,b\n1,2\n1,2,3\n", "line 3: 3 cells where the first line has 2"),
        ("a,b\n\"x\n\ny\",2\n1\n", "line 5: 1 cell where the first line has 2"),
        ("a,b\r1,2\r\r\n1\r", "line 4: 1 cell where the first line has 2"),
        ("a,b\n1,\"2\n3,4\n", "line 2: a quote that begins here does not end"),
        (
            "a,b\n\"1\"2,3\n",
            "line 2: text after a closing quote (a quote inside quotes is written twice)"
        ),
        ("a,b\n1,\u{0}\n", "line 2: a NUL byte: this is not text"),
    ])
    func `a broken input is refused with its line`(text: String, message: String) {
        #expect(failure(Array(text.utf8)) == message)
    }

    @Test func `bytes that are not UTF-8 are refused with their line`() {
        #expect(
            failure([0x61, 0x0A, 0x0D, 0x0D, 0x0A, 0xE4, 0x0A])
                == "line 4: bytes that are not UTF-8 (Latin-1? save it as UTF-8)")
        #expect(
            failure([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00])
                == "line 1: a NUL byte: this is not text (UTF-16? save it as UTF-8)")
    }

    @Test func `limits are enforced`() throws {
        #expect(failure(Array("a,b\n1,2\n".utf8), limits: TableLimits(bytes: 7)) == "more than 7 bytes")
        #expect(failure(Array("a,b\n1,2\n".utf8), limits: TableLimits(cells: 3)) == "more than 3 cells")
        #expect(failure(Array("a\n\n\n\n1".utf8), limits: TableLimits(cells: 2)) == "more than 2 cells")
        #expect(try cells("a,b\n1,2\n", limits: TableLimits(bytes: 8, cells: 4)).count == 2)
    }

    @Test func `rows know their line`() throws {
        let table = try CSVReader().read(Array("a,b\n\n\"x\r\ny\",2\r\n1,2\n".utf8))
        #expect((0..<table.rows).map { table.line(ofRow: $0) } == [1, 3, 5])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `agrees with a splitter that goes character by character`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let columns = Int.random(in: 2...5, using: &generator)
        let alphabet = ["a", "7", ",", "\"", "\n", "\r\n", "é", " ", ".", ";"]
        let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &generator) ?? "\n"
        let names = (0..<columns).map { "c\($0)" }
        var rows = [names]
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            rows.append(
                (0..<columns).map { _ in
                    let length = Int.random(in: 0...6, using: &generator)
                    return (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "" }.joined()
                })
        }
        let text = rows.map { $0.map(quoted).joined(separator: ",") }.joined(separator: lineEnd)
        #expect(try cells(text) == rows, "seed \(seed)")
        #expect(slowlySplit(text) == rows, "seed \(seed)")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damaged bytes are read or refused`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array("time,\"a \"\"x\"\"\"\r\n1,2\n\"3\n3\",4\n5,é\n".utf8)
        damage(&bytes, using: &generator)
        if let table = try? CSVReader().read(bytes) {
            for row in 0..<table.rows {
                for column in 0..<table.columns { _ = table.text(row: row, column: column) }
            }
        }
    }
}

/// Flips up to five bytes and cuts the tail off every other time.
func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    let syntax = Array("\",;\n\r\t-.:eQ0\u{0}".utf8)
    for _ in 0..<Int.random(in: 0...5, using: &generator) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[position] =
            Bool.random(using: &generator)
            ? UInt8.random(in: 0...255, using: &generator) : syntax.randomElement(using: &generator) ?? 0
    }
    if Bool.random(using: &generator) {
        bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
    }
}

private func quoted(_ cell: String) -> String {
    let special = cell.unicodeScalars.contains { ",\"\n\r;".unicodeScalars.contains($0) }
    guard special else { return cell }
    var doubled = "\""
    for scalar in cell.unicodeScalars { doubled += scalar == "\"" ? "\"\"" : String(scalar) }
    return doubled + "\""
}

/// The obvious splitter: one state, one scalar at a time, strings everywhere; commas only.
private func slowlySplit(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell = String.UnicodeScalarView()
    var isQuoted = false
    let scalars = Array(text.unicodeScalars)
    var i = 0
    func next() -> Unicode.Scalar? { i + 1 < scalars.count ? scalars[i + 1] : nil }
    while i < scalars.count {
        let scalar = scalars[i]
        if isQuoted {
            if scalar == "\"", next() == "\"" {
                cell.append("\"")
                i += 1
            } else if scalar == "\"" {
                isQuoted = false
            } else {
                cell.append(scalar)
            }
        } else if scalar == "\"", cell.isEmpty {
            isQuoted = true
        } else if scalar == "," {
            row.append(String(cell))
            cell = String.UnicodeScalarView()
        } else if scalar == "\n" || scalar == "\r" {
            if scalar == "\r", next() == "\n" { i += 1 }
            rows.append(row + [String(cell)])
            row = []
            cell = String.UnicodeScalarView()
        } else {
            cell.append(scalar)
        }
        i += 1
    }
    return rows + [row + [String(cell)]]
}
