import Networking
import Pipeline
import TimeSeries

extension Handlers {
    /// How far each formula is.
    @Sendable static func formulas(_ request: Request, _ context: Context) throws -> HTTPResponse {
        _ = try context.requireMonitor()
        _ = try QueryParameters(request, knowing: [])
        let formulas = context.formulas?.status ?? []
        return .json { json in
            json.object { json in
                json.key("formulas")
                json.array { json in
                    for formula in formulas { json.object { write(formula, to: &$0) } }
                }
            }
        }
    }

    private static func write(_ status: FormulaStatus, to json: inout JSONWriter) {
        json.member("name", status.definition.name)
        json.member("expr", status.definition.formula.map { "\($0)" })
        json.member("series", status.series)
        json.member("step", status.step.map { "\($0)" })
        json.member("decided", status.decided.map { Timestamp(milliseconds: $0).rfc3339 })
        json.member("made", status.made)
        json.member("problem", status.problem)
        json.member("notes", status.notes)
    }
}
