import Alerting
import Networking
public import Pipeline
import TimeSeries

/// The body of a question to `/api/v1/preview` about a definition that was read already.
public enum PreviewOrder {
    /// - Parameters:
    ///   - definition: All of it but what changes no score of the stream: its calendar, and when it is trained again.
    ///   - days: How far back, 1 … 3,650.
    public static func body(_ definition: MetricDefinition, days: Int) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("metric")
            json.object { write(definition, to: &$0) }
            json.member("days", days)
        }
        return json.bytes
    }

    private static func write(_ definition: MetricDefinition, to json: inout JSONWriter) {
        json.member("name", definition.name)
        if let formula = definition.formula {
            json.member("expr", escaped("\(formula)"))
        } else {
            json.member("match", escaped("\(definition.match)"))
        }
        if let aggregate = definition.aggregate { json.member("aggregate", aggregate.rawValue) }
        if let step = definition.step { json.member("step", text(step)) }
        json.member("timezone", definition.timezone.name)
        json.member("direction", definition.direction.rawValue)
        json.key("range")
        json.object { json in
            if let min = definition.range.min { json.member("min", min) }
            if let max = definition.range.max { json.member("max", max) }
        }
        json.key("ignore")
        json.object { json in
            json.member("absolute", definition.ignore.absolute)
            // A share above 1 is read as percent alone.
            json.member("relative", NumberText.exact(definition.ignore.relative * 100) + "%")
        }
        json.member("missing", "\(definition.missing)")
        switch definition.adoption {
        case .automatic: json.member("adopt_after", "auto")
        case .never: json.member("adopt_after", "never")
        case .after(let length): json.member("adopt_after", text(length))
        }
        json.member("lateness", text(.fixed(milliseconds: definition.latenessMilliseconds)))
        json.member("model", definition.model)
        if let season = definition.season { json.member("season", text(season)) }
        guard let alert = definition.alert else { return }
        json.key("alert")
        json.object { write(alert, to: &$0) }
    }

    private static func write(_ alert: AlertPolicy, to json: inout JSONWriter) {
        json.member("budget", "\(alert.budget)")
        json.member("per", alert.budget.scope.rawValue)
        json.member("open_after", text(alert.openAfter))
        json.member("close_after", text(alert.closeAfter))
        json.member("severity", alert.severity.rawValue)
        switch alert.noData {
        case .automatic: json.member("no_data", "auto")
        case .off: json.member("no_data", "off")
        case .after(let length): json.member("no_data", text(length))
        }
        json.member("min_open", text(.fixed(milliseconds: alert.leastOpenMilliseconds)))
    }

    private static func text(_ length: Length) -> String {
        switch length {
        case .steps(let count): "\(count)"
        case .time(let time): text(time)
        }
    }

    /// A step that is read back as it is in any zone: hours are never civil days.
    private static func text(_ step: Step) -> String {
        guard case .fixed(let milliseconds) = step, milliseconds > 0,
            milliseconds.isMultiple(of: Step.millisecondsInDay)
        else { return "\(step)" }
        return "\(milliseconds / 3_600_000)h"
    }

    /// A text whose dollar signs stand for themselves.
    private static func escaped(_ text: String) -> String { text.replacing("$", with: "$$") }
}
