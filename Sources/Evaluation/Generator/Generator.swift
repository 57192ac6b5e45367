import Numerics
import TimeSeries

/// Runs the mechanism of a scenario, first without incidents and then with them.
struct Generator {
    let entry: GeneratorCatalog.Entry
    let settings: GeneratorSettings

    init(entry: GeneratorCatalog.Entry, settings: GeneratorSettings) {
        precondition(settings.points >= 1, "\(settings.points) points")
        precondition(settings.fitsInTime, "\(settings.points) steps of \(settings.step) leave the calendar")
        self.entry = entry
        self.settings = settings
    }

    func series() -> GeneratedSeries {
        let quiet = run(entry.mechanism, disturbances: [])
        guard settings.hasIncidents else { return series(quiet, []) }
        let day = max(Int(Step.millisecondsInDay / max(settings.step.nominalMilliseconds, 1)), 1)
        var random = Xoshiro256StarStar(seed: root ^ 0x1C1D_E475)
        let plan = IncidentPlan(entry, quiet: quiet, day: day, using: &random)
        var values = run(entry.mechanism, disturbances: plan.disturbances(count: settings.points))
        let incidents = plan.incidents.map { incident in
            if incident.kind == .frozen {
                for index in incident.steps { values[index] = values[incident.first - 1] }
            }
            // What cannot be seen, such as a dip of nothing, becomes a gap: no label is false.
            let isSeen = incident.steps.contains { values[$0] != quiet[$0] }
            guard incident.kind == .missing || !isSeen else { return incident }
            for index in incident.steps { values[index] = .nan }
            return Incident(kind: .missing, steps: incident.steps, note: IncidentPlan.gapNote)
        }
        return series(values, incidents)
    }

    private func series(_ values: [Double], _ incidents: [Incident]) -> GeneratedSeries {
        GeneratedSeries(scenario: entry.name, grid: settings.grid, values: values, incidents: incidents)
    }

    /// The values of a mechanism, rounded and in the range; no disturbances mean a quiet series.
    ///
    /// Each step has a random generator of its own, so that what a disturbed step draws does not change the
    /// steps after it.
    private func run(_ mechanism: (some Scenario).Type, disturbances: [Disturbance]) -> [Double] {
        var scenario = mechanism.init()
        let grid = settings.grid
        let scale = [1.0, 10, 100, 1000][mechanism.decimals]
        let length = Double(settings.step.nominalMilliseconds) / 3_600_000
        return (0..<settings.points).map { index in
            var random = Xoshiro256StarStar(seed: root &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
            let disturbance = disturbances.isEmpty ? .none : disturbances[index]
            let clock = ScenarioClock(
                grid.time(at: index), start: grid.origin, length: length, hoursEarly: disturbance.hoursEarly)
            let value = scenario.value(clock, disturbance, using: &random)
            let inside = min(max(value, entry.range.lowerBound), entry.range.upperBound)
            return (inside * scale).rounded() / scale
        }
    }

    /// The seed, mixed with the name: scenarios do not share their noise.
    ///
    /// - Source: Fowler, Noll & Vo, *The FNV non-cryptographic hash algorithm* (FNV-1a, 64 bits).
    private var root: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in entry.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var mixed = SplitMix64(seed: hash ^ settings.seed)
        return mixed.next()
    }
}
