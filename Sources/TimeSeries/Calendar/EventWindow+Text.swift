extension EventWindow {
    /// A window whose ends are written: as RFC 3339, or as a civil day or time of the metric's zone.
    ///
    /// - Throws: ``EventError``.
    public init(_ name: String, from: String, to: String, zone: TimeZone) throws(EventError) {
        try self.init(checked: name, from: Self.moment(from, zone), to: Self.moment(to, zone))
    }

    /// A window with a name and a length.
    ///
    /// - Throws: ``EventError/unnamed``, ``EventError/endsBeforeStart``.
    public init(checked name: String, from: Timestamp, to: Timestamp) throws(EventError) {
        guard !name.isEmpty else { throw .unnamed }
        guard from < to else { throw .endsBeforeStart }
        self.init(name, from: from, to: to)
    }

    private static func moment(_ text: String, _ zone: TimeZone) throws(EventError) -> Timestamp {
        let bytes = Array(text.utf8)
        do throws(TimestampError) {
            let written = try TimeText(bytes.span)
            if let moment = try written.timestamp() { return moment }
            return zone.meaning(of: written.civil).first
        } catch {
            throw .malformed(String(text.prefix(60)), error)
        }
    }
}

/// Why an event is none.
public enum EventError: Error, Equatable {
    /// It has no name.
    case unnamed
    /// It ends when it begins, or before.
    case endsBeforeStart
    /// An end is no time.
    case malformed(String, TimestampError)
}

extension EventError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String {
        switch self {
        case .unnamed: "the event needs a name"
        case .endsBeforeStart: "the event must end after it begins"
        case .malformed(let text, let error): "'\(text)' is no time such as 2026-11-27T08:00:00Z: \(error)"
        }
    }
}
