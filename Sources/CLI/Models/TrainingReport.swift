import Networking
import TimeSeries

/// What the training of one definition came to.
struct TrainingReport {
    /// As the user names the definition.
    let name: String
    /// A word of the service, or `already_running`, or `failed` where it did not begin.
    let decision: String
    let version: Int?
    /// One sentence.
    let detail: String
    let seconds: Double?
    private let metrics: [(name: String, value: Double)]
    /// The series without a model, and why.
    let failures: [(series: String, reason: String)]
    /// How a command ends by it.
    let code: ExitCode

    /// The result of a training that ran.
    init(_ name: String, _ result: JSONValue) {
        self.name = name
        decision = result["decision"]?.string ?? "failed"
        version = result["version"]?.integer
        detail = result["detail"]?.string ?? ""
        seconds = result["seconds"]?.double
        metrics =
            result["metrics"]?.members.map(Array.init)?.compactMap { name, value in
                value.double.map { (name, $0) }
            } ?? []
        failures =
            result["failures"]?.elements?.map { failure in
                (SeriesName.text(failure["labels"]), failure["reason"]?.string ?? "")
            } ?? []
        code =
            switch decision {
            case "promoted": .success
            case "not_better": .notBetter
            case "not_enough_data": .notEnoughData
            case "gate_breached": .gateBreached
            case "cancelled": .cancelled
            default: .failure
            }
    }

    /// A training that did not begin.
    init(_ name: String, refused problem: ServiceProblem) {
        self.name = name
        decision = problem.code == .alreadyRunning ? "already_running" : "failed"
        version = nil
        detail = problem.message
        seconds = nil
        metrics = []
        failures = []
        code = problem.code
    }

    /// One of the figures of the back-test; `nan` where it was not measured.
    func metric(_ name: String) -> Double {
        metrics.first { $0.name == name }?.value ?? .nan
    }

    /// How a command with several of them ends: by the gravest.
    static func code(of reports: [TrainingReport]) -> ExitCode {
        let gravest: [ExitCode] = [
            .cancelled, .failure, .usage, .gateBreached, .alreadyRunning, .notEnoughData, .notBetter,
        ]
        return gravest.first { code in reports.contains { $0.code == code } } ?? .success
    }
}

// MARK: - Output

extension TrainingReport {
    /// The columns that others script against.
    static func csv(_ reports: [TrainingReport]) -> [UInt8] {
        var csv = CSVWriter(header: [
            "name", "decision", "version", "challenger_error", "champion_error", "difference_low",
            "difference_high", "coverage_95", "seconds", "detail",
        ])
        for report in reports {
            csv.text(report.name)
            csv.text(report.decision)
            if let version = report.version { csv.integer(version) } else { csv.empty() }
            for metric in figures { csv.number(report.metric(metric)) }
            csv.number(report.seconds ?? .nan)
            csv.text(report.detail)
            csv.endRow()
        }
        return csv.bytes
    }

    static func json(_ reports: [TrainingReport]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("exit_code", Int(code(of: reports).rawValue))
            json.key("results")
            json.array { json in for report in reports { report.write(to: &json) } }
        }
        return json.bytes + [0x0A]
    }

    private func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("definition", name)
            json.member("decision", decision)
            json.member("exit_code", Int(code.rawValue))
            json.member("version", version)
            json.member("detail", detail)
            json.key("metrics")
            json.object { json in for metric in metrics { json.member(metric.name, metric.value) } }
            json.member("seconds", seconds)
            json.key("failures")
            json.array { json in
                for failure in failures {
                    json.object { json in
                        json.member("series", failure.series)
                        json.member("reason", failure.reason)
                    }
                }
            }
        }
    }

    /// A table, then a sentence for each name that was trained.
    static func lines(_ reports: [TrainingReport], width: Int) -> [String] {
        var table = TextTable(header: [
            "name", "decision", "version", "error", "champion", "90% interval", "coverage",
        ])
        for report in reports {
            let low = text(report.metric("difference_low"))
            let high = text(report.metric("difference_high"))
            table.add([
                report.name, report.decision, report.version.map(String.init) ?? "",
                text(report.metric("challenger_scaled_error")), text(report.metric("champion_scaled_error")),
                low.isEmpty || high.isEmpty ? "" : "\(low) to \(high)", text(report.metric("coverage_95")),
            ])
        }
        return table.lines(width: width)
            + reports.filter { $0.seconds != nil }.flatMap {
                Wrapping.lines("\($0.name): \($0.detail)", width: width)
            }
    }

    private static let figures = [
        "challenger_scaled_error", "champion_scaled_error", "difference_low", "difference_high",
        "coverage_95",
    ]

    /// Three decimals; nothing for what was not measured.
    static func text(_ value: Double) -> String {
        value.isFinite ? NumberText.exact((value * 1000).rounded() / 1000) : ""
    }
}
