import Detection
import Forecasting
import Storage
import TimeSeries

extension FullSeries {
    /// The plain part of the state.
    private struct Plain: BitwiseCopyable {
        var run: AnomalyRun
        var confirmation: Confirmation
        /// See ``SilenceWatch/last``; `Int64.min` while no point came live.
        var heard: Int64
        var known: Int
        var triedAt: Int
        var finder: StepFinder
        var aggregator: StepAggregator
        var missing: MissingSteps
        var next: Int
        /// 0 for `nil`.
        var hasNext: Int
        /// Milliseconds of a step that was found; 0 for one that the definition gives.
        var foundStep: Int64
        /// See ``LearningWindow``: those that the state has seen.
        var windows: UInt64
        var revision: Int32
    }

    /// What is written as the bytes of its memory: types without padding, or equal states would have different bytes.
    static let plainTypes: [any BitwiseCopyable.Type] = [
        Plain.self, FusedEvidence.self, LevelWatch.self, CausalJudge.self,
    ]

    /// The bytes of a snapshot.
    var bytes: [UInt8] {
        var found: Int64 = 0
        if policy.definition.step == nil, case .fixed(let milliseconds)? = clock?.step {
            found = milliseconds
        }
        let plain = Plain(
            run: run, confirmation: confirmation, heard: silence.isProven ? silence.last : .min,
            known: known, triedAt: triedAt, finder: finder, aggregator: aggregator,
            missing: missing,
            next: next ?? 0, hasNext: next == nil ? 0 : 1, foundStep: found,
            windows: windowsSeen, revision: revision)
        var writer = BinaryWriter()
        writer.write(policy.modelHash)
        writer.write(blob: withUnsafeBytes(of: plain) { Array($0) })
        writer.write(blob: withUnsafeBytes(of: evidence) { Array($0) })
        writer.write(blob: levels.map { withUnsafeBytes(of: $0) { Array($0) } } ?? [])
        guard let live, let judge else {
            writer.write(0)
            return writer.bytes
        }
        writer.write(1)
        writer.write(live.method)
        writer.write(live.season)
        writer.write(live.version)
        writer.write(blob: ForecasterCatalog.encode(live.model, name: live.method))
        writer.write(blob: withUnsafeBytes(of: judge) { Array($0) })
        return writer.bytes
    }

    /// A state from its bytes; `nil` when they are of a definition with another model or another build's layout.
    convenience init?(policy: FullPolicy, bytes: [UInt8]) {
        self.init(policy: policy)
        var reader = BinaryReader(bytes)
        do throws(BinaryFormatError) {
            guard policy.owns(stateOf: try reader.readString()) else { return nil }
            let plain = try reader.readBlob()
            guard plain.count == MemoryLayout<Plain>.size else { return nil }
            take(plain.withUnsafeBytes { $0.loadUnaligned(as: Plain.self) })
            if next != nil { memory.resume(at: stepTime) }
            let evidence = try reader.readBlob()
            guard evidence.count == MemoryLayout<FusedEvidence>.size else { return nil }
            self.evidence = evidence.withUnsafeBytes { $0.loadUnaligned(as: FusedEvidence.self) }
            let levels = try reader.readBlob()
            guard levels.isEmpty || levels.count == MemoryLayout<LevelWatch>.size else { return nil }
            if !levels.isEmpty {
                self.levels = levels.withUnsafeBytes { $0.loadUnaligned(as: LevelWatch.self) }
            }
            guard try reader.readInt() == 1 else { return }
            let method = try reader.readString()
            let season = try reader.readInts()
            let version = try reader.readInt()
            let model = try ForecasterCatalog.decode(name: method, bytes: try reader.readBlob())
            let judge = try reader.readBlob()
            guard judge.count == MemoryLayout<CausalJudge>.size else { return nil }
            live = LiveModel(model: model, method: method, season: season, version: version)
            var known = judge.withUnsafeBytes { $0.loadUnaligned(as: CausalJudge.self) }
            known.setThreshold(threshold)
            hold(&known)
            self.judge = known
        } catch {
            return nil
        }
    }

    private func take(_ plain: Plain) {
        isRestored = true
        run = plain.run
        confirmation = plain.confirmation
        silence.last = plain.heard
        known = plain.known
        triedAt = plain.triedAt
        finder = plain.finder
        aggregator = plain.aggregator
        missing = plain.missing
        windowsSeen = plain.windows
        revision = plain.revision
        next = plain.hasNext != 0 ? plain.next : nil
        if policy.definition.step == nil, plain.foundStep > 0 {
            clock = StepClock(
                step: .fixed(milliseconds: plain.foundStep), zone: policy.definition.timezone)
        }
    }
}
