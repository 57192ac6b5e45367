public import TimeSeries

/// Times that come again, as Alertmanager's `time_intervals` have them; what is empty holds always.
///
/// - Source: Prometheus Alertmanager, *Configuration*, "time_interval_spec".
public struct MuteInterval: Sendable, Equatable {
    /// Minutes of the day, the end excluded.
    public var times: [Range<Int>] = []
    /// 0 is Sunday.
    public var weekdays: [ClosedRange<Int>] = []
    /// 1 … 31; -1 is the last day of the month.
    public var daysOfMonth: [ClosedRange<Int>] = []
    /// 1 … 12.
    public var months: [ClosedRange<Int>] = []
    /// As people write them.
    public var years: [ClosedRange<Int>] = []
    /// Whose clocks and calendar are meant.
    public var zone = TimeZone.utc

    /// One that holds always.
    public init() {}
}
