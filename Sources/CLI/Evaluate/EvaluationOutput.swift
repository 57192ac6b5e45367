import Evaluation
import Networking

/// A report for programs.
enum EvaluationOutput {
    /// The numbers of a row by their names, in the order of the columns.
    private static let columns: [(name: String, value: @Sendable (ForecastReport.Row) -> Double)] = [
        ("smape", { $0.smape }), ("mase", { $0.mase }), ("median_mase", { $0.medianMASE }),
        ("owa", { $0.owa }), ("msis", { $0.msis }), ("coverage_80", { $0.coverage80 }),
        ("coverage_95", { $0.coverage95 }), ("scaled_wql", { $0.scaledWQL }), ("wql", { $0.wql }),
        ("ms_median", { $0.medianMilliseconds }), ("ms_mean", { $0.meanMilliseconds }),
        ("ms_worst", { $0.worstMilliseconds }),
    ]

    /// The header of the CSV; part of the interface.
    static let header =
        ["dataset", "method", "is_peer", "step", "series", "failed", "left_out", "n"] + columns.map(\.name)

    /// One row a set and method, `step` empty; at rolling origins then one a step ahead.
    static func csv(_ report: ForecastReport) -> [UInt8] {
        var csv = CSVWriter(header: header)
        for row in report.rows {
            csv.text(row.set)
            csv.text(row.method)
            csv.bool(row.isPeer)
            csv.empty()
            csv.integer(row.series)
            if row.isPeer {
                for _ in 0..<3 { csv.empty() }
            } else {
                csv.integer(row.failed)
                csv.integer(leftOut(report, row.set))
                csv.integer(row.values)
            }
            for column in columns { csv.number(column.value(row)) }
            csv.endRow()
            guard !row.isPeer else { continue }
            for step in report.steps where step.set == row.set && step.method == row.method {
                add(step, to: &csv)
            }
        }
        return csv.bytes
    }

    private static func add(_ step: ForecastReport.StepRow, to csv: inout CSVWriter) {
        csv.text(step.set)
        csv.text(step.method)
        csv.bool(false)
        csv.integer(step.step)
        for _ in 0..<3 { csv.empty() }
        csv.integer(step.values)
        csv.number(step.smape)
        csv.number(step.mase)
        for _ in columns.dropFirst(2) { csv.empty() }
        csv.endRow()
    }

    private static func leftOut(_ report: ForecastReport, _ set: String) -> Int {
        report.leftOut.first { $0.set == set }.map { $0.flat + $0.short } ?? 0
    }

    /// An object with `sets`, each with its `results`, `steps` and `failures`, and `overall`.
    static func json(_ report: ForecastReport) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("sets")
            json.array { json in
                for set in report.sets { write(set, of: report, to: &json) }
            }
            json.key("overall")
            json.array { json in
                for method in report.overall {
                    json.object { json in
                        json.member("method", method.method)
                        json.member("is_peer", method.isPeer)
                        json.member("sets", method.sets)
                        member("owa", method.owa, of: &json)
                        member("ms", method.milliseconds, of: &json)
                    }
                }
            }
        }
        return json.bytes + [0x0A]
    }

    private static func write(_ set: String, of report: ForecastReport, to json: inout JSONWriter) {
        json.object { json in
            json.member("dataset", set)
            json.member("left_out", leftOut(report, set))
            json.key("results")
            json.array { json in
                for row in report.rows where row.set == set {
                    json.object { json in
                        json.member("method", row.method)
                        json.member("is_peer", row.isPeer)
                        json.member("series", row.series)
                        json.member("failed", row.isPeer ? nil : row.failed)
                        json.member("n", row.isPeer ? nil : row.values)
                        for column in columns { member(column.name, column.value(row), of: &json) }
                    }
                }
            }
            json.key("steps")
            json.array { json in
                for step in report.steps where step.set == set {
                    json.object { json in
                        json.member("method", step.method)
                        json.member("step", step.step)
                        json.member("n", step.values)
                        member("smape", step.smape, of: &json)
                        member("mase", step.mase, of: &json)
                    }
                }
            }
            json.key("failures")
            json.array { json in
                for failure in report.failures where failure.set == set {
                    json.object { json in
                        json.member("method", failure.method)
                        json.member("series", failure.series)
                        json.member("reason", failure.reason)
                    }
                }
            }
        }
    }

    /// A number, or nothing where the method says nothing.
    private static func member(_ name: String, _ value: Double, of json: inout JSONWriter) {
        json.member(name, value.isFinite ? value : nil)
    }
}
