import Alerting
import Networking
import Pipeline
import Query
import Service
import TimeSeries

/// What `check` prints for programs: the facts of ``CheckText``, each under its name.
enum CheckJSON {
    static func bytes(
        _ checks: [DefinitionCheck], series: Int, alerting: AlertCheck, remoteWrite: RemoteWriteTarget? = nil,
        sections: [SectionRow] = [], previews: DefinitionPreviews? = nil
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("series", series)
            json.key("definitions")
            json.array { json in
                for check in checks { json.object { write(check, alerting, to: &$0) } }
            }
            alerting.write(to: &json)
            previews?.write(to: &json)
            json.key("remote_write")
            if let remoteWrite {
                json.object { json in for (name, text) in remoteWrite.summary { json.member(name, text) } }
            } else {
                json.null()
            }
            json.key("sections")
            json.array { json in
                for row in sections {
                    json.object { json in
                        json.member("key", row.key)
                        json.member("area", row.area)
                        json.member("verdict", row.verdict.rawValue)
                        json.member("detail", row.detail)
                    }
                }
            }
        }
        return json.bytes + [0x0A]
    }

    private static func write(
        _ check: DefinitionCheck, _ alerting: AlertCheck, to json: inout JSONWriter
    ) {
        let definition = check.definition
        json.member("name", definition.name)
        json.member("match", "\(definition.match)")
        if let formula = FormulaCheck(definition) { formula.write(to: &json) }
        json.member("step", definition.step.map { "\($0)" })
        json.member("assumed_step", definition.step == nil ? "\(check.step)" : nil)
        json.member("steps_per_week", AlertBudget.stepsPerWeek(check.step))
        json.member("p_star", check.threshold)
        json.member("incidents_per_week", check.incidentsPerWeek)
        json.key("alert")
        if let alert = definition.alert {
            json.object { json in
                json.member("budget", "\(alert.budget)")
                json.member("per", alert.budget.scope.rawValue)
                json.member("open_after", "\(alert.openAfter)")
                json.member("close_after", "\(alert.closeAfter)")
                json.member("severity", alert.severity.rawValue)
                json.member("tells", alerting.receivers(of: definition) ?? [])
            }
        } else {
            json.null()
        }
        json.member("timezone", definition.timezone.name)
        json.key("clock_changes")
        json.array { json in
            for change in check.clockChanges {
                json.object { json in
                    json.member("at", change.at.rfc3339)
                    json.member("offset_before_seconds", change.before)
                    json.member("offset_from_seconds", change.from)
                }
            }
        }
        json.member("configuration_hash", definition.configurationHash)
        json.key("warnings")
        json.array { json in
            for warning in check.warnings {
                json.object { json in
                    json.member("code", warning.code)
                    json.member("detail", warning.detail)
                }
            }
        }
    }
}
