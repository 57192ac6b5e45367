import Ingest
import Testing
import TimeSeries

private func times(_ cells: [String], header: String = "time", zone: String = "UTC") throws -> [String] {
    let text = header + ",value\n" + cells.map { $0 + ",1\n" }.joined()
    let series = try #require(try table(text, zone: zone).series.first)
    return try #require(series.timestamps).map(\.rfc3339)
}

private func complaint(_ cells: [String], header: String = "time", zone: String = "UTC") throws -> String {
    try complaints(header + ",value\n" + cells.map { $0 + ",1\n" }.joined(), zone: zone).joined()
}

@Suite struct TableTimesTests {
    @Test(arguments: [
        ("2024-03-05T06:07:08Z", "2024-03-05T06:07:08Z"),
        ("2024-03-05t06:07:08.250+01:00", "2024-03-05T05:07:08.250Z"),
        ("2024-03-05", "2024-03-05T00:00:00Z"),
        ("2024-03-05 06:07", "2024-03-05T06:07:00Z"),
        ("2024-03-05T06:07:08", "2024-03-05T06:07:08Z"),
        ("2024-03-05 06:07:08.5", "2024-03-05T06:07:08.500Z"),
        ("2024/03/05", "2024-03-05T00:00:00Z"),
        ("2024/03/05 06:07:08", "2024-03-05T06:07:08Z"),
        ("2024-03", "2024-03-01T00:00:00Z"),
        ("2024Q3", "2024-07-01T00:00:00Z"),
        ("2024", "2024-01-01T00:00:00Z"),
        ("1709618828", "2024-03-05T06:07:08Z"),
        ("1709618828.25", "2024-03-05T06:07:08.250Z"),
        (" \"2024-03-05\"", "2024-03-05T00:00:00Z"),
    ])
    func `every format is read`(text: String, expected: String) throws {
        let cell = text.hasPrefix(" ") ? String(text.dropFirst()) : text
        #expect(try times([cell]) == [expected])
    }

    @Test func `a bare year needs a header that says so`() throws {
        #expect(try times(["1999", "2000"], header: "Year").count == 2)
        #expect(try table("x,value\n1999,1\n2000,2\n").series.map(\.id) == ["value"])  // an index
        #expect(try table("x,value\n1999,1\n1999,2\n").series.map(\.id) == ["x", "value"])
    }

    @Test func `formats do not mix, but a date is midnight`() throws {
        #expect(
            try complaint(["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "1704067200"])
                == "line 4: column 'time' mixes YYYY-MM-DD HH:MM with an offset and epoch seconds")
        #expect(
            try complaint(["2024-01-01", "2024-01-02 00:00", "2024-01-03 00:00Z"])
                == "line 4: column 'time' mixes YYYY-MM-DD HH:MM and YYYY-MM-DD HH:MM with an offset")
        #expect(
            try complaint(["2024-01-01", "2024/01/02"])
                == "line 3: column 'time' mixes YYYY-MM-DD and YYYY/MM/DD")
        #expect(
            try times(["2024-01-01", "2024-01-01 12:00", "2024-01-02"])
                == ["2024-01-01T00:00:00Z", "2024-01-01T12:00:00Z", "2024-01-02T00:00:00Z"])
    }

    @Test func `local times lie in the zone`() throws {
        #expect(
            try times(["2024-01-01", "2024-07-01 12:00"], zone: "Europe/Berlin")
                == ["2023-12-31T23:00:00Z", "2024-07-01T10:00:00Z"])
        #expect(try times(["2024-01-01T00:00:00Z"], zone: "Europe/Berlin") == ["2024-01-01T00:00:00Z"])
    }

    @Test func `the hour that happens twice is read in order`() throws {
        let cells = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"].map { "2024-10-27 " + $0 }
        #expect(
            try times(cells, zone: "Europe/Berlin").map { String($0.dropFirst(5).prefix(11)) } == [
                "10-26T23:30", "10-27T00:00", "10-27T00:30", "10-27T01:00", "10-27T01:30", "10-27T02:00",
            ])
        // Each series of a long table has its own order.
        let long = "id,time,value\na,2024-10-27 02:00,1\nb,2024-10-27 02:00,1\na,2024-10-27 02:00,1\n"
        let read = try table(long, zone: "Europe/Berlin")
        #expect(read.series.map { $0.timestamps?.count } == [2, 1])
        #expect(read.series[1].timestamps?.first == read.series[0].timestamps?.first)
    }

    @Test func `the hour that does not happen moves forward, with a warning`() throws {
        let read = try table(
            "time,value\n2024-03-31 01:00,1\n2024-03-31 02:30,2\n", zone: "Europe/Berlin")
        #expect(read.series[0].timestamps?.last?.rfc3339 == "2024-03-31T01:30:00Z")
        #expect(
            read.warnings == [
                DecodeError(
                    line: 3,
                    reason: "2024-03-31T02:30:00 does not exist in Europe/Berlin: "
                        + "taken as 2024-03-31T03:30:00+02:00")
            ])
    }

    @Test func `warnings are counted beyond a number`() throws {
        let text = "time,value\n" + String(repeating: "2024-03-31 02:30,2\n", count: 50)
        let read = try table(text, zone: "Europe/Berlin")
        #expect(read.warnings.count == TableReader.warningLimit + 1)
        #expect(read.warnings.last?.reason == "30 more warnings")
    }

    @Test(arguments: [
        (["2024-01-01", "", "2024-01-02"], "line 3: no time in column 'time'"),
        (
            ["2024-01-01", "2024-02-30"],
            "line 3: '2024-02-30' in column 'time' is not a time: day 30 is not in 1 to 29"
        ),
        (
            ["2024-01-01", "2024-01-02", "soon"], "line 4: 'soon' in column 'time' is not a time"
        ),
    ])
    func `a bad time is named with its line`(cells: [String], message: String) throws {
        #expect(try complaint(cells) == message)
    }
}
