import Ingest
import Query
import TimeSeries

private let now = Timestamp(milliseconds: 1_764_547_200_000)

private func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

/// Lines, tables, answers and selectors.
let textTargets: [FuzzTarget] = [
    FuzzTarget("influx", golden: [GoldenSeeds(file: "influx.json", key: "text")]) { bytes in
        let precisions = InfluxPrecision.allCases
        let precision = precisions[bytes.count % precisions.count]
        Soundness.check(InfluxLine.decode(bytes, precision: precision, now: now))
    },
    FuzzTarget("statsd", golden: [GoldenSeeds(file: "statsd.json", key: "text")]) { bytes in
        var settings = StatsDAggregator.Settings()
        settings.seriesLimit = 50
        settings.samplesPerSeries = 20
        settings.samplesInAll = 200
        settings.idleFlushes = 2
        var aggregator = StatsDAggregator(settings: settings)
        for _ in 0..<2 {
            aggregator.add(bytes)
            Soundness.check(aggregator.flush(at: now))
        }
        require(aggregator.seriesCount <= 50, "\(aggregator.seriesCount) series, at most 50")
    },
    FuzzTarget(
        "json-lines",
        seeds: texts(
            #"{"labels":{"__name__":"cpu","host":"a"},"timestamps":[1764547200,"2025-12-01T00:00:15Z"],"#
                + #""values":[1.5,null]}"#,
            #"{"labels":{"__name__":"cpu"},"timestamp":1764547230.25,"value":1.5}"# + "\n\n{}\n")
    ) { Soundness.check(PointsJSON.decode($0)) },
    FuzzTarget(
        "victoria",
        seeds: texts(
            #"{"metric":{"__name__":"cpu","host":"a"},"values":[1.5,null,"Infinity","NaN"],"#
                + #""timestamps":[1764547200000,1764547215000,1764547230000,1764547245000]}"#)
    ) { Soundness.check(PointsJSON.decode($0)) },
    FuzzTarget(
        "csv",
        seeds: texts(
            "timestamp,up,down\n1970-01-01T00:00:01Z,1,\n1970-01-01 00:00:16,NA,\"2\"\n",
            "series_id,timestamp,value\n\"cpu{host=\"\"a\"\"}\",1764547200,1e3\nup,1764547215,-1\n")
    ) { bytes in
        let options = ImportOptions(metric: "m", labels: .none, zone: .utc, now: now)
        if let decoded = try? PointsCSV.decode(bytes, options: options) { Soundness.check(decoded) }
        let limits = TableLimits(bytes: 1 << 20, series: 100, cells: 100_000)
        guard let table = try? TableReader(limits: limits).read(bytes) else { return }
        for one in table.series { _ = try? one.observations() }
        _ = table.inputOrder()
    },
    FuzzTarget(
        "prometheus-text",
        golden: [
            GoldenSeeds(file: "exposition.json", key: "text"),
            GoldenSeeds(file: "exposition-verdicts.json", key: "text"),
        ]
    ) { readExposition($0, .text) },
    FuzzTarget(
        "openmetrics",
        golden: [
            GoldenSeeds(file: "exposition.json", key: "text"),
            GoldenSeeds(file: "exposition-verdicts.json", key: "text"),
        ]
    ) { readExposition($0, .openMetrics) },
    FuzzTarget(
        "query-range",
        golden: ["answer", "refusal", "sum"].map { GoldenSeeds(file: "query-range.json", key: $0) }
    ) { bytes in
        guard let answer = try? QueryRangeReader.decode(bytes, metric: "m") else { return }
        Soundness.check(answer.points)
        require(answer.warnings.count <= DecodedPoints.errorLimit, "\(answer.warnings.count) warnings")
    },
    FuzzTarget(
        "selector",
        seeds: texts(
            "up", #"node_load1{job="a", zone!~"x|y"}"#, #"{__name__=~"node_.*"}"#, #"{"odd name", a="b"}"#,
            #"a{b='\x41\u00e9\n', c!="", d=~`raw.+`,}"#), read: readSelector),
    FuzzTarget(
        "series-notation", seeds: texts("up", #"cpu{host="a\"b",é="漢"}"#, #"{__name__="odd name"}"#)
    ) { bytes in
        guard let labels = try? Labels(seriesNotation: String(decoding: bytes, as: UTF8.self)) else { return }
        require(
            (try? Labels(encoded: labels.encoded.span)) == labels, "\(labels) do not come back")
    },
    FuzzTarget(
        "icalendar",
        seeds: texts(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20251224\r\n"
                + "DTEND;VALUE=DATE:20251227\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nSUMMARY:Christmas\r\n"
                + "END:VEVENT\r\nEND:VCALENDAR\r\n",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Europe/Berlin:20251201T090000\nDURATION:PT2H\n"
                + "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260301T000000Z\nEXDATE:20251208T080000Z\n"
                + "END:VEVENT\nEND:VCALENDAR\n")
    ) { _ = try? ICalendar($0) },
]

private func readExposition(_ bytes: [UInt8], _ dialect: PrometheusText.Dialect) {
    let target = ScrapeTarget(labels: Labels(metric: "m"), honorsLabels: bytes.count % 2 == 0)
    guard let decoded = try? PrometheusText.decode(bytes, dialect, at: now, target: target) else { return }
    Soundness.check(decoded)
}

private let chosen = [
    Labels(metric: "up"),
    (try? Labels([(name: "__name__", value: "node_load1"), (name: "job", value: "a")])) ?? .none,
]

/// A selector that is read must say of labels and of their bytes the same, and read back from its own text.
private func readSelector(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    _ = try? Selector.Matcher(parsing: text)
    guard let selector = try? Selector(parsing: text) else { return }
    for labels in chosen {
        require(
            selector.matches(labels) == selector.matches(encoded: labels.encoded.span),
            "\(selector) says two things of \(labels)")
    }
    require((try? Selector(parsing: "\(selector)")) == selector, "\(selector) does not read back")
}
