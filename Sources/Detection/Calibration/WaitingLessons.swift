/// What calibration, spread and likelihood learn from a value.
struct Lesson: BitwiseCopyable, Sendable {
    /// As it is to be learned, at least 0.
    var strength = 0.0
    /// In the unit of the series.
    var error = 0.0
    /// The value and what was expected of it.
    var value = 0.0
    var expected = 0.0
}

/// The lessons of the latest values, learned when it is known that no incident had begun with them.
///
/// A ramp is usual before it is not, and would widen the band that it is measured by: what led up to an incident is
/// dropped when the incident is seen.
struct WaitingLessons: BitwiseCopyable, Sendable {
    /// Lessons wait for so many values.
    static let places = 24

    private var lessons = InlineArray<24, Lesson>(repeating: Lesson())
    private var oldest = 0
    private(set) var count = 0

    /// Takes a lesson in.
    ///
    /// - Returns: The one that has waited long enough, once all places are taken.
    mutating func push(_ lesson: Lesson) -> Lesson? {
        let ready = count == Self.places ? next() : nil
        lessons[(oldest + count) % Self.places] = lesson
        count += 1
        return ready
    }

    /// Hands the oldest lesson out; `nil` when none waits.
    mutating func next() -> Lesson? {
        guard count > 0 else { return nil }
        let lesson = lessons[oldest]
        oldest = (oldest + 1) % Self.places
        count -= 1
        return lesson
    }

    /// Forgets so many of the latest lessons, or all where fewer wait.
    mutating func drop(_ latest: Int) {
        count -= min(max(latest, 0), count)
    }
}
