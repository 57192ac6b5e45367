extension NotifierKey {
    /// Whether a receiver hears of resolutions; it does unless it is told not to.
    static let sendResolved = NotifierKey("send_resolved", .flag)
    /// Whether it hears of updates and repetitions; it does unless it is told not to.
    static let sendUpdates = NotifierKey("send_updates", .flag)
    /// How long an attempt may take.
    static let timeout = NotifierKey("timeout", .duration)
}

extension NotifierOptions {
    /// Milliseconds that an attempt may take when nothing is configured.
    static let usualTimeout: Int64 = 10_000

    /// A text that must be there, without blanks and line ends around it: files end in one.
    func text(_ key: String) throws(NotifierError) -> String {
        let text = optionalText(key)
        guard !text.isEmpty else { throw NotifierError(key: key, reason: "it is missing or empty") }
        return text
    }

    /// A text that may be absent; empty then.
    func optionalText(_ key: String) -> String {
        let isBlank = { (byte: UInt8) in byte <= 0x20 }
        let bytes = (texts[key] ?? "").utf8
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String((texts[key] ?? "")[first...last])
    }

    /// A list that must have entries.
    func list(_ key: String) throws(NotifierError) -> [String] {
        guard let list = lists[key], !list.isEmpty, !list.contains("") else {
            throw NotifierError(key: key, reason: "it needs at least one entry, and none that is empty")
        }
        return list
    }

    /// A length of time, in milliseconds, that is at least a tenth of a second.
    func duration(_ key: String, _ usual: Int64) throws(NotifierError) -> Int64 {
        let duration = durations[key] ?? usual
        guard duration >= 100 else { throw NotifierError(key: key, reason: "it is shorter than 100 ms") }
        return duration
    }

    /// What a notifier is told of, by ``NotifierKey/sendResolved`` and ``NotifierKey/sendUpdates``.
    var events: Set<Delivery.Event> {
        var events: Set<Delivery.Event> = [.opened]
        if flags["send_resolved"] ?? true { events.insert(.resolved) }
        if flags["send_updates"] ?? true { events.insert(.updated) }
        return events
    }
}
