public import TimeSeries

/// Reads what a target of Prometheus shows: the text format 0.0.4 and OpenMetrics 1.0.
///
/// - The samples of histograms and summaries are series like any other: `_bucket`, `_sum`, `_count`, `quantile`.
/// - Values are any `Double`, `NaN` and infinities too. Times are milliseconds, in OpenMetrics seconds.
/// - Exemplars are counted and not kept; so are `_created` samples of a family of OpenMetrics that is a counter, a
///   histogram or a summary. In the text format those are gauges like any other, and kept.
/// - Names in quotes are read: of a metric as they are; in that of a label, what Prometheus has in no name becomes `_`.
/// - In the text format a line may end with `\r\n`, and times may be before 1970; OpenMetrics needs its spaces where they
///   belong, and `# EOF`.
///
/// - Source: Prometheus, *Exposition formats*, and its lexers in `model/textparse`; OpenMetrics 1.0.
public enum PrometheusText {
    /// Which of the two formats.
    public enum Dialect: Sendable {
        case text, openMetrics
    }

    /// The media type of OpenMetrics, without parameters.
    public static let openMetricsType = "application/openmetrics-text"

    /// Reads a whole answer of a target.
    ///
    /// As with Prometheus, one line that is wrong fails all of it: out of grammar, without a name, with a label twice,
    /// text that is not UTF-8, or an unknown type. A sample with a time not in the years 0001 to 9999 is rejected by
    /// itself.
    ///
    /// - Parameters:
    ///   - time: When it was scraped: the time of samples that have none; without it such a sample is an error.
    ///   - target: Whose answer it is.
    /// - Throws: ``DecodeError`` with the line.
    /// - Complexity: O(*n*) in bytes, no allocation for a line; some 20 bytes of memory a byte, and the target's
    ///   labels for each sample.
    public static func decode(
        _ body: [UInt8], _ dialect: Dialect = .text, at time: Timestamp?,
        target: ScrapeTarget = ScrapeTarget()
    ) throws(DecodeError) -> DecodedPoints {
        let outcome = body.withUnsafeBufferPointer { bytes -> Result<DecodedPoints, DecodeError> in
            var pass = PrometheusTextPass(bytes, dialect, at: time, target)
            do throws(TextFault) {
                try pass.readAll()
                return .success(pass.decoded)
            } catch {
                return .failure(error.error(line: pass.line, in: bytes))
            }
        }
        return try outcome.get()
    }
}

/// What is known of a target beside what it shows.
public struct ScrapeTarget: Hashable, Sendable {
    /// Labels for every series, such as `job` and `instance`.
    public var labels: Labels
    /// Whether a label of the target's own stays when it has the name of one of ``labels``, even when it is empty;
    /// else it is renamed, `exported_` before its name as often as is needed.
    public var honorsLabels: Bool
    /// Whether times that the target shows are kept, or the time of the scrape put in their place.
    public var honorsTimes: Bool

    /// A target with no labels, whose times are kept.
    ///
    /// - Source: Prometheus, *Configuration*, `honor_labels` and `honor_timestamps`.
    public init(labels: Labels = .none, honorsLabels: Bool = false, honorsTimes: Bool = true) {
        self.labels = labels
        self.honorsLabels = honorsLabels
        self.honorsTimes = honorsTimes
    }
}
