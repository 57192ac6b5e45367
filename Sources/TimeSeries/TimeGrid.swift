/// The times of the steps of a series: an origin and a step.
public struct TimeGrid: Hashable, Sendable {
    /// The time of step 0.
    public var origin: Timestamp
    /// The distance from one step to the next.
    public var step: Step
    /// Where civil days and months begin and end.
    public var zone: TimeZone

    /// A grid that begins at `origin`.
    public init(origin: Timestamp, step: Step, zone: TimeZone = .utc) {
        self.origin = origin
        self.step = step
        self.zone = zone
    }
}
