internal import Pipeline
internal import TimeSeries

/// Writes samples in the text form that Prometheus reads.
///
/// - Source: *Prometheus text exposition format* 0.0.4; *OpenMetrics* 1.0, which differs in the name of a
///   counter's family, in `# UNIT` being allowed and in the closing `# EOF`.
struct Exposition {
    /// Which of the two forms.
    enum Form {
        case prometheus, openMetrics

        /// The form that a client's `Accept` asks for.
        init(accept: String?) {
            self = accept?.contains("application/openmetrics-text") == true ? .openMetrics : .prometheus
        }

        /// The media type of the form.
        var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    typealias Labels = [(name: String, value: String)]

    private let form: Form
    private(set) var text = ""

    init(_ form: Form) {
        self.form = form
    }

    /// Begins a family; `name` is that of its samples.
    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        let total = "_total"
        let family =
            form == .openMetrics && type == "counter" && name.hasSuffix(total)
            ? String(name.dropLast(total.count)) : name
        text += "# HELP \(family) \(help)\n# TYPE \(family) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: String) {
        text += name
        if !labels.isEmpty {
            text +=
                "{" + labels.map { "\($0.name)=\"\(Exposition.escaped($0.value))\"" }.joined(separator: ",")
                + "}"
        }
        text += " \(value)\n"
    }

    mutating func counter(_ name: String, _ help: String, _ samples: [(Labels, Double)]) {
        begin(name, "counter", help)
        for (labels, value) in samples { sample(name, labels, Exposition.number(value)) }
    }

    mutating func gauge(_ name: String, _ help: String, _ labels: Labels = [], _ value: Double) {
        begin(name, "gauge", help)
        sample(name, labels, Exposition.number(value))
    }

    mutating func gauges(_ name: String, _ help: String, _ samples: [(Labels, Double)]) {
        begin(name, "gauge", help)
        for (labels, value) in samples { sample(name, labels, Exposition.number(value)) }
    }

    /// Samples with their own times, milliseconds since 1970: in the form of Prometheus alone, OpenMetrics has seconds.
    mutating func gauges(
        _ name: String, _ help: String, at samples: [(labels: TimeSeries.Labels, value: Double, time: Int64)]
    ) {
        precondition(form == .prometheus, "times of \(name) in OpenMetrics")
        guard !samples.isEmpty else { return }
        begin(name, "gauge", help)
        for (labels, value, time) in samples {
            let pairs = labels.pairs.filter { $0.name != TimeSeries.Labels.metricName }
            sample(name, pairs.map { ($0.name, $0.value) }, "\(Exposition.number(value)) \(time)")
        }
    }

    mutating func histogram(_ name: String, _ help: String, _ samples: [(Labels, Histogram)]) {
        begin(name, "histogram", help)
        let bounds = Histogram.bounds.map(Exposition.number) + ["+Inf"]
        for (labels, histogram) in samples {
            let (cumulative, seconds) = histogram.snapshot
            for (bound, count) in zip(bounds, cumulative) {
                sample(name + "_bucket", labels + [("le", bound)], "\(count)")
            }
            sample(name + "_sum", labels, Exposition.number(seconds))
            sample(name + "_count", labels, "\(cumulative.last ?? 0)")
        }
    }

    /// Ends the text.
    mutating func end() {
        if form == .openMetrics { text += "# EOF\n" }
    }

    /// A number in its shortest form, whole ones without a fraction.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
