/// A civil time zone: the offset of local clocks from UTC, for every moment.
///
/// A value that is cheap to copy: the transitions are shared. Two zones are equal when their names are.
public struct TimeZone: Sendable {
    /// The IANA name, such as `Europe/Berlin`.
    public let name: String
    /// `nil` for UTC, which needs no file.
    private let rules: ZoneRules?

    /// Coordinated universal time.
    public static let utc = TimeZone(name: "UTC", rules: nil)

    /// Where Debian's package tzdata keeps the zones.
    public static let systemDirectory = "/usr/share/zoneinfo"

    /// Reads a zone by its IANA name; `UTC` is known without a file.
    ///
    /// - Parameter directory: The root of a tree of TZif files.
    /// - Throws: ``TimeZoneError``.
    public init(named name: String, in directory: String = systemDirectory) throws(TimeZoneError) {
        guard name != "UTC" else {
            self = .utc
            return
        }
        guard Self.isWellFormed(name) else { throw .invalidName(name) }
        let bytes = try ZoneFile.bytes(of: name, in: directory)
        try self.init(name: name, contents: bytes)
    }

    /// A zone from the bytes of a TZif file.
    ///
    /// - Throws: ``TimeZoneError/damaged(_:reason:)``.
    public init(name: String, contents: [UInt8]) throws(TimeZoneError) {
        let rules: ZoneRules
        do {
            rules = try ZoneFile.rules(of: contents)
        } catch {
            throw .damaged(name, reason: error.reason)
        }
        self.init(name: name, rules: rules)
    }

    private init(name: String, rules: ZoneRules?) {
        self.name = name
        self.rules = rules
    }

    /// Whether local clocks show UTC at every moment.
    public var isUTC: Bool { rules.map(\.isUTC) ?? true }

    /// Seconds that local clocks are ahead of UTC; negative west of Greenwich.
    public func offset(at moment: Timestamp) -> Int {
        period(at: moment).offsetSeconds
    }

    /// What local clocks show.
    public func civil(at moment: Timestamp) -> CivilTime {
        CivilTime(clock: moment.milliseconds + Int64(offset(at: moment)) * 1_000)
    }

    /// The next moment after this one at which local clocks change; `nil` where they never do again.
    ///
    /// - Returns: The moment and the seconds ahead of UTC before and from it.
    public func nextChange(after moment: Timestamp) -> (at: Timestamp, before: Int, from: Int)? {
        var period = period(at: moment)
        // Some transitions change the name of the time alone.
        while period.end < Timestamp.latest.milliseconds {
            let next = self.period(at: Timestamp(milliseconds: period.end))
            guard next.end > period.end else { return nil }
            if next.offsetSeconds != period.offsetSeconds {
                return (Timestamp(milliseconds: period.end), period.offsetSeconds, next.offsetSeconds)
            }
            period = next
        }
        return nil
    }

    /// The stretch of constant offset around a moment; O(log of the number of transitions).
    func period(at moment: Timestamp) -> ZonePeriod {
        rules?.period(at: moment.milliseconds.flooredQuotient(by: 1_000)) ?? .always(offsetSeconds: 0)
    }

    /// IANA names have letters, digits, `_`, `+` and `-` in parts that `/` separates: no dots, no root.
    private static func isWellFormed(_ name: String) -> Bool {
        guard name.utf8.count <= 100 else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    switch Unicode.Scalar(byte) {
                    case "a"..."z", "A"..."Z", "0"..."9", "_", "+", "-": true
                    default: false
                    }
                }
        }
    }
}

extension TimeZone: Hashable, CustomStringConvertible {
    /// Compares names.
    public static func == (a: TimeZone, b: TimeZone) -> Bool { a.name == b.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The name.
    public var description: String { name }
}

/// Why a time zone cannot be had.
public enum TimeZoneError: Error, Equatable {
    /// Not the form of an IANA name.
    case invalidName(String)
    /// The directory has no such file.
    case unknown(String, directory: String)
    /// The file exists, but reading it failed with this `errno`.
    case unreadable(String, code: Int32)
    /// The file is not one of time zone rules.
    case damaged(String, reason: String)
}

extension TimeZoneError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String {
        switch self {
        case .invalidName(let name):
            "'\(name)' is not a time zone name such as Europe/Berlin"
        case .unknown(let name, let directory):
            "no time zone '\(name)' in \(directory); names are like Europe/Berlin"
        case .unreadable(let name, let code):
            "the rules of time zone '\(name)' cannot be read (errno \(code))"
        case .damaged(let name, let reason):
            "the rules of time zone '\(name)' are damaged: \(reason)"
        }
    }
}
