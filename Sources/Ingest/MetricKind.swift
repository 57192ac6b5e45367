/// What a series is, in the words of its sender.
///
/// The raw values are those of remote write 2.0.
///
/// - Source: Prometheus, `prompb/io/prometheus/write/v2/types.proto`, Metadata.MetricType.
public enum MetricKind: UInt8, Sendable {
    /// Not said.
    case unknown = 0
    /// It rises, and falls only to begin again.
    case counter = 1
    /// It goes where it likes.
    case gauge = 2
    /// Part of a histogram whose counts only rise.
    case histogram = 3
    /// Part of a histogram of what is now.
    case gaugeHistogram = 4
    /// Part of a summary.
    case summary = 5
    /// Always 1; its labels are what matters.
    case info = 6
    /// 0 or 1, one series a state.
    case stateSet = 7
}
