import Detection
import Forecasting
import Storage
import TimeSeries

/// A model that went live between two steps of one series, or the finding that none could be made: a part of the history
/// of models, which replay follows.
struct ModelSwap: ReplayedChange {
    /// The first step whose value was kept for the model while it was made.
    var recordedFrom: Int
    /// It went live before this step.
    var at: Int
    /// The model as of `recordedFrom`; `nil` when none could be made.
    var prepared: PreparedModel?
    /// The values from `recordedFrom` on that it first observed, when it comes from the journal: a state that is stored does
    /// not have them. Any other replay has them of the points.
    var recorded: [Double]?

    /// Whose bytes, in which version.
    static let kind = "swap"
    static let storedKind = "\(kind)/\(FullSeries.kind)"

    /// The form in which it is stored.
    var bytes: [UInt8] {
        var writer = BinaryWriter()
        writer.write(recordedFrom)
        writer.write(at)
        writer.write(prepared == nil ? 0 : 1)
        guard let prepared else { return writer.bytes }
        writer.write(prepared.live.method)
        writer.write(prepared.live.season)
        writer.write(prepared.live.version)
        writer.write(blob: ForecasterCatalog.encode(prepared.live.model, name: prepared.live.method))
        writer.write(blob: withUnsafeBytes(of: prepared.judge) { Array($0) })
        writer.write(blob: withUnsafeBytes(of: prepared.evidence) { Array($0) })
        writer.write(blob: withUnsafeBytes(of: prepared.levels) { Array($0) })
        return writer.bytes
    }

    /// The swap as it is stored.
    func stored(of series: UInt32, _ clock: StepClock?) -> StoredSnapshot {
        let time = clock?.time(of: at).milliseconds ?? 0
        return StoredSnapshot(series: series, time: time, kind: Self.storedKind, bytes: bytes)
    }

    init(recordedFrom: Int, at: Int, prepared: PreparedModel?, recorded: [Double]? = nil) {
        self.recordedFrom = recordedFrom
        self.at = at
        self.prepared = prepared
        self.recorded = recorded
    }

    /// A swap from its stored form; `nil` when it is of another build.
    init?(_ stored: StoredSnapshot) {
        guard stored.kind == Self.storedKind else { return nil }
        self.init(bytes: stored.bytes)
    }

    /// A swap from its bytes; `nil` when they are of another build's layout.
    init?(bytes: [UInt8]) {
        var reader = BinaryReader(bytes)
        do throws(BinaryFormatError) {
            recordedFrom = try reader.readInt()
            at = try reader.readInt()
            guard try reader.readInt() == 1 else {
                prepared = nil
                return
            }
            let method = try reader.readString()
            let season = try reader.readInts()
            let version = try reader.readInt()
            let model = try ForecasterCatalog.decode(name: method, bytes: try reader.readBlob())
            let judge = try reader.readBlob()
            let evidence = try reader.readBlob()
            let levels = try reader.readBlob()
            guard judge.count == MemoryLayout<CausalJudge>.size,
                evidence.count == MemoryLayout<FusedEvidence>.size,
                levels.count == MemoryLayout<LevelWatch>.size
            else { return nil }
            prepared = PreparedModel(
                live: FullSeries.LiveModel(model: model, method: method, season: season, version: version),
                judge: judge.withUnsafeBytes { $0.loadUnaligned(as: CausalJudge.self) },
                evidence: evidence.withUnsafeBytes { $0.loadUnaligned(as: FusedEvidence.self) },
                levels: levels.withUnsafeBytes { $0.loadUnaligned(as: LevelWatch.self) })
        } catch {
            return nil
        }
    }
}

extension ReplayMemory.State {
    static let kind = StoredSnapshot.stateKind
    static let storedKind = "\(kind)/\(FullSeries.kind)"

    /// The form in which it is stored; nothing is being recorded in a state for the store.
    func stored(of series: UInt32) -> StoredSnapshot {
        var writer = BinaryWriter()
        writer.write(next)
        writer.write(sharing)
        writer.write(blob: bytes)
        return StoredSnapshot(series: series, time: time, kind: Self.storedKind, bytes: writer.bytes)
    }

    /// A state from its stored form; `nil` when it is of another build's layout.
    init?(_ stored: StoredSnapshot) {
        guard stored.kind == Self.storedKind else { return nil }
        var reader = BinaryReader(stored.bytes)
        do throws(BinaryFormatError) {
            let next = try reader.readInt()
            let sharing = try reader.readInt()
            self.init(
                time: stored.time, next: next, bytes: try reader.readBlob(), sharing: sharing,
                recorded: nil, recordedFrom: 0)
        } catch {
            return nil
        }
    }
}
