import Query
public import TimeSeries

/// One formula at work: which series it reads, which belong together, and how far each is made.
struct FormulaWork {
    let definition: MetricDefinition
    let formula: Formula
    /// For each input the series that its selector matches.
    private var members: [[FormulaSeries]]
    /// So many series were asked whether they match.
    private var asked = 0
    /// The metric of each series that is read.
    private var metrics: [UInt32: String] = [:]
    /// The series that are made.
    private(set) var groups: [FormulaGroup] = []
    /// Every series that is read for one of them.
    private(set) var series: Set<UInt32> = []
    /// By the labels of a group, the first step that is not decided.
    var next: [Labels: Int] = [:]
    /// `nil` until the step is found.
    var clock: StepClock?
    /// Why its series do not belong together, why stored points cannot be read, why points were refused.
    private(set) var misfit: String?
    var unreadable: String?
    var refused: String?
    /// Which series have no partner.
    private(set) var notes: [String] = []
    /// How many points it has made since the start.
    var made = 0
    private var patience = FormulaPatience()

    /// Work that begins; `nil` for a definition without a formula.
    init?(_ definition: MetricDefinition) {
        guard let formula = definition.formula else { return nil }
        self.definition = definition
        self.formula = formula
        members = formula.inputs.map { _ in [] }
        clock = definition.step.map { StepClock(step: $0, zone: definition.timezone) }
    }

    /// Asks series that are new whether they are read, and finds what belongs together where some are.
    mutating func update(from monitor: Monitor) {
        let count = monitor.seriesCount
        guard count > asked else { return }
        var isChanged = false
        for (place, input) in formula.inputs.enumerated() {
            for one in monitor.series(matching: input.selector, in: asked..<count) {
                members[place].append(one)
                metrics[one.id] = one.labels[Labels.metricName] ?? ""
                isChanged = true
            }
        }
        asked = count
        guard isChanged else { return }
        do throws(FormulaError) {
            let plan = try formula.plan(members)
            groups = plan.groups
            notes = plan.notes
            misfit = nil
        } catch {
            groups = []
            notes = []
            misfit = "\(error)"
        }
        series = Set(groups.flatMap { $0.leaves.map(\.series) })
    }

    /// Why not everything is made; `nil` when all is well.
    var problem: String? { misfit ?? unreadable ?? refused }

    /// How the samples of a leaf become values of steps.
    func aggregation(of leaf: FormulaLeaf) -> Aggregation {
        formula.inputs[leaf.input].isRate
            ? .rate : definition.inputAggregation(metricName: metrics[leaf.series] ?? "")
    }

    /// For each input the series that was there first, after whose points the step is found; `nil` for one of which
    /// there is none.
    var eldest: [UInt32?] { members.map { $0.map(\.id).min() } }

    /// Whether steps of long ago may be made: of an aggregation once no more of the past comes.
    mutating func isReady(last: [UInt32: Int64], now: UInt64) -> Bool {
        // Two operands are waited for in any case.
        guard formula.grouping != .everyLabel else { return true }
        let sum = series.reduce(Int64(series.count)) { $0 &+ (last[$1] ?? 0) }
        return patience.isOver(mark: sum, now: now)
    }

    /// The labels of what a group makes.
    func labels(of group: FormulaGroup) -> Labels {
        (try? group.labels.setting(Labels.metricName, to: definition.name)) ?? group.labels
    }
}

/// How far a formula is.
public struct FormulaStatus: Sendable {
    /// The definition that it belongs to.
    public var definition: MetricDefinition
    /// How many series it makes.
    public var series: Int
    /// The distance of values; `nil` while it is not found.
    public var step: Step?
    /// The begin of the newest step that is decided for some series, milliseconds since 1970; `nil` before the first.
    public var decided: Int64?
    /// How many points it has made since the start of the service.
    public var made: Int
    /// Why not everything is made; `nil` when all is well.
    public var problem: String?
    /// Which series have no partner: sentences without their full stops.
    public var notes: [String]
}

extension FormulaWork {
    /// How far it is.
    var status: FormulaStatus {
        let newest = next.values.max().flatMap { next in clock?.time(of: next - 1).milliseconds }
        return FormulaStatus(
            definition: definition, series: groups.count, step: clock?.step, decided: newest, made: made,
            problem: problem, notes: notes)
    }
}
