internal import Query
internal import TimeSeries

extension MetricDefinition {
    /// Which scores and anomalies this definition gives, as 16 hexadecimal digits.
    ///
    /// It is equal for definitions that differ only in their writing, in their name, in the severity of alerts and
    /// in when to train, and differs for those that differ in anything else.
    public var configurationHash: String {
        FNV1a.digits(canonicalText)
    }

    /// What a model learns and scores by, as 16 hexadecimal digits: running state is kept across edits that leave it.
    ///
    /// When somebody is told, and of which anomalies, is decided anew with every value, so that `direction`, `ignore`,
    /// `lateness`, `alert` with all it holds, and `retrain` are not part of it; nor is `match`, since a state belongs to
    /// one series. The name is, since versions of models are filed under it.
    public var modelHash: String {
        var lines = [
            "model/1",
            "name \(name)",
            "aggregate \(aggregateText)",
            "step \(step.map(Self.text) ?? "found")",
            "timezone \(timezone.name)",
            "range \(rangeText)",
            "missing \(missing)",
            "model \(model)",
            "season \(season.map(Self.text) ?? "found")",
        ]
        // What a formula makes is other values once it is another formula.
        if let formula { lines.append("expr \(formula)") }
        return FNV1a.digits(lines.joined(separator: "\n"))
    }

    private var aggregateText: String {
        let name = formula == nil ? match.metricName : nil
        let known = aggregate ?? name.map { aggregation(metricName: $0) }
        return known?.rawValue ?? "by name"
    }

    private var rangeText: String {
        "\(range.min.map(NumberText.exact) ?? "any") \(range.max.map(NumberText.exact) ?? "any")"
    }

    /// What changes scores or anomalies, one property a line, in fixed order.
    ///
    /// Stored anomalies and models hold hashes of it: a new property is written only where it is not its default.
    var canonicalText: String {
        let number = NumberText.exact
        var lines = [
            "definition/1",
            // The selector of a formula's series is the name of the definition, which is not part of the hash.
            formula.map { "expr \($0)" } ?? "match \(match)",
            "aggregate \(aggregateText)",
            "step \(step.map(Self.text) ?? "found")",
            "timezone \(timezone.name)",
            "direction \(direction.rawValue)",
            "range \(rangeText)",
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
        switch adoption {
        case .automatic: break
        case .after(let length): lines.append("adopt after \(Self.text(length))")
        case .never: lines.append("adopt never")
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
    /// The hash of a text as 16 hexadecimal digits.
    static func digits(_ text: String) -> String {
        let digits = String(hash(text.utf8), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
