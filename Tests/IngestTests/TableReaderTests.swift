import Ingest
import TestSupport
import Testing
import TimeSeries

func table(
    _ text: String, zone: String = "UTC", limits: TableLimits = TableLimits()
) throws -> Table {
    try TableReader(zone: TimeZone(named: zone), limits: limits).read(Array(text.utf8))
}

/// What reading says when it fails as a whole, else the failures of single series.
func complaints(_ text: String, zone: String = "UTC") throws -> [String] {
    do {
        return try table(text, zone: zone).failures.map { failure in
            "\(failure.id): line \(failure.error.line): \(failure.error.reason)"
        }
    } catch let error as TableError {
        return [error.description]
    }
}

private func same(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}

@Suite struct TableReaderTests {
    @Test func `a time and a value are one series with the header for a name`() throws {
        let read = try table("timestamp,cpu\n2024-01-01T00:00:00Z,1.5\n2024-01-01T01:00:00Z,NA\n")
        #expect(read.shape == .single)
        let series = try #require(read.series.first)
        #expect(series.id == "cpu")
        #expect(same(series.values, [1.5, .nan]))
        #expect(series.timestamps?.map(\.rfc3339) == ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"])
        #expect(series.timeText(at: 1) == "2024-01-01T01:00:00Z")
        #expect(series.line(at: 1) == 3)
        #expect(read.warnings.isEmpty && read.failures.isEmpty)
    }

    @Test func `the long shape makes one series a name, in the order of the first rows`() throws {
        let read = try table(
            "who,when,what\nb,2024-01-01,1\na,2024-01-01,2\nb,2024-01-02,3\n\"a\",2024-01-02,4\n")
        #expect(read.shape == .long)
        #expect(read.series.map(\.id) == ["b", "a"])
        #expect(read.series.map(\.values) == [[1, 3], [2, 4]])
        #expect(read.series[1].line(at: 1) == 5)
        let order = read.inputOrder().map { read.series[$0.series].values[$0.index] }
        #expect(order == [1, 2, 3, 4])
    }

    @Test func `the long shape takes an index for each series`() throws {
        let read = try table("id,t,y\na,0,1\na,1,2\nb,7,3\nb,8,4\n")
        #expect(read.shape == .long)
        #expect(read.series.map(\.values) == [[1, 2], [3, 4]])
        #expect(read.series.allSatisfy { $0.timestamps == nil })
        #expect(
            try complaints("id,t,y\na,0,1\na,2,2\nb,7,3\nb,8,4\n")
                == ["a: line 3: '2' in column 't' where the index has 1"])
    }

    @Test(arguments: [
        "series_id,timestamp,value\n1,2024-01-01,10\n2,2024-01-01,20\n3,2024-01-01,30\n",
        "timestamp,series_id,value\n2024-01-01,1,10\n2024-01-01,2,20\n2024-01-01,3,30\n",
        "meter,timestamp,value\n7,1704067200,10\n9,1704067200,20\n8,1704067200,30\n",
        "a,2024-01-01,10\nb,2024-01-01,20\nc,2024-01-01,30\n",
        ",series_id,timestamp,value\n0,1,2024-01-01,10\n1,2,2024-01-01,20\n2,3,2024-01-01,30\n",
    ])
    func `long tables have many faces`(text: String) throws {
        let read = try table(text)
        #expect(read.shape == .long)
        #expect(read.series.map(\.values) == [[10], [20], [30]])
    }

    @Test func `columns after the value of the long shape are not read, with a warning`() throws {
        let read = try table("id,time,extra,value\na,2024-01-01,9,1\n")
        #expect(read.series.map(\.values) == [[1]])
        #expect(read.warnings == [DecodeError(line: 1, reason: "not read: column 'extra'")])
    }

    @Test func `the wide shape makes one series a column, answered series by series`() throws {
        let read = try table("day;a;b\n2024-01-01;1;2\n2024-01-02;;4\n")
        #expect(read.shape == .wide)
        #expect(read.series.map(\.id) == ["a", "b"])
        #expect(same(read.series[0].values, [1, .nan]))
        #expect(read.series[1].values == [2, 4])
        #expect(read.inputOrder().map(\.series) == [0, 0, 1, 1])
    }

    @Test func `one bad series does not stop the others`() throws {
        let text = "time,a,b,a\n2024-01-01,1,2,3\n2024-01-02,x,4,5\n"
        #expect(try table(text).series.map(\.id) == ["b"])
        #expect(
            try complaints(text) == [
                "a: line 3: 'x' in column 'a' is not a number",
                "a: line 1: columns 2 and 4 are both named 'a'",
            ])
        let long = "id,time,value\na,2024-01-01,1\nb,2024-13-01,2\n,2024-01-01,3\nc,2024-01-01,4\n"
        #expect(try table(long).series.map(\.id) == ["a", "c"])
        #expect(
            try complaints(long) == [
                "b: line 3: '2024-13-01' in column 'time' is not a time: month 13 is not in 1 to 12",
                ": line 4: no series in column 'id'",
            ])
    }

    @Test(arguments: [
        ("index,value\n0,5\n1,6\n", [[5.0, 6]]),
        ("x,value\n10,5\n11,6\n12,7\n", [[5, 6, 7]]),
        ("value\n1\n2\n3\n", [[1, 2, 3]]),
        ("value\n300000000\n200000000\n", [[300_000_000, 200_000_000]]),
        ("a,b\n5,6\n7,9\n", [[5, 7], [6, 9]]),
        ("hour,b\n1,6\n3,9\n", [[1, 3], [6, 9]]),
        ("bytes,b\n300000000,6\n200000000,9\n", [[300_000_000, 200_000_000], [6, 9]]),
        ("5\n7\n", [[5, 7]]),
        ("0,5\n1,7\n", [[5, 7]]),
    ])
    func `without times, rows count as steps`(text: String, values: [[Double]]) throws {
        let read = try table(text)
        #expect(read.series.map(\.values) == values)
        #expect(read.series.allSatisfy { $0.timestamps == nil && $0.timeText(at: 0) == nil })
    }

    @Test func `a row out of order leads back to a line`() throws {
        let read = try table("id,time,value\na,2024-01-02,5\nb,2024-01-01,1\na,2024-01-01,6\n")
        let error = #expect(throws: ObservationsError.self) { try read.series[0].observations() }
        guard case .notAscending(index: 1, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(read.series[0].line(at: 1) == 4)
        #expect(try read.series[1].observations().labels["__name__"] == "b")
    }

    @Test func `a row number before the time is dropped`() throws {
        let read = try table(",timestamp,value\n0,2024-01-01,5\n1,2024-01-02,6\n")
        #expect(read.series.map(\.id) == ["value"])
        #expect(read.series[0].timeText(at: 0) == "2024-01-01")
    }

    @Test func `without a header the first row is data`() throws {
        let read = try table("2024-01-01,5\n2024-01-02,6\n")
        #expect(read.series.map(\.id) == ["value"])
        #expect(read.series[0].values == [5, 6])
        #expect(read.series[0].line(at: 0) == 1)
        #expect(try table("2024-01-01,5,7\n2024-01-02,6,8\n").series.map(\.id) == ["column_2", "column_3"])
    }

    @Test func `labels and splits are kept aside`() throws {
        let read = try table(
            "time,value,Label,is_anomaly,SPLIT\n2024-01-01,5,odd,1,train\n2024-01-02,6,,0,test\n")
        #expect(read.series.map(\.id) == ["value"])
        #expect(read.asides == ["is_anomaly", "label", "split"])
        let series = read.series[0]
        #expect(series.aside("label", at: 0) == "odd" && series.aside("split", at: 1) == "test")
        #expect(series.flag("is_anomaly", at: 0) == true && series.flag("is_anomaly", at: 1) == false)
        #expect(series.flag("label", at: 0) == nil && series.aside("none", at: 0) == nil)
        #expect(try table("label,value\n0,4\n1,5\n").series.map(\.values) == [[4, 5]])
    }

    @Test(arguments: [
        ("", "the input is empty"),
        ("timestamp,value\n", "line 1: only a header: no rows of data"),
        ("time\n2024-01-01\n", "line 1: only a column of times ('time'): no values"),
        ("label\n1\n", "line 1: no column of values"),
        (
            "name,value\nabc,1\n",
            "line 2: the first column, 'name', is neither a time nor an index: 'abc'"
        ),
        (
            "date,value\n31/01/2024,1\n",
            "line 2: the first column, 'date', is neither a time nor an index: '31/01/2024' "
                + "(day first or month first? write YYYY-MM-DD)"
        ),
        (
            "index,value\n0,1\n1,2\n3,2\n",
            "line 4: the first column, 'index', is no index: it does not count up by 1: '3' "
                + "(epoch seconds begin at 100000000)"
        ),
        (
            "timestamp,value\n1704067200000,1\n",
            "line 2: '1704067200000' in column 'timestamp' is too large for epoch seconds: "
                + "milliseconds? divide by 1000"
        ),
    ])
    func `what is not a table is refused with a reason`(text: String, message: String) throws {
        #expect(try complaints(text) == [message])
    }

    @Test func `limits are enforced`() throws {
        #expect(throws: TableError.tooLarge(unit: "series", limit: 1)) {
            try table("time,a,b\n2024-01-01,1,2\n", limits: TableLimits(series: 1))
        }
        #expect(throws: TableError.tooLarge(unit: "series", limit: 1)) {
            try table("id,time,value\na,2024-01-01,2\nb,2024-01-01,2\n", limits: TableLimits(series: 1))
        }
    }

    @Test func `a thousand interleaved series are told apart`() throws {
        var text = "series_id,timestamp,value\n"
        for day in 1...3 {
            for s in 0..<1_000 { text += "s\(s % 7)-\(s),2024-01-0\(day),\(s * 10 + day)\n" }
        }
        let read = try table(text)
        #expect(read.series.count == 1_000)
        for (s, series) in read.series.enumerated() {
            #expect(series.id == "s\(s % 7)-\(s)")
            #expect(series.values == [1, 2, 3].map { Double(s * 10 + $0) })
        }
        #expect(read.inputOrder().count == 3_000)
        #expect(read.inputOrder()[1_001].series == 1 && read.inputOrder()[1_001].index == 1)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damaged tables are read or refused`(seed: UInt64) throws {
        let texts = [
            "timestamp,value,label\n2024-10-27 02:30:00,1.5,0\n2024-10-27 02:30:00,-2e3,1\n2024-10-28,NA,0\n",
            "series_id,timestamp,value\n\"a \"\"b\"\"\",2024Q1,1\nc,2024Q2,12345678901234567890\n",
            "index;a;b\n0;1;2\n1;3;4\n2;;-\n", "time,x\n1704067200,1\n1704067260.5,2\n",
        ]
        var generator = SeededGenerator(seed: seed)
        let zone = try TimeZone(named: "Europe/Berlin")
        for text in texts {
            var bytes = Array(text.utf8)
            damage(&bytes, using: &generator)
            guard let read = try? TableReader(zone: zone).read(bytes) else { continue }
            for position in read.inputOrder() {
                let series = read.series[position.series]
                #expect(!series.values[position.index].isInfinite, "seed \(seed)")
                _ = series.timeText(at: position.index)
                _ = series.flag("label", at: position.index)
            }
        }
    }
}

@Test(arguments: ["timestamp", "timestamp_or_index", "time"])
func `under the name of a time small numbers are epoch seconds`(name: String) throws {
    let table = try TableReader().read(Array("\(name),value\n60,1\n120,2\n180,4\n".utf8))
    #expect(table.series.map(\.id) == ["value"])
    #expect(table.series[0].timestamps?.map(\.milliseconds) == [60_000, 120_000, 180_000])
}

@Test func `numbers that count up by 1 are an index, whatever their name`() throws {
    let table = try TableReader().read(Array("timestamp_or_index,value\n0,1\n1,2\n2,4\n".utf8))
    #expect(table.series.map(\.id) == ["value"])
    #expect(table.series[0].timestamps == nil)
}
