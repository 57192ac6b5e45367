import Ingest
import Testing
import TimeSeries

@testable import Evaluation

private func series(
    _ name: String, points: Int = 2016, seed: UInt64 = 7, step: Step = .fixed(milliseconds: 300_000),
    hasIncidents: Bool = true
) throws -> GeneratedSeries {
    var settings = GeneratorSettings()
    settings.points = points
    settings.seed = seed
    settings.step = step
    settings.hasIncidents = hasIncidents
    return try #require(GeneratorCatalog.entry(name)).make(settings)
}

private func same(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}

/// The first five values of each scenario for seed 7, and five from noon on: what was generated once is generated for ever.
///
/// Made by this generator on 2026-11-21; there is no other source.
private let golden: [(name: String, values: [Double], noon: [Double])] = [
    ("web-requests", [1494, 1486, 1485, 1341, 1346], [3541, 3502, 3758, 3830, 3577]),
    ("cpu", [36.81, 10.84, 12.61, 11.23, 7.57], [53.72, 28.24, 28.45, 32.27, 30.6]),
    ("latency", [74.59, 71.47, 66.29, 72.92, 75.83], [116.54, 100.46, 100.99, 103.53, 87.64]),
    ("queue-depth", [267, 241, 245, 257, 236], [282, 257, 241, 230, 254]),
    ("disk-used", [37.955, 37.954, 37.992, 37.997, 38.013], [40.579, 40.615, 40.614, 40.623, 40.628]),
    ("orders", [0, 0, 0, 1, 0], [38, 31, 46, 31, 22]),
    ("temperature", [20.32, 20.34, 20.16, 20, 19.77], [21.66, 21.71, 21.67, 21.8, 21.89]),
    ("error-ratio", [0.002, 0, 0, 0, 0], [0.001, 0, 0, 0, 0]),
]

@Suite struct GeneratorTests {
    @Test func `the permanent names are these`() {
        #expect(golden.map(\.name) == GeneratorCatalog.names)
    }

    @Test(arguments: golden)
    func `the first values are for ever`(name: String, values: [Double], noon: [Double]) throws {
        let made = try series(name).values
        #expect(Array(made.prefix(5)) == values)
        #expect(Array(made[144..<149]) == noon)
    }

    @Test(arguments: GeneratorCatalog.names)
    func `the same settings give the same series, another seed another one`(name: String) throws {
        let (one, two, other) = (try series(name), try series(name), try series(name, seed: 8))
        #expect(same(one.values, two.values))
        #expect(one.incidents == two.incidents)
        #expect(!same(one.values, other.values))
        #expect(one.incidents != other.incidents)
    }

    @Test(arguments: GeneratorCatalog.names)
    func `values outside of incidents are those of the quiet series`(name: String) throws {
        let loud = try series(name, points: 6000)
        let quiet = try series(name, points: 6000, hasIncidents: false)
        #expect(quiet.incidents.isEmpty)
        #expect(quiet.values.allSatisfy { $0.isFinite })
        for (index, isLabelled) in loud.labels.enumerated() where !isLabelled {
            #expect(loud.values[index] == quiet.values[index], "step \(index)")
        }
        for incident in loud.incidents {
            let changed = incident.steps.contains { loud.values[$0] != quiet.values[$0] }
            #expect(changed, "\(incident) changes nothing")
        }
    }

    @Test(arguments: GeneratorCatalog.entries.map(\.name))
    func `values lie in the range of the scenario and have its decimals`(name: String) throws {
        let entry = try #require(GeneratorCatalog.entry(name))
        let steps: [Step] = [
            .fixed(milliseconds: 60_000), .fixed(milliseconds: 3_600_000), .days(1), .months(1),
        ]
        for (seed, step) in steps.enumerated() {
            let made = try series(name, points: 300, seed: UInt64(seed), step: step)
            let found = made.values.filter(\.isFinite)
            #expect(found.allSatisfy { entry.range.contains($0) })
            #expect(found.allSatisfy { ($0 * 1000).rounded() / 1000 == $0 })
            #expect(Set(found).count > 1, "\(step): constant")
        }
    }

    @Test(arguments: GeneratorCatalog.names, [1, 2, 3, 9, 10, 11, 100, 399, 800, 4001])
    func `incidents are after the first tenth, apart, and as many as the length asks for`(
        name: String, points: Int
    ) throws {
        for seed in 0..<UInt64(5) {
            let made = try series(name, points: points, seed: seed)
            let kinds = try #require(GeneratorCatalog.entry(name)).kinds
            #expect(made.incidents.count == (points == 1 ? 0 : max(points / 400, 1)))
            #expect(made.incidents.allSatisfy { kinds.contains($0.kind) })
            #expect(made.incidents.allSatisfy { $0.first * 10 >= points && $0.last < points })
            for (a, b) in zip(made.incidents, made.incidents.dropFirst()) { #expect(a.last + 1 < b.first) }
            #expect(made.labels.count { $0 } == made.incidents.reduce(0) { $0 + $1.steps.count })
            #expect(made.incidents.allSatisfy { $0.steps.allSatisfy { made.labels[$0] } })
        }
    }

    @Test(arguments: 0..<UInt64(20))
    func `an incident that cannot be seen becomes a gap`(seed: UInt64) throws {
        // At midnight nobody orders anything within a second.
        let made = try series("orders", points: 20, seed: seed, step: .fixed(milliseconds: 1))
        #expect(made.incidents.allSatisfy { $0.kind == .missing || $0.kind == .spike })
        #expect(made.incidents.allSatisfy { $0.steps.contains { made.values[$0] != 0 } })
    }

    @Test func `frozen and missing stretches are what they say`() throws {
        let made = try series("cpu", points: 8000)
        for incident in made.incidents where incident.kind == .frozen {
            #expect(incident.steps.allSatisfy { made.values[$0] == made.values[incident.first - 1] })
        }
        let missing = made.incidents.filter { $0.kind == .missing }.flatMap { Array($0.steps) }
        #expect(!missing.isEmpty)
        #expect(made.values.indices.filter { made.values[$0].isNaN } == missing)
    }

    @Test(arguments: GeneratorCatalog.names)
    func `a hundred thousand points take well under a second`(name: String) throws {
        let time = try ContinuousClock().measure { _ = try series(name, points: 100_000) }
        #expect(time < .seconds(3), "unoptimised; \(time)")
    }
}

@Suite struct GeneratedCSVTests {
    @Test(arguments: GeneratorCatalog.names)
    func `the file reads back as the same series, and its label is no series`(name: String) throws {
        let made = try series(name, points: 3000)
        let table = try TableReader().read(made.csv)
        #expect(table.series.map(\.id) == ["value"])
        #expect(table.failures.isEmpty && table.warnings.isEmpty)
        let read = try #require(table.series.first)
        #expect(same(read.values, made.values))
        #expect(read.timestamps == made.values.indices.map(made.grid.time(at:)))
        #expect(made.values.indices.map { read.flag("label", at: $0) } == made.labels)
    }

    @Test func `incidents are written one a line`() throws {
        let made = try series("orders")
        let lines = String(decoding: made.incidentsCSV, as: UTF8.self).split(separator: "\n")
        #expect(lines.first == "kind,first,last,note")
        #expect(lines.count == made.incidents.count + 1)
        #expect(lines.allSatisfy { $0.split(separator: ",").count == 4 })
    }
}
