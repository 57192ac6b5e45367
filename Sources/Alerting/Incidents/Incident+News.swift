internal import TimeSeries

extension Incident {
    /// No more series are named in a line of news.
    private static let mostNamed = 3

    /// What has happened after a time, one thing each, in words; that nothing has is said, too.
    ///
    /// - Parameter time: Milliseconds since 1970.
    func news(since time: Int64) -> [String] {
        var news: [String] = []
        let joined = members.filter { $0.joined > time }
        if !joined.isEmpty {
            let names = joined.prefix(Self.mostNamed).map { Self.short($0.verdict.labels) }
            let more = joined.count > names.count ? ", …" : ""
            news.append("\(joined.count) more series: " + names.joined(separator: ", ") + more)
        }
        for moment in timeline where moment.time > time {
            if let text = Self.words(of: moment) { news.append(text) }
        }
        return news.isEmpty ? ["nothing new, still going on"] : news
    }

    /// What a moment is to those who are told; `nil` for what is said in another way.
    private static func words(of moment: Moment) -> String? {
        let by = moment.by.isEmpty ? "" : " by \(moment.by)"
        let text = moment.text.isEmpty ? "" : ": \(moment.text)"
        return switch moment.kind {
        case .severity: "severity raised " + moment.text
        case .acknowledged: "acknowledged" + by + text
        case .unacknowledged: "acknowledgement taken back" + by + text
        case .reopened: moment.text
        case .recovered: "recovered" + text
        case .comment: "comment" + by + text
        case .opened, .joined, .resolved, .notified, .notificationFailed, .silenced: nil
        }
    }
}
