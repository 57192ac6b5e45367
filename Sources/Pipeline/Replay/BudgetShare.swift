import Storage
import TimeSeries

/// What happened to a series between two steps, and happens there again when it is replayed.
protocol ReplayedChange: Sendable {
    /// It holds from this step on.
    var at: Int { get }
    /// Of which kind its snapshots are, whatever their version.
    static var kind: String { get }
    /// A change from its stored form; `nil` when it is of another build.
    init?(_ stored: StoredSnapshot)
}

/// Another number of live series shares the budget of a definition from a step on: thresholds follow it, and so does
/// replay.
struct BudgetShare: ReplayedChange, Equatable {
    /// It counted before this step was judged.
    var at: Int
    var before: Int
    var after: Int

    static let kind = "share"
    static let storedKind = "\(kind)/1"

    init(at: Int, before: Int, after: Int) {
        self.at = at
        self.before = before
        self.after = after
    }

    /// The change as it is stored.
    func stored(of series: UInt32, _ clock: StepClock?) -> StoredSnapshot {
        var writer = BinaryWriter()
        for number in [at, before, after] { writer.write(number) }
        let time = clock?.time(of: at).milliseconds ?? 0
        return StoredSnapshot(series: series, time: time, kind: Self.storedKind, bytes: writer.bytes)
    }

    /// A change from its stored form; `nil` when it is of another build.
    init?(_ stored: StoredSnapshot) {
        guard stored.kind == Self.storedKind else { return nil }
        var reader = BinaryReader(stored.bytes)
        do throws(BinaryFormatError) {
            self.init(at: try reader.readInt(), before: try reader.readInt(), after: try reader.readInt())
        } catch {
            return nil
        }
    }
}
