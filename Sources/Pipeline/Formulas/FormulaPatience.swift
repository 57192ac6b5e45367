/// Waits while the past is being imported, whose series may come one after the other.
///
/// A sum over hosts would be made of the first of them otherwise. Values of now are not waited for: a step of theirs
/// ends after all hosts have sent something.
struct FormulaPatience {
    /// Nanoseconds without a new point after which no more is expected.
    static let quiet: UInt64 = 1_000_000_000
    /// No longer wait, in nanoseconds: inputs may never be quiet.
    static let longest: UInt64 = 10_000_000_000

    private var mark: Int64?
    private var changed: UInt64 = 0
    private var since: UInt64?

    /// Whether the wait is over.
    ///
    /// - Parameters:
    ///   - mark: Changes when a point comes.
    ///   - now: Nanoseconds of the steady clock.
    mutating func isOver(mark: Int64, now: UInt64) -> Bool {
        if mark != self.mark {
            self.mark = mark
            changed = now
        }
        let begin = since ?? now
        since = begin
        guard now - min(changed, now) >= Self.quiet || now - min(begin, now) >= Self.longest else {
            return false
        }
        since = nil
        return true
    }
}
