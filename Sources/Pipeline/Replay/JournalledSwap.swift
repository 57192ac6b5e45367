import Storage
import TimeSeries

/// A swap on its way: it is in the journal before it takes effect, so that a restart lets the same model go live before
/// the same step. The store has it from the next checkpoint on, with the state that has seen it.
struct JournalledSwap: Sendable {
    var series: UInt32
    /// See ``FullPolicy/modelHash``: a definition that was edited since begins anew.
    var modelHash: String
    /// With the values that the model first observes.
    var swap: ModelSwap

    static let storedKind = "journalled-\(ModelSwap.storedKind)"

    init(series: UInt32, modelHash: String, swap: ModelSwap) {
        self.series = series
        self.modelHash = modelHash
        self.swap = swap
    }

    /// The swap as it is written.
    func stored(_ clock: StepClock?) -> StoredSnapshot {
        var writer = BinaryWriter()
        writer.write(modelHash)
        writer.write(swap.recorded ?? [])
        writer.write(blob: swap.bytes)
        let time = clock?.time(of: swap.at).milliseconds ?? 0
        return StoredSnapshot(series: series, time: time, kind: Self.storedKind, bytes: writer.bytes)
    }

    /// A swap from its written form; `nil` when it is of another build.
    init?(_ stored: StoredSnapshot) {
        guard stored.kind == Self.storedKind else { return nil }
        var reader = BinaryReader(stored.bytes)
        do throws(BinaryFormatError) {
            modelHash = try reader.readString()
            let recorded = try reader.readDoubles()
            guard var swap = ModelSwap(bytes: try reader.readBlob()) else { return nil }
            swap.recorded = recorded
            self.swap = swap
            series = stored.series
        } catch {
            return nil
        }
    }
}
