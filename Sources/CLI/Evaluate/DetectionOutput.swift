import Detection
import Evaluation
import Networking

/// A report of detection for programs.
enum DetectionOutput {
    /// The numbers of a row by their names, in the order of the columns.
    private static let columns: [(name: String, value: @Sendable (DetectionReport.Row) -> Double)] = [
        ("vus_pr", { $0.vusPR }), ("vus_roc", { $0.vusROC }), ("auc_pr", { $0.aucPR }),
        ("best_f1", { $0.bestF1 }), ("event_f1", { $0.eventF1 }), ("ucr_accuracy", { $0.ucrAccuracy }),
        ("nab_standard", { $0.nabStandard }), ("nab_low_fp", { $0.nabLowFP }),
        ("nab_low_fn", { $0.nabLowFN }), ("us_median", { $0.medianMicroseconds }),
        ("us_mean", { $0.meanMicroseconds }), ("us_worst", { $0.worstMicroseconds }),
    ]

    /// The header of the CSV; part of the interface.
    static let header =
        ["dataset", "method", "mode", "is_peer", "series", "failed"] + columns.map(\.name) + ["state_bytes"]

    /// One row a data set and detector; the data sets `ALL` and `MEAN` are means over sets and over series.
    static func csv(_ report: DetectionReport) -> [UInt8] {
        var csv = CSVWriter(header: header)
        for row in report.rows {
            csv.text(row.dataset)
            csv.text(row.method)
            csv.text(row.mode.rawValue)
            csv.bool(row.isPeer)
            csv.integer(row.series)
            if row.isPeer { csv.empty() } else { csv.integer(row.failed) }
            for column in columns { csv.number(column.value(row)) }
            if let bytes = row.stateBytes { csv.integer(bytes) } else { csv.empty() }
            csv.endRow()
        }
        return csv.bytes
    }

    /// An object with `series`, `points`, `results` and `failures`.
    static func json(_ report: DetectionReport) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("series", report.series)
            json.member("points", report.points)
            json.key("results")
            json.array { json in
                for row in report.rows { write(row, to: &json) }
            }
            json.key("failures")
            json.array { json in
                for failure in report.failures {
                    json.object { json in
                        json.member("dataset", failure.dataset)
                        json.member("method", failure.method)
                        json.member("mode", failure.mode.rawValue)
                        json.member("series", failure.series)
                        json.member("reason", failure.reason)
                    }
                }
            }
        }
        return json.bytes + [0x0A]
    }

    private static func write(_ row: DetectionReport.Row, to json: inout JSONWriter) {
        json.object { json in
            json.member("dataset", row.dataset)
            json.member("method", row.method)
            json.member("mode", row.mode.rawValue)
            json.member("is_peer", row.isPeer)
            json.member("series", row.series)
            json.member("failed", row.isPeer ? nil : row.failed)
            for column in columns {
                let value = column.value(row)
                json.member(column.name, value.isFinite ? value : nil)
            }
            // Whether the NAB score saw scores that were scaled file by file.
            json.member("nab_scaled", row.nabStandard.isFinite ? row.isScaled : nil)
            json.member("state_bytes", row.stateBytes)
        }
    }
}
