import Ingest
import TestSupport
import TimeSeries
import Testing

@Suite struct PointsCSVTests {
    private func decode(_ text: String, _ options: ImportOptions = ImportOptions()) throws -> DecodedPoints {
        try PointsCSV.decode(Array(text.utf8), options: options)
    }

    private func refusal(_ text: String) -> DecodeError? {
        do throws(DecodeError) {
            _ = try PointsCSV.decode(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func `a time and a value are one metric, named by the column`() throws {
        let decoded = try decode(
            "timestamp,cpu load %\n1764547200,1.5\n2025-12-01T00:01:00Z,NA\n1764547320,2\n")
        #expect(try runs(decoded) == [#"{"cpu load %"}: 1764547200000=1.5 1764547320000=2"#])
        // A column has one form of times.
        #expect(decoded.rejected == 1 && decoded.errors.map(\.line) == [3])
        let named = try decode("2025-12-01T00:00:00Z;1\n2025-12-01T00:01:00Z;2\n")
        #expect(try runs(named) == ["value: 1764547200000=1 1764547260000=2"])
    }

    @Test func `each column of a wide table is a metric`() throws {
        let decoded = try decode(
            """
            time,a,b,a
            2025-12-01 00:00:00Z,1,2,9
            2025-12-01 00:01:00Z,,x,9
            yesterday,3,4,9
            2025-12-01 00:03:00Z,5,inf,
            """)
        #expect(
            try runs(decoded) == ["a: 1764547200000=1 1764547380000=5", "b: 1764547200000=2"])
        #expect(decoded.errors.map(\.line) == [4, 3, 5, 1])
        // Row 4 has three numbers, two cells of b are none, and the second column a has two in other rows.
        #expect(decoded.rejected == 7)
        #expect(decoded.errors[1].reason == "'x' in column 'b' is not a number")
        #expect(decoded.errors[3].reason == "columns 2 and 4 are both named 'a'")
    }

    @Test func `a second column of a name counts as one that is rejected where it has no values`() throws {
        let decoded = try decode("time,a,a\n2025-12-01 00:00:00Z,1,\n")
        #expect(try runs(decoded) == ["a: 1764547200000=1"])
        #expect(decoded.rejected == 1 && decoded.errors.map(\.line) == [1])
    }

    @Test func `the names of a long table may be series`() throws {
        let decoded = try decode(
            """
            series_id,timestamp,value
            "cpu{host=""a"", core=""1""}",2025-12-01T00:00:00Z,1
            cpu{host=b},2025-12-01T00:00:00Z,2
            mem,2025-12-01T00:00:00Z,3
            "{host=""c""}",2025-12-01T00:00:00Z,4
            mem,2025-12-01T00:01:00Z,oops
            ,2025-12-01T00:01:00Z,5
            mem,noon,6
            "cpu{host=""a"", core=""1""}",2025-12-01T00:02:00Z,7
            """)
        #expect(
            try runs(decoded) == [
                #"cpu{core="1", host="a"}: 1764547200000=1 1764547320000=7"#,
                #"{"cpu{host=b}"}: 1764547200000=2"#, "mem: 1764547200000=3",
                #"{"{host=\"c\"}"}: 1764547200000=4"#,
            ])
        #expect(decoded.rejected == 3 && decoded.errors.map(\.line) == [6, 8, 7])
    }

    @Test func `a metric and labels may be given`() throws {
        let options = ImportOptions(
            metric: "load", labels: try Labels([(name: "site", value: "x"), (name: "series", value: "y")]))
        let single = try decode("time,cpu\n2025-12-01T00:00:00Z,1\n", options)
        #expect(try runs(single) == [#"load{series="y", site="x"}: 1764547200000=1"#])
        let wide = try decode("time,a,b\n2025-12-01T00:00:00Z,1,2\n", options)
        #expect(
            try runs(wide) == [
                #"load{series="a", site="x"}: 1764547200000=1"#,
                #"load{series="b", site="x"}: 1764547200000=2"#,
            ])
        let long = try decode("id,time,value\n\"cpu{a=\"\"b\"\"}\",2025-12-01T00:00:00Z,1\n", options)
        #expect(try runs(long) == [#"load{series="cpu{a=\"b\"}", site="x"}: 1764547200000=1"#])
        let own = try decode(
            "id,time,value\n\"cpu{site=\"\"b\"\"}\",2025-12-01T00:00:00Z,1\n",
            ImportOptions(labels: options.labels))
        #expect(try runs(own) == [#"cpu{series="y", site="b"}: 1764547200000=1"#])
    }

    @Test func `local times lie in the zone given`() throws {
        let options = ImportOptions(zone: try TimeZone(named: "Europe/Berlin"))
        let decoded = try decode("time,a\n2025-12-01 01:00,1\n2025-07-01 02:00,2\n", options)
        #expect(try runs(decoded) == ["a: 1751328000000=2 1764547200000=1"])
    }

    @Test func `rows are sorted and a time comes once`() throws {
        let decoded = try decode(
            "timestamp,a\n1764547320,3\n1764547260,2\n1764547200,1\n1764547260,2\n1764547320,4\n")
        #expect(try runs(decoded) == ["a: 1764547200000=1 1764547260000=2 1764547320000=3"])
        #expect(decoded.rejected == 1 && decoded.errors.map(\.line) == [6])
        #expect(decoded.errors[0].reason.contains("a second time"))
    }

    @Test(arguments: [
        ("", 0, "empty"), ("time,a\n", 1, "no rows of data"), ("a\n1\n2\n", 1, "no column of times"),
        ("index,a\n1,5\n2,6\n", 1, "no column of times"),
        ("id,step,value\nx,1,5\nx,2,6\n", 1, "no column of times"),
        ("time,a\n2025-12-01T00:00:00Z,1,2\n", 2, "3 cells"),
        ("time,a\n2025-12-01T00:00:00Z,\"1\n", 2, "quote"),
        ("word,a\nx,1\ny,2\n", 2, "neither a time nor an index"),
    ])
    func `a table without points is refused with its line`(text: String, line: Int, reason: String) {
        let error = refusal(text)
        #expect(error?.line == line && error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func `a table beyond its limits is refused`() {
        let wide = Array("time,a,b\n2025-12-01T00:00:00Z,1,2\n".utf8)
        for limits in [TableLimits(bytes: 20), TableLimits(series: 1), TableLimits(cells: 3)] {
            #expect(throws: DecodeError.self) { try PointsCSV.decode(wide, limits: limits) }
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `what is written reads back as the same`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var text = PointsCSV.header
        var wanted: [String] = []
        for series in 0..<3 {
            let labels = try Labels([
                (name: "__name__", value: ["cpu", "a b;c\"\n", "{x}"][series]),
                (name: "path", value: "C:\\\t,/\r\n"),
            ])
            var time = Int64.random(in: -62_135_596_800_000...253_000_000_000_000, using: &random)
            let points = (0..<Int.random(in: 1...9, using: &random)).map { index in
                time += Int64.random(in: 1...10_000, using: &random)
                let bits = UInt64.random(in: 0...UInt64.max, using: &random)
                return Point(milliseconds: time, value: [1.5, -0.0, Double(bitPattern: bits)][index % 3])
            }
            text += PointsCSV.rows(labels: labels, points: points)
            let shown = points.filter(\.value.isFinite).map {
                "\($0.milliseconds)=\(NumberText.exact($0.value))"
            }
            wanted.append("\(labels): \(shown.joined(separator: " "))")
        }
        #expect(try runs(PointsCSV.decode(text)) == wanted, "seed \(seed)")
    }

    @Test func `rows are written with quotes and milliseconds only where they are needed`() throws {
        let points = [
            Point(milliseconds: 1_764_547_200_000, value: 2),
            Point(milliseconds: 1_764_547_200_250, value: 0.1),
            Point(milliseconds: 0, value: .nan),
        ]
        let rows = PointsCSV.rows(labels: try Labels(seriesNotation: #"cpu{a="b"}"#), points: points)
        #expect(
            String(decoding: rows, as: UTF8.self) == """
                "cpu{a=""b""}",2025-12-01T00:00:00Z,2
                "cpu{a=""b""}",2025-12-01T00:00:00.250Z,0.1

                """)
        let bare = PointsCSV.rows(labels: Labels(metric: "up"), points: points.prefix(1))
        #expect(String(decoding: bare, as: UTF8.self) == "up,2025-12-01T00:00:00Z,2\n")
    }

    private static let sample =
        "series_id,timestamp,value\n\"cpu{a=\"\"b\"\"}\",2025-12-01T00:00:00Z,1\nup,2025-12-01T00:00:00Z,-2.5e3\n"

    @Test func `no truncation is fatal`() {
        let bytes = Array(Self.sample.utf8)
        for count in 0..<bytes.count {
            let decoded = try? PointsCSV.decode(Array(bytes[..<count]))
            #expect((decoded?.points.count ?? 0) <= 2, "\(count)")
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `damage is never fatal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(Self.sample.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
        }
        guard let decoded = try? PointsCSV.decode(bytes) else { return }
        for index in decoded.series.indices { _ = try decoded.labels(at: index) }
    }
}
