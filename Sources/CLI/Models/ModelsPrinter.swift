import Networking

/// Prints what the service says of models.
struct ModelsPrinter {
    let format: OutputFormat
    let console: Console

    /// The versions under a key of an answer.
    func list(_ answer: HTTPResponse, key: String) throws {
        guard format != .json else { return try raw(answer) }
        let versions = try answer.json()[key]?.elements.map(Array.init) ?? []
        guard format != .csv else { return try console.write(csv(versions)) }
        guard !versions.isEmpty else { return console.note("no models: 'bellwether train NAME' makes one") }
        try write(table(versions))
    }

    /// One definition: its versions and which were champion.
    func definition(_ answer: HTTPResponse) throws {
        guard format == .table else { return try list(answer, key: "versions") }
        let root = try answer.json()
        let versions = root["versions"]?.elements.map(Array.init) ?? []
        var lines = table(versions) + [""]
        for entry in root["history"]?.elements.map(Array.init) ?? [] {
            lines.append(
                "champion since \(entry["since"]?.string ?? "?"): version \(text(entry["version"]?.integer))")
        }
        if root["champion"]?.integer == nil { lines.append("no champion") }
        try write(lines)
    }

    /// One version with its series.
    func version(_ answer: HTTPResponse) throws {
        guard format != .json else { return try raw(answer) }
        let root = try answer.json()
        let series = root["series"]?.elements.map(Array.init) ?? []
        guard format != .csv else { return try console.write(csv(ofSeries: series)) }
        var lines = facts(root).map { $0.name.padded(to: 22) + "  " + $0.value }
        if let metrics = root["metrics"]?.members {
            for (name, value) in metrics {
                lines.append(name.padded(to: 22) + "  " + TrainingReport.text(value.double ?? .nan))
            }
        }
        var table = TextTable(header: ["series", "method", "season", "step", "last time"])
        for one in series { table.add(cells(one)) }
        try write(lines + [""] + table.lines(width: console.width))
    }

    /// Which version is live now.
    func champion(_ answer: HTTPResponse) throws {
        guard format != .json else { return try raw(answer) }
        let root = try answer.json()
        let (name, now) = (root["definition"]?.string ?? "", text(root["champion"]?.integer))
        let before = root["previous"]?.integer
        guard format != .csv else {
            var csv = CSVWriter(header: ["definition", "champion", "previous"])
            csv.text(name)
            csv.text(now)
            csv.text(text(before))
            csv.endRow()
            return try console.write(csv.bytes)
        }
        try write(["\(name): version \(now) is champion" + (before.map { ", before it \($0)" } ?? "")])
    }
}

// MARK: - Rows

extension ModelsPrinter {
    private func table(_ versions: [JSONValue]) -> [String] {
        var table = TextTable(header: ["definition", "version", "champion", "method", "created", "error"])
        for version in versions {
            table.add([
                version["definition"]?.string ?? "", text(version["version"]?.integer),
                version["champion"]?.bool == true ? "yes" : "", version["method"]?.string ?? "",
                version["created"]?.string ?? "",
                TrainingReport.text(version["metrics"]?["challenger_scaled_error"]?.double ?? .nan),
            ])
        }
        return table.lines(width: console.width)
    }

    private func csv(_ versions: [JSONValue]) -> [UInt8] {
        var csv = CSVWriter(header: [
            "definition", "version", "champion", "method", "created", "window_from", "window_to", "parent",
            "challenger_error", "champion_error", "coverage_95", "checksum",
        ])
        for version in versions {
            csv.text(version["definition"]?.string ?? "")
            csv.text(text(version["version"]?.integer))
            csv.bool(version["champion"]?.bool == true)
            csv.text(version["method"]?.string ?? "")
            csv.text(version["created"]?.string ?? "")
            csv.text(version["window"]?["from"]?.string ?? "")
            csv.text(version["window"]?["to"]?.string ?? "")
            csv.text(text(version["parent"]?.integer))
            for name in ["challenger_scaled_error", "champion_scaled_error", "coverage_95"] {
                csv.number(version["metrics"]?[name]?.double ?? .nan)
            }
            csv.text(version["checksum"]?.string ?? "")
            csv.endRow()
        }
        return csv.bytes
    }

    private func csv(ofSeries series: [JSONValue]) -> [UInt8] {
        var csv = CSVWriter(header: ["series_id", "method", "season", "step", "last_time"])
        for one in series {
            for cell in cells(one) { csv.text(cell) }
            csv.endRow()
        }
        return csv.bytes
    }

    private func cells(_ series: JSONValue) -> [String] {
        let season = series["season"]?.elements?.compactMap(\.integer).map(String.init) ?? []
        return [
            SeriesName.text(series["labels"]), series["method"]?.string ?? "",
            season.joined(separator: " "), series["step"]?.string ?? "", series["last_time"]?.string ?? "",
        ]
    }

    private func facts(_ root: JSONValue) -> [(name: String, value: String)] {
        let window = root["window"]
        return [
            ("definition", root["definition"]?.string ?? ""), ("version", text(root["version"]?.integer)),
            ("champion", root["champion"]?.bool == true ? "yes" : "no"),
            ("method", root["method"]?.string ?? ""), ("created", root["created"]?.string ?? ""),
            ("window", "\(window?["from"]?.string ?? "") to \(window?["to"]?.string ?? "")"),
            ("parent", text(root["parent"]?.integer)),
            ("configuration", root["configuration_hash"]?.string ?? ""),
            ("checksum", root["checksum"]?.string ?? ""),
        ]
    }

    private func text(_ number: Int?) -> String { number.map(String.init) ?? "" }

    private func raw(_ answer: HTTPResponse) throws { try console.write(answer.body + [0x0A]) }

    private func write(_ lines: [String]) throws { try console.write(lines.joined(separator: "\n") + "\n") }
}
