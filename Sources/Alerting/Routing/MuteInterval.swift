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
    public var years: [ClosedRange<Int>] = []
    public var zone = TimeZone.utc

    public init() {}
}
