import Networking
import TestSupport
import Testing

@testable import CLI

@Suite struct ContractTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func long(_ count: Int) -> String {
        let values = waves(count)
        let rows = (0..<count).flatMap { ["b,\(hour($0)),\(values[$0])", "a,\(hour($0)),\(values[$0] * 2)"] }
        return (["series_id,timestamp,value"] + rows).joined(separator: "\n") + "\n"
    }

    @Test func `detect prints one row an input row, in order`() {
        let outcome = bellwether("detect", folder.file(long(120)), "-o", "csv")
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(outcome.lines.first == detectHeader)
        let rows = outcome.rows
        #expect(rows.map { $0[0] } == (0..<240).map { $0 % 2 == 0 ? "b" : "a" })
        #expect(rows.map { $0[1] } == (0..<240).map { "\($0 / 2)" })
        #expect(rows.map { $0[10] } == (0..<240).map { hour($0 / 2) })
        let written: [Double] = waves(120).flatMap { [$0, $0 * 2] }
        #expect(rows.map { Double($0[2]) } == written)
        #expect(!outcome.output.contains("\r"))
    }

    @Test func `a wide file is answered series by series`() {
        let values = waves(60)
        let rows = (0..<60).map { "\(hour($0)),\(values[$0]),,\($0 % 2)" }
        let path = folder.file((["time,x,y,label"] + rows).joined(separator: "\n"))
        let outcome = bellwether("detect", path, "-o", "csv")
        #expect(outcome.code == .failure)
        #expect(outcome.errors.contains("series y: every value is missing"), "\(outcome.errors)")
        #expect(outcome.rows.map { $0[0] } == Array(repeating: "x", count: 60))
        let both = bellwether("detect", folder.file("n,x,y\n0,1,2\n1,3,4\n2,5,6\n"), "-o", "csv")
        #expect(
            both.rows.map { $0.prefix(3).joined(separator: " ") } == [
                "x 0 1", "x 1 3", "x 2 5", "y 0 2", "y 1 4", "y 2 6",
            ])
        #expect(both.rows.allSatisfy { $0[10].isEmpty })
    }

    @Test func `scores are numbers that agree with each other`() throws {
        var values = waves(240)
        values[200] += 500
        let path = folder.file((["value"] + values.map { "\($0)" }).joined(separator: "\n"))
        let outcome = bellwether("detect", path, "-o", "csv", "--alpha", "0.001")
        #expect(outcome.code == .success)
        for row in outcome.rows {
            #expect(["0", "1"].contains(row[8]))
            for cell in row[2...7] + [row[9]] where !cell.isEmpty {
                let number = try #require(Double(cell), "\(row)")
                let text = number.description
                #expect(cell == (text.hasSuffix(".0") ? String(text.dropLast(2)) : text))
            }
            if let score = Double(row[6]) { #expect((score > 1) == (row[8] == "1"), "\(row)") }
        }
        #expect(outcome.rows[200][8] == "1")
        let causal = bellwether("detect", path, "-o", "csv", "--causal", "--alpha", "0.001")
        #expect(causal.output == outcome.output)
        #expect(bellwether("detect", path, "-o", "csv", "--batch").output != outcome.output)
        #expect(bellwether("detect", path, "-o", "csv", "--delayed").code == .success)
        #expect(
            bellwether("detect", folder.file("value\n" + waves(40).map { "\($0)\n" }.joined()), "-o", "csv")
                .code == .success)
    }

    @Test func `forecast prints steps, bounds and times`() throws {
        let outcome = bellwether("forecast", folder.file(long(120)), "--horizon", "5", "-o", "csv")
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(outcome.lines.first == forecastHeader)
        #expect(outcome.rows.map { $0[0] } == ["b", "b", "b", "b", "b", "a", "a", "a", "a", "a"])
        #expect(outcome.rows.map { $0[1] } == ["1", "2", "3", "4", "5", "1", "2", "3", "4", "5"])
        #expect(outcome.rows.map { $0[7] }.prefix(5) == (120..<125).map { hour($0) }[...])
        for row in outcome.rows {
            let numbers = try row[2...6].map { try #require(Double($0)) }
            #expect(numbers[3] <= numbers[1] && numbers[1] <= numbers[0])
            #expect(numbers[0] <= numbers[2] && numbers[2] <= numbers[4])
        }
        let levels = bellwether(
            "forecast", folder.file(long(30)), "--horizon", "2h", "--levels", "50,99.5", "-o", "csv")
        #expect(levels.lines.first == "series_id,step,mean,lo-50,hi-50,lo-99.5,hi-99.5,timestamp")
        #expect(levels.rows.count == 4)
    }

    @Test func `months land on month starts and days keep their hour`() {
        let months = (1...12).map { "2024-\($0 < 10 ? "0" : "")\($0)-01,\($0)" }
        let path = folder.file((["date,value"] + months).joined(separator: "\n"))
        for horizon in ["3", "P3M"] {
            let stamps = bellwether("forecast", path, "--horizon", horizon, "-o", "csv").rows.map { $0[7] }
            #expect(stamps == ["2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z"])
        }
        let days = (20...28).map { "2026-03-\($0) 00:00,\($0)" }
        let zone = ["--timezone", "Europe/Berlin", "--horizon", "3", "-o", "csv"]
        let file = folder.file((["time,value"] + days).joined(separator: "\n"))
        #expect(
            bellwether(["forecast", file] + zone).rows.map { $0[7] } == [
                "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", "2026-03-31T00:00:00+02:00",
            ])
    }

    @Test func `an hour that happens twice is two hours in its zone`() {
        let hours = ["00", "01", "02", "02", "03", "04"]
        let rows = hours.enumerated().map { "2025-10-26 \($1):00,\($0)" }
        let path = folder.file((["timestamp,value"] + rows).joined(separator: "\n"))
        let berlin = bellwether(
            "forecast", path, "--timezone", "Europe/Berlin", "--horizon", "1", "-o", "csv")
        #expect(berlin.code == .success, "\(berlin.errors)")
        #expect(berlin.rows.map { $0[7] } == ["2025-10-26T05:00:00+01:00"])
        let utc = bellwether("forecast", path, "--horizon", "1", "-o", "csv")
        #expect(utc.code == .failure && utc.output == forecastHeader + "\n")
        #expect(utc.errors.contains("line 5: the time 2025-10-26T02:00:00Z comes twice"), "\(utc.errors)")
        let skipped = bellwether(
            "detect", folder.file("t,v\n2025-03-30 01:00,1\n2025-03-30 02:30,2\n2025-03-30 04:00,3\n"),
            "--timezone",
            "Europe/Berlin", "-o", "csv")
        #expect(skipped.rows.count == 3 && skipped.errors.contains("does not exist in Europe/Berlin"))
    }

    @Test(arguments: [
        ("empty", "", "the input is empty"), ("only a header", "timestamp,value\n", "line 1: only a header"),
        (
            "ragged", "timestamp,value\n2025-12-01,1\n2025-12-02,2,3\n",
            "line 3: 3 cells where the first line has 2"
        ),
        (
            "short row", "timestamp,value\n2025-12-01,1\n2025-12-02\n",
            "line 3: 1 cell where the first line has 2"
        ),
        ("mixed times", "timestamp,value\n2025-12-01,1\n1764633600,2\n", "line 3: column 'timestamp' mixes"),
        ("a NUL", "value\n1\n\0\n", "a NUL byte: this is not text"),
        ("open quote", "value\n\"1\n2\n", "line 2"),
        ("times alone", "timestamp\n2025-12-01\n2025-12-02\n", "no values"),
    ])
    func `a file that is no table has the header, a reason and 1`(name: String, text: String, reason: String)
    {
        let path = folder.file(text)
        let detect = bellwether("detect", path, "-o", "csv")
        #expect(detect.code == .failure)
        #expect(detect.output == detectHeader + "\n")
        #expect(detect.errors.contains("file.csv: ") && detect.errors.contains(reason), "\(detect.errors)")
        let forecast = bellwether("forecast", path, "--horizon", "2", "-o", "csv")
        #expect(forecast.code == .failure && forecast.output == forecastHeader + "\n")
        #expect(bellwether("detect", path).output.isEmpty)
    }

    @Test(arguments: [
        ("no number", "t,v\n2025-12-01,1\n2025-12-02,x\n", "v", "line 3: 'x' in column 'v' is not a number"),
        ("infinite", "v\n1\n1e400\n", "v", "line 3: '1e400' in column 'v' is not a finite number"),
        ("missing", "v\n\n", "v", ""),
    ])
    func `a bad series has no rows and is named`(name: String, text: String, series: String, reason: String) {
        let outcome = bellwether("detect", folder.file(text), "-o", "csv")
        #expect(outcome.code == .failure)
        #expect(outcome.output == detectHeader + "\n", "\(outcome.output)")
        if !reason.isEmpty {
            #expect(outcome.errors.contains("series \(series): \(reason)"), "\(outcome.errors)")
        }
    }

    @Test(arguments: [
        ("2025-12-01", "line 3: the time 2025-12-01T00:00:00Z comes twice"),
        (
            "2025-11-30",
            "line 3: the time 2025-11-30T00:00:00Z comes after 2025-12-01T00:00:00Z; sort the rows"
        ),
    ])
    func `rows out of order are scored as they stand, but not forecast`(second: String, reason: String) {
        let path = folder.file("t,v\n2025-12-01,1\n\(second),2\n")
        let detect = bellwether("detect", path, "-o", "csv")
        #expect(detect.code == .success)
        #expect(detect.rows.map { $0[10] } == ["2025-12-01", second])
        #expect(detect.errors.contains("series v: warning: " + reason), "\(detect.errors)")
        let forecast = bellwether("forecast", path, "--horizon", "1", "-o", "csv")
        #expect(forecast.code == .failure && forecast.output == forecastHeader + "\n")
        #expect(forecast.errors.contains("series v: " + reason), "\(forecast.errors)")
    }

    @Test func `one bad series leaves the others`() {
        let path = folder.file(
            "id,time,value\na,2025-12-01,1\nb,2025-12-01,x\na,2025-12-02,2\nb,2025-12-02,4\n")
        for words in [["detect", path, "-o", "csv"], ["forecast", path, "--horizon", "1", "-o", "csv"]] {
            let outcome = bellwether(words)
            #expect(outcome.code == .failure)
            #expect(Set(outcome.rows.map { $0[0] }) == ["a"])
            #expect(outcome.errors.contains("series b: line 3: 'x' in column 'value' is not a number"))
        }
    }

    @Test(arguments: [
        "timestamp,value\n2025-12-01,1\n2025-12-02,\n2025-12-03,3\n",
        "\u{FEFF}timestamp,value\r\n2025-12-01,1\r\n2025-12-02,\r\n2025-12-03,3\r\n",
        "\"timestamp\",\"value\"\n\"2025-12-01\",\"1\"\n2025-12-02,NaN\n2025-12-03,3",
        "timestamp,value,label\n2025-12-01,1,0\n2025-12-02,,1\n2025-12-03,3,0\n",
        "timestamp;value\n2025-12-01;1\n2025-12-02;\n2025-12-03;3\n",
    ])
    func `marks, quotes and line ends make no difference`(text: String) {
        let outcome = bellwether("detect", folder.file(text), "-o", "csv")
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(
            outcome.lines == [
                detectHeader, "value,0,1,,,,,,0,,2025-12-01", "value,1,,,,,,,0,,2025-12-02",
                "value,2,3,,,,,,0,,2025-12-03",
            ])
    }

    @Test
    func `a name with commas and quotes comes back in quotes, and its control characters stay out of notes`()
    {
        let outcome = bellwether(
            "detect", folder.file("time,\"a,\"\"q\"\"\u{1B}[2J\",b\n2025-12-01,1,2\n"), "-o", "csv")
        #expect(outcome.code == .success)
        #expect(
            outcome.lines.dropFirst().first?.hasPrefix("\"a,\"\"q\"\"\u{1B}[2J\",0,1,") == true,
            "\(outcome.output)")
        #expect(!outcome.errors.contains("\u{1B}"))
    }

    @Test func `one row and huge numbers are answered`() {
        let one = folder.file("timestamp,value\n2025-12-01,1\n")
        #expect(bellwether("detect", one, "-o", "csv").lines.last == "value,0,1,,,,,,0,,2025-12-01")
        #expect(bellwether("forecast", one, "--horizon", "2", "-o", "csv").rows.count == 2)
        let numbers = ["1e308", "-1e308", "5e-324", "-0.0", "0.1", "1.7976931348623157e308"]
        let huge = folder.file("value\n" + numbers.joined(separator: "\n"))
        let outcome = bellwether("detect", huge, "-o", "csv")
        #expect(outcome.rows.map { Double($0[2]) } == numbers.map { Double($0) })
        let forecast = bellwether("forecast", huge, "--horizon", "2", "-o", "csv")
        #expect(!forecast.output.contains("inf") && !forecast.output.contains("nan"))
    }

    @Test func `a compressed file is read as the plain one`() {
        let text = "timestamp,value\n2025-12-01,1\n2025-12-02,2\n"
        let plain = bellwether("detect", folder.file(text), "-o", "csv")
        let packed = folder.file(gzipStored(text), "file.csv.gz")
        #expect(bellwether("detect", packed, "-o", "csv").output == plain.output)
        let cut = bellwether(
            "detect", folder.file(Array(gzipStored(text).dropLast(9)), "cut.gz"), "-o", "csv")
        #expect(cut.code == .failure && cut.errors.contains("cannot decompress"), "\(cut.errors)")
    }

    @Test func `json parses and has the answers of the service`() throws {
        let path = folder.file(long(60))
        for words in [["predict", path], ["detect", path], ["forecast", path, "--horizon", "3"]] {
            let outcome = bellwether(words + ["-o", "json"])
            #expect(outcome.code == .success)
            let results = try #require(JSONDocument(Array(outcome.output.utf8)).root["results"]?.elements).map
            { $0 }
            #expect(results.count == 2)
            #expect(results.map { $0["labels"]?["__name__"]?.string } == ["b", "a"])
            #expect(results.allSatisfy { ($0["forecast"] != nil) == (words[0] != "detect") })
            #expect(results.allSatisfy { ($0["detection"] != nil) == (words[0] != "forecast") })
        }
    }
}

/// A gzip member of one stored block, which needs no compressor.
func gzipStored(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(value >> (8 * UInt32($0)) & 0xFF) }
    }
    let count = UInt32(bytes.count)
    let head: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 1]
    return head + little(count, 2) + little(~count, 2) + bytes + little(~crc, 4) + little(count, 4)
}
