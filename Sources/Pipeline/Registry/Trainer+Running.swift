import Forecasting
import Storage
import Synchronization
import TimeSeries

extension Trainer {
    /// Series are brought up to date for a swap so many at a time.
    private static let batch = 500

    /// Runs a training from its order to its result.
    func run(_ job: TrainingJob) -> TrainingState.Result {
        let begin = monitor.surroundings.steady()
        var result = attempt(job)
        monitor.counters.note(result.decision, of: job.definition.name)
        result.seconds = Double(monitor.surroundings.steady() - begin) / 1e9
        monitor.surroundings.log(
            result.decision == .failed,
            "training of \(job.definition.name): \(result.decision.rawValue): \(result.detail)")
        return result
    }

    private func attempt(_ job: TrainingJob) -> TrainingState.Result {
        var result = TrainingState.Result(
            decision: .failed, version: nil, detail: "", metrics: [], seconds: 0, failures: [])
        do {
            let champion = try self.champion(of: job.definition.name)
            let histories = try load(job)
            guard !job.isCancelled else { throw ForecastError.cancelled }
            let outcome = try training(job, champion?.parameters, histories).run(histories)
            result.metrics = outcome.metrics?.named ?? []
            result.failures = outcome.failures.map { (Self.labels($0.labels), "\($0.reason)") }
            (result.decision, result.detail) = Self.verdict(outcome, of: histories.count)
            let isPromoted = outcome.decision == .promoted
            guard !job.isCancelled else { throw ForecastError.cancelled }
            guard let parameters = outcome.parameters, isPromoted || job.order.keepsChallenger else {
                return result
            }
            job.enter(.promote, total: 1)
            let stored = stored(job, parameters, outcome, histories, parent: champion?.version)
            let version = try monitor.store.add(stored)
            result.version = version
            guard isPromoted else { return result }
            if let error = try crown(version, parameters, of: job.definition) {
                result.detail += "; it is not live yet: \(error)"
            }
            job.advance(to: 1, of: 1)
        } catch ForecastError.cancelled {
            result.decision = .cancelled
            result.detail = "cancelled; the champion stays"
        } catch {
            result.decision = .failed
            result.detail = "\(error)"
        }
        return result
    }

    /// The version that is champion, with its parameters.
    private func champion(of name: String) throws -> (version: Int, parameters: ModelParameters)? {
        guard let version = try monitor.store.champions()[name],
            let model = try monitor.store.model(name, version: version)
        else { return nil }
        return (version, try parameters(of: model))
    }

    /// The parameters of a version, its checksum compared.
    func parameters(of model: StoredModel) throws(StorageError) -> ModelParameters {
        let path = "version \(model.version) of \(model.definition)"
        guard model.checksum == checksum(model.parameters) else {
            throw .corrupt(
                path: path, detail: "its parameters do not have the checksum \(model.checksum)")
        }
        do throws(BinaryFormatError) {
            return try ModelParameters(bytes: model.parameters)
        } catch {
            throw .corrupt(path: path, detail: "\(error)")
        }
    }

    private func checksum(_ bytes: [UInt8]) -> String { "sha256:" + monitor.surroundings.sha256(bytes) }

    /// The histories of every series of a definition.
    private func load(_ job: TrainingJob) throws -> [TrainingHistory] {
        let series = monitor.series(matching: job.definition.match).filter {
            $0.definition == nil || $0.definition?.name == job.definition.name
        }
        job.enter(.load, total: series.count)
        var histories: [TrainingHistory] = []
        for (place, one) in series.enumerated() {
            guard !job.isCancelled else { throw ForecastError.cancelled }
            if let history = try history(of: one, job.definition, job.order.window) {
                histories.append(history.training(labels: one.labels.encoded))
            }
            job.advance(to: place + 1, of: series.count)
        }
        return histories
    }

    /// The steps of one series that a later point has ended.
    private func history(
        of series: SeriesDescription, _ definition: MetricDefinition, _ window: Step?
    ) throws(StorageError) -> StepHistory? {
        guard let newest = try monitor.lastTime(of: series.id) else { return nil }
        // Counted back from the last point: imported data is as old as it is, and a repetition finds the same.
        let from = window.map { newest - $0.nominalMilliseconds } ?? .min
        let policy = FullPolicy(
            definition, hash: "", metricName: series.labels[Labels.metricName] ?? "", series: 1)
        var step = definition.step
        if step == nil {
            let points = try monitor.points(of: series.id, in: from...Int64.max)
            step = StepFinder.step(of: points.times.suffix(1_000))
        }
        guard let step else { return nil }
        let clock = StepClock(step: step, zone: definition.timezone)
        return try monitor.history(of: series.id, policy: policy, clock: clock, end: nil, from: from)
    }

    private func training(
        _ job: TrainingJob, _ champion: ModelParameters?, _ histories: [TrainingHistory]
    ) -> Training {
        var settings = TrainingSettings()
        settings.method = job.order.method ?? job.definition.model
        settings.seed = job.order.seed
        if case .steps(let count)? = job.definition.season { settings.season = count }
        // A season given as a time is as many steps as fit where all series have the same one.
        let steps = Set(histories.map(\.grid.step))
        if let step = job.definition.step ?? (steps.count == 1 ? steps.first : nil) {
            settings.season = job.definition.season?.steps(of: step)
        }
        settings.gates = QualityGates(
            maximumScaledError: job.definition.retrain.maxScaledError,
            minimumCoverage: job.definition.retrain.minCoverage)
        job.enter(.backTest, total: 0)
        let progress = FitProgress { done, total in
            job.advance(to: done, of: total)
            return !job.isCancelled
        }
        let pace = job.order.maxCPUShare.map { share in
            Pace(share: share, monitor.surroundings) { !job.isCancelled }
        }
        return Training(
            settings, champion: champion, progress: progress, pace: { pace?.rest() })
    }

    private func stored(
        _ job: TrainingJob, _ parameters: ModelParameters, _ outcome: TrainingOutcome,
        _ histories: [TrainingHistory], parent: Int?
    ) -> StoredModel {
        let bytes = parameters.bytes
        let firsts = histories.map { $0.grid.time(at: 0).milliseconds }
        let lasts = histories.map { $0.grid.time(at: max($0.values.count - 1, 0)).milliseconds }
        return StoredModel(
            definition: job.definition.name, version: 0, method: job.order.method ?? job.definition.model,
            created: monitor.surroundings.wall(), windowFirst: firsts.min() ?? 0,
            windowLast: lasts.max() ?? 0, configurationHash: job.definition.configurationHash,
            metrics: (outcome.metrics?.named ?? []).map {
                StoredModel.Metric(name: $0.name, value: $0.value)
            },
            parent: parent, checksum: checksum(bytes), parameters: bytes)
    }

    /// The decision in the words of the registry, and a sentence.
    private static func verdict(
        _ outcome: TrainingOutcome, of series: Int
    ) -> (TrainingState.Decision, String) {
        let number = { NumberText.short($0) }
        let figures = outcome.metrics.map {
            "scaled error \(number($0.challengerScaledError)) against \(number($0.championScaledError)), "
                + "difference \(number($0.differenceLow)) to \(number($0.differenceHigh))"
        }
        switch outcome.decision {
        case .promoted: return (.promoted, figures ?? "")
        case .notBetter: return (.notBetter, "the champion stays: " + (figures ?? ""))
        case .notEnoughData(let needed, let got):
            let detail =
                series == 0
                ? "no series has values yet"
                : needed == 0
                    ? "no series has values that this method can learn from"
                    : "\(needed) values are needed for a comparison, the longest series has \(got)"
            return (.notEnoughData, detail)
        case .gateBreached(let gate, let value, let limit):
            return (
                .gateBreached,
                "the champion stays: \(gate.rawValue) is \(number(value)), the limit is \(number(limit))"
            )
        }
    }

    private static func labels(_ bytes: [UInt8]) -> Labels { (try? Labels(encoded: bytes.span)) ?? .none }
}
