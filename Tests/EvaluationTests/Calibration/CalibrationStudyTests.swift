import Testing

@testable import Evaluation

@Suite struct CalibrationStudyTests {
    private static let small = CalibrationStudy.Size(
        cleanSeries: 1, cleanValues: 400, plantedSeries: 1, quietSeries: 1)

    @Test func `a small study fills every row, and the same one twice`() {
        let study = CalibrationStudy(Self.small, seed: 7)
        let outcomes = study.jobs.map(study.run)
        let table = study.table(outcomes)
        #expect(table.failures.isEmpty)
        #expect(table.rates.count == 2 * CleanProcess.allCases.count)
        #expect(table.rates.allSatisfy { $0.scored > 300 && $0.scored <= 400 })
        // Four are to be expected at 1e-2: nothing is far off even in one series.
        #expect(table.rates.allSatisfy { $0.ratios[0] <= 4 })
        #expect(table.recalls.count == 2 * PlantedIncident.allCases.count)
        #expect(table.recalls.allSatisfy { $0.planted == 1 })
        #expect(table.recalls.contains { $0.tier == .full && $0.incident == .spike && $0.found == 1 })
        #expect(table.quietSeries == 1)
        for place in study.jobs.indices where place % 5 == 0 {
            #expect(study.run(study.jobs[place]) == outcomes[place])
        }
    }

    @Test func `the rows have the columns of the header`() {
        let study = CalibrationStudy(
            CalibrationStudy.Size(cleanSeries: 1, cleanValues: 300, plantedSeries: 1, quietSeries: 1))
        let table = study.table(study.jobs.map { _ in .failed("not run") })
        #expect(table.failures == ["not run"])
        let rows = table.rows
        #expect(rows.count == 2 * 3 * CleanProcess.allCases.count + 2 * PlantedIncident.allCases.count)
        #expect(rows.allSatisfy { $0.count == CalibrationTable.header.count })
        #expect(table.csv.split(separator: "\n").count == rows.count + 1)
        #expect(table.text.contains("failed: not run"))
    }

    @Test func `a table says what does not hold`() {
        let study = CalibrationStudy(
            CalibrationStudy.Size(cleanSeries: 1, cleanValues: 1, plantedSeries: 1, quietSeries: 1))
        let outcomes = study.jobs.map { job -> CalibrationStudy.Outcome in
            switch job {
            case .clean(_, let process, _):
                .rates(scored: 10_000, below: process == .white ? [100, 10, 1] : [100, 30, 0])
            case .planted(let tier, _): .found(PlantedIncident.allCases.map { _ in tier == .full })
            case .quiet: .incidents(own: 8, shared: 0)
            }
        }
        let rows = study.table(outcomes).rows
        func holds(_ tier: String, _ name: String) -> [String] {
            rows.filter { $0[1] == tier && $0[2] == name }.compactMap(\.last)
        }
        #expect(holds("full", "white") == ["", "1", "1"])
        #expect(holds("full", "random-walk") == ["", "0", "0"])
        #expect(holds("full", "poisson-3") == ["", "0", "1"])
        #expect(holds("full", "flat") == ["1"] && holds("stream", "flat") == ["0"])
        #expect(holds("full", "own-budget") == ["1"] && holds("full", "shared-budget") == ["1"])
    }

    @Test(arguments: PlantedIncident.allCases)
    func `an incident changes what it says and nothing else`(incident: PlantedIncident) {
        let values = CleanProcess.season.values(1_000, seed: 1)
        let changed = incident.values(in: values, from: 300, profile: CleanProcess.profile(of:), sign: 1)
        #expect(changed.count == incident.length)
        let moved = zip(changed, values[300...]).map { $0 - $1 }
        switch incident {
        case .spike: #expect(abs(moved[0] - 8) < 1e-12)
        case .shift: #expect(moved.allSatisfy { abs($0 - 4) < 1e-12 })
        case .ramp: #expect(abs(moved[71] - 6) < 1e-12 && moved[0] > 0)
        case .burst, .variance: #expect(moved.contains { $0 > 0 } && moved.contains { $0 < 0 })
        case .flat: #expect(changed.allSatisfy { $0 == values[299] })
        case .noSeason: #expect(moved.contains { $0 > 5 })
        }
    }

    @Test func `an incident is counted once until ten quiet values in a row`() {
        var count = IncidentCount()
        for score in [2.0, 0.1, 3] + [Double](repeating: 0.1, count: 9) + [0.8] { count.take(score) }
        #expect(count.opened == 1)
        for score in [Double](repeating: 0.1, count: 9) + [2] { count.take(score) }
        #expect(count.opened == 1)
        for score in [Double](repeating: 0.1, count: 10) + [2] { count.take(score) }
        #expect(count.opened == 2)
    }
}
