internal import Query
internal import TimeSeries

extension MetricDefinition {
    /// Which scores and anomalies this definition gives, as 16 hexadecimal digits.
    ///
    /// It is equal for definitions that differ only in their writing, in their name, in the severity of alerts and
    /// in when to train, and differs for those that differ in anything else.
    public var configurationHash: String {
        let digits = String(FNV1a.hash(canonicalText.utf8), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What changes scores or anomalies, one property a line, in fixed order.
    ///
    /// Stored anomalies and models hold hashes of it: a new property is written only where it is not its default.
    var canonicalText: String {
        let known = aggregate ?? match.metricName.map { aggregation(metricName: $0) }
        let number = NumberText.exact
        var lines = [
            "definition/1",
            "match \(match)",
            "aggregate \(known?.rawValue ?? "by name")",
            "step \(step.map(Self.text) ?? "found")",
            "timezone \(timezone.name)",
            "direction \(direction.rawValue)",
            "range \(range.min.map(number) ?? "any") \(range.max.map(number) ?? "any")",
            "ignore \(number(ignore.absolute)) \(number(ignore.relative))",
            "missing \(missing)",
            "lateness \(latenessMilliseconds)",
            "model \(model)",
            "season \(season.map(Self.text) ?? "found")",
            "budget \(alert.map { "\($0.budget.incidentsPerWeek) \($0.budget.scope.rawValue)" } ?? "none")",
            "open \(alert.map { Self.text($0.openAfter) } ?? "none")",
            "close \(alert.map { Self.text($0.closeAfter) } ?? "none")",
        ]
        if let alert, alert.noData != .automatic { lines.append("no data \(Self.text(alert.noData))") }
        if let alert, alert.leastOpenMilliseconds != AlertPolicy.defaultLeastOpenMilliseconds {
            lines.append("least open \(alert.leastOpenMilliseconds)")
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ policy: NoDataPolicy) -> String {
        guard case .after(let length) = policy else { return "\(policy)" }
        return text(length)
    }

    /// Distinguishes a civil day from 24 hours, which read the same to people.
    private static func text(_ step: Step) -> String {
        switch step {
        case .fixed(let milliseconds): "\(milliseconds) ms"
        case .days(let count): "\(count) days"
        case .months(let count): "\(count) months"
        }
    }

    private static func text(_ length: Length) -> String {
        switch length {
        case .steps(let count): "\(count) steps"
        case .time(let time): text(time)
        }
    }
}

/// The 64-bit hash FNV-1a: short and stable, no protection against forgery.
///
/// - Source: Fowler, Noll, Vo & Eastlake, RFC 9923, *The FNV Non-Cryptographic Hash Algorithm*.
enum FNV1a {
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
