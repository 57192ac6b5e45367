import Testing

@testable import TimeSeries

@Suite struct GriddingTests {
    private func observations(_ texts: [String], _ values: [Double]? = nil) throws -> Observations {
        let timestamps = try texts.map { try Timestamp(rfc3339: $0 + "Z") }
        return try Observations(timestamps: timestamps, values: values ?? texts.indices.map(Double.init))
    }

    private func minutes(_ minutes: [Double], step: Step? = nil) throws -> Gridding {
        let timestamps = minutes.map { Timestamp(milliseconds: Int64($0 * 60_000)) }
        let values = minutes.indices.map(Double.init)
        return Gridding(try Observations(timestamps: timestamps, values: values), step: step)
    }

    @Test func `times must increase`() throws {
        let a = try Timestamp(rfc3339: "2025-01-01T00:00:00Z")
        let b = try Timestamp(rfc3339: "2025-01-02T00:00:00Z")
        #expect(throws: ObservationsError.notAscending(index: 2, previous: b, found: a)) {
            try Observations(timestamps: [a, b, a, a], values: [1, 2, 3, 4])
        }
        let error = #expect(throws: ObservationsError.notAscending(index: 1, previous: a, found: a)) {
            try Observations(timestamps: [a, a], values: [1, 2])
        }
        #expect(error?.description == "timestamp 1 is a duplicate: 2025-01-01T00:00:00Z comes twice")
        #expect(throws: ObservationsError.countsDiffer(timestamps: 1, values: 2)) {
            try Observations(timestamps: [a], values: [1, 2])
        }
        #expect(throws: ObservationsError.infinite(index: 1)) {
            try Observations(values: [.nan, -.infinity])
        }
    }

    @Test func `without times steps count from 0`() throws {
        let gridding = Gridding(try Observations(values: [1, .nan, 3]))
        #expect(gridding.series.grid == nil)
        #expect(gridding.series.values.count == 3)
        #expect(gridding.slot(ofRow: 2) == 2)
        #expect(gridding.warnings.isEmpty)
        #expect(!gridding.isOrderOnly)
    }

    @Test func `regular rows are their own steps`() throws {
        let gridding = try minutes([0, 5, 10, 15])
        #expect(gridding.series.grid?.step.description == "5m")
        #expect(gridding.series.values == [0, 1, 2, 3])
        #expect((0..<4).map(gridding.slot) == [0, 1, 2, 3])
        #expect(gridding.warnings.isEmpty)
    }

    @Test func `gaps are missing values and counted`() throws {
        let gridding = try minutes([0, 5, 10, 20, 25, 40])
        #expect(gridding.series.values.map { $0.isNaN ? -1 : $0 } == [0, 1, 2, -1, 3, 4, -1, -1, 5])
        #expect((0..<6).map(gridding.slot) == [0, 1, 2, 4, 5, 8])
        #expect(gridding.warnings == [Warning(.gaps, "3 of 9 steps of 5m have no row")])
        #expect(!gridding.isOrderOnly)
    }

    @Test func `rows off the grid go to the nearest step`() throws {
        let gridding = try minutes([0, 5.9, 9.2, 15, 20.5, 25, 30], step: .fixed(milliseconds: 300_000))
        #expect(gridding.series.values == [0, 1, 2, 3, 4, 5, 6])
        #expect(gridding.series.grid?.origin == Timestamp(milliseconds: 0))
        #expect(gridding.warnings.isEmpty)
    }

    @Test func `a first row that is off does not shift the others`() throws {
        let gridding = try minutes([2, 5, 10, 15, 20, 25, 30], step: .fixed(milliseconds: 300_000))
        #expect(gridding.series.values == [0, 1, 2, 3, 4, 5, 6])
        #expect(!gridding.isOrderOnly)
    }

    @Test func `two rows in one step leave only the order`() throws {
        let gridding = try minutes([0, 5, 10, 11, 15, 20], step: .fixed(milliseconds: 300_000))
        #expect(gridding.isOrderOnly)
        #expect(gridding.series.values == [0, 1, 2, 3, 4, 5])
        #expect((0..<6).map(gridding.slot) == [0, 1, 2, 3, 4, 5])
        #expect(gridding.warnings.map(\.code) == [.irregularTimestamps])
        let grid = try #require(gridding.series.grid)
        #expect(grid.step.description == "5m")
        #expect(grid.time(at: 5) == Timestamp(milliseconds: 20 * 60_000))
        #expect(grid.time(at: 6) == Timestamp(milliseconds: 25 * 60_000))
    }

    @Test func `events get the median step for their forecast`() throws {
        let gridding = try minutes([0, 1, 30, 31, 100, 103, 104, 300, 302, 600])
        #expect(gridding.isOrderOnly)
        let grid = try #require(gridding.series.grid)
        #expect(grid.step.description == "3m")
        #expect(grid.time(at: 9) == Timestamp(milliseconds: 600 * 60_000))
    }

    @Test func `one far time does not fill the memory`() throws {
        let far: Double = 40 * 365 * 1_440
        for step in [nil, Step.fixed(milliseconds: 300_000)] {
            let gridding = try minutes([0, 5, 10, 15, 20, far], step: step)
            #expect(gridding.isOrderOnly)
            #expect(gridding.series.values.count == 6)
            #expect(
                gridding.warnings == [
                    Warning(
                        .irregularTimestamps,
                        "6 rows lie on 4204800 steps of 5m; values count in the order of their rows")
                ])
        }
    }

    @Test func `a given step may be far too small`() throws {
        let gridding = try minutes([0, 1_000_000, 2_000_000], step: .fixed(milliseconds: 1))
        #expect(gridding.series.values.count == 3)
        #expect(gridding.warnings.map(\.code) == [.irregularTimestamps])
    }

    @Test func `a long gap is kept while it stays in bounds`() throws {
        let gridding = try minutes([0, 5, 10, 15, 20, 25, 5_000])
        #expect(gridding.series.values.count == 1_001)
        #expect(gridding.warnings == [Warning(.gaps, "994 of 1001 steps of 5m have no row")])
    }

    @Test(arguments: [1, 2])
    func `few rows have no step unless it is given`(rows: Int) throws {
        let texts = Array(["2025-01-31T00:00:00", "2025-02-28T00:00:00"].prefix(rows))
        let unknown = Gridding(try observations(texts))
        #expect(unknown.series.grid == nil)
        #expect(unknown.warnings.map(\.code) == [.unknownStep])
        let known = Gridding(try observations(texts), step: .months(1))
        #expect(known.series.values.count == rows)
        #expect(known.warnings.isEmpty)
        #expect(known.series.grid?.time(at: 2).description == "2025-03-31T00:00:00Z")
    }

    @Test func `no rows are an empty series`() throws {
        let gridding = Gridding(try Observations(timestamps: [], values: []), step: .days(1))
        #expect(gridding.series.values.isEmpty)
        #expect(gridding.warnings.isEmpty)
    }

    @Test func `a missing value keeps its step`() throws {
        let gridding = Gridding(
            try observations(
                ["2025-01-01T00:00:00", "2025-01-01T01:00:00", "2025-01-01T02:00:00"], [1, .nan, 3]))
        #expect(gridding.series.values[1].isNaN)
        #expect(gridding.warnings.isEmpty)
    }

    @Test func `monthly rows in a zone start at local midnight`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let rows = try observations([
            "2024-12-31T23:00:00", "2025-01-31T23:00:00", "2025-02-28T23:00:00", "2025-03-31T22:00:00",
        ])
        let gridding = Gridding(rows, zone: zone)
        #expect(gridding.series.grid?.step == .months(1))
        #expect(gridding.series.grid?.time(at: 4).rfc3339(in: zone) == "2025-05-01T00:00:00+02:00")
    }
}
