internal import Pipeline

/// What `/metrics` tells of the age of data and models.
enum FreshnessMetrics {
    /// Definitions beyond so many have no samples of their own: each is a label value.
    static let mostDefinitions = 1_000
    /// With more sources none has a sample of its own: which they would be changes as they come and go.
    static let mostSources = 1_000
    /// Seconds that shards have to answer; they are asked again with the next scrape.
    private static let patience = 1.0

    /// Ages count from the start of this process; before the first sample there is none.
    static func write(
        _ monitor: Monitor, _ trainer: Trainer?, _ clocks: Clocks, to out: inout Exposition
    ) {
        let (stored, scored) = monitor.counters.newestTimes
        let now = clocks.steady()
        let ages: [(String, String, UInt64?)] = [
            ("bellwether_stored_sample_age_seconds", "Since a sample was last stored.", stored),
            ("bellwether_scored_sample_age_seconds", "Since a sample was last given a p-value.", scored),
        ]
        for (name, help, time) in ages {
            if let time { out.gauge(name, help, [], Double(now - min(time, now)) / 1e9) }
        }
        writeWatermarks(monitor, clocks, to: &out)
        let models = (trainer?.models ?? []).prefix(mostDefinitions)
        if !models.isEmpty {
            out.gauges(
                "bellwether_model_champion_version", "The version that is champion, by definition.",
                models.map { ([("definition", $0.definition)], Double($0.version)) })
            out.gauges(
                "bellwether_model_champion_age_seconds", "Since the champion was made, by definition.",
                models.map {
                    ([("definition", $0.definition)], clocks.wall() - Double($0.created) / 1_000)
                })
        }
        let trainings = monitor.counters.trainingCounts.sorted { $0.key < $1.key }.prefix(mostDefinitions)
        if !trainings.isEmpty {
            out.counter(
                "bellwether_training_runs_total", "Trainings that have ended, by what they came to.",
                trainings.flatMap { name, counts in
                    counts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                        ([("definition", name), ("outcome", $0.key.rawValue)], Double($0.value))
                    }
                })
        }
    }

    private static func writeWatermarks(_ monitor: Monitor, _ clocks: Clocks, to out: inout Exposition) {
        guard let answer = monitor.watermarks(patience: patience) else { return }
        let watermarks = answer.sources.filter { $0.newest != nil }
        out.gauge(
            "bellwether_sources", "Sources of samples: job and instance.", [], Double(watermarks.count))
        let lag = { (one: Watermark) in clocks.wall() - Double(one.newest ?? 0) / 1_000 }
        if let most = watermarks.map(lag).max() {
            out.gauge(
                "bellwether_watermark_lag_max_seconds",
                "From the newest sample of the source that is furthest behind to now.", [], most)
        }
        guard !watermarks.isEmpty, watermarks.count <= mostSources else { return }
        out.gauges(
            "bellwether_watermark_lag_seconds", "From the newest sample of a source to now.",
            watermarks.map { one in
                let labels = [("source_job", one.source.job), ("source_instance", one.source.instance)]
                return (labels.map { ($0.0, $0.1 ?? "") }, lag(one))
            })
    }
}
