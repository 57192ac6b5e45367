/// What packets of StatsD say, before it is put together: the protocol of Etsy with the additions of DogStatsD.
///
/// ```
/// page.views:1|c|@0.1|#region:eu,canary
/// ```
///
/// - Types: counters `c`, gauges `g`, timers `ms`, histograms `h`, distributions `d`, sets `s`. Several values may stand
///   in one line, `latency:12:15:9|ms`, but not for sets, whose members may have colons.
/// - A gauge with a sign, `+5` or `-5`, is a change; one without is set.
/// - Tags are labels; one without a value has the value `true`. In names of metrics and tags, what Prometheus has in
///   no name becomes `_`, and a digit that is first gets one before it: `page.views` is `page_views`.
/// - Events (`_e{`) and service checks (`_sc`) are counted. Container ids (`c:`), external data (`e:`) and cardinality
///   (`card:`) are skipped; times (`T`) are refused, for here a value belongs to the interval in which it comes.
///
/// - Source: Etsy StatsD, *Metric types*; Datadog, *DogStatsD datagram format*, versions 1.0 to 1.3.
public struct StatsDPacket: Sendable {
    /// What a sample is.
    public enum Kind: Sendable {
        case counter, gauge
        /// A timer, a histogram or a distribution.
        case timer
        case set
    }

    /// One value of one series.
    public struct Sample: Equatable, Sendable {
        /// Where in ``StatsDPacket/bytes`` the labels stand, in the form of ``TimeSeries/Labels/encoded``.
        public let labels: Range<Int>
        /// What it is.
        public let kind: Kind
        /// The number, always finite; 0 for a set.
        public let value: Double
        /// Whether a gauge changes by the number.
        public let isChange: Bool
        /// How many values it stands for: one by the rate, at least 1.
        public let weight: Double
        /// The member of a set, hashed; 0 for the others.
        public let member: UInt64
    }

    /// Holds the labels.
    public private(set) var bytes: [UInt8] = []
    /// The samples in their order.
    public private(set) var samples: [Sample] = []
    /// Lines that were not taken.
    public private(set) var rejected = 0
    /// The first of the reasons, at most ``DecodedPoints/errorLimit``; lines are counted from 1 in each packet.
    public private(set) var errors: [DecodeError] = []
    /// Events, which are not kept.
    public private(set) var ignoredEvents = 0
    /// Service checks, which are not kept.
    public private(set) var ignoredChecks = 0

    private var labels = LabelScratch()

    /// The smallest rate of sampling that is believed; one value stands for a million.
    public static let smallestRate = 1e-6

    /// Nothing yet.
    public init() {}

    /// Reads a packet and adds what it says.
    ///
    /// A line is taken whole or rejected whole.
    ///
    /// - Complexity: O(*n*) in bytes, no allocation for a line that is good.
    public mutating func read(_ packet: [UInt8]) {
        packet.withUnsafeBufferPointer { bytes in
            var start = 0
            var line = 0
            while start < bytes.count {
                var end = start
                while end < bytes.count, bytes[end] != Byte.lineFeed { end += 1 }
                line += 1
                read(bytes, start..<end, line)
                start = end + 1
            }
        }
    }

    /// Forgets everything; the memory is kept.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        samples.removeAll(keepingCapacity: true)
        errors.removeAll(keepingCapacity: true)
        rejected = 0
        ignoredEvents = 0
        ignoredChecks = 0
    }

    private mutating func read(_ all: UnsafeBufferPointer<UInt8>, _ place: Range<Int>, _ number: Int) {
        var line = all[place]
        while let last = line.last, last == Byte.carriageReturn || isBlank(last) { line.removeLast() }
        guard !line.isEmpty else { return }
        if line.starts(with: Self.eventPrefix) {
            ignoredEvents += 1
        } else if line.starts(with: Self.checkPrefix) {
            ignoredChecks += 1
        } else {
            let kept = (samples.count, bytes.count)
            do throws(TextFault) {
                try readLine(line)
            } catch {
                samples.removeLast(samples.count - kept.0)
                bytes.removeLast(bytes.count - kept.1)
                rejected += 1
                if errors.count < DecodedPoints.errorLimit {
                    errors.append(error.error(line: number, in: all))
                }
            }
        }
    }

    private static let eventPrefix = Array("_e{".utf8)
    private static let checkPrefix = Array("_sc".utf8)
}

// MARK: - One line

extension StatsDPacket {
    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    private mutating func readLine(_ line: Bytes) throws(TextFault) {
        guard let colon = line.firstIndex(of: Byte.colon) else {
            throw TextFault("a name, ':' and a value are needed", line.indices)
        }
        let name = line[..<colon]
        guard !name.isEmpty, !name.contains(Byte.bar) else {
            throw TextFault("a name is needed before ':'", line.indices)
        }
        var parts = line[(colon + 1)...]
        let values = Self.cut(&parts, at: Byte.bar)
        let type = Self.cut(&parts, at: Byte.bar)
        guard let kind = Self.kind(type) else {
            throw TextFault("a type is needed: c, g, ms, h, d or s", line.indices)
        }
        var weight = 1.0
        labels.clear()
        while !parts.isEmpty {
            let part = Self.cut(&parts, at: Byte.bar)
            switch part.first {
            case UInt8(ascii: "@"):
                guard let rate = TextNumber.decimal(part.dropFirst()), rate >= Self.smallestRate, rate <= 1
                else { throw TextFault("a rate is from 0.000001 to 1", part.indices) }
                weight = 1 / rate
            case Byte.hash: try readTags(part.dropFirst(), kind)
            case UInt8(ascii: "T"): throw TextFault("times are not taken", part.indices)
            case UInt8(ascii: "c"), UInt8(ascii: "e"): continue
            default: throw TextFault("'@' and a rate, or '#' and tags, may follow the type", part.indices)
            }
        }
        let range = try encodeLabels(name)
        guard kind != .set else {
            guard !values.isEmpty else { throw TextFault("a set needs a member", line.indices) }
            return samples.append(
                Sample(
                    labels: range, kind: kind, value: 0, isChange: false, weight: 1,
                    member: Self.hash(values)))
        }
        var rest = values
        repeat {
            let text = Self.cut(&rest, at: Byte.colon)
            guard let value = TextNumber.decimal(text) else {
                throw TextFault("a value is no number", text.isEmpty ? line.indices : text.indices)
            }
            let isSigned = text.first == Byte.plus || text.first == Byte.minus
            samples.append(
                Sample(
                    labels: range, kind: kind, value: value, isChange: kind == .gauge && isSigned,
                    weight: kind == .gauge ? 1 : weight, member: 0))
        } while !rest.isEmpty
    }

    /// Takes what stands before a separator, and the separator.
    private static func cut(_ rest: inout Bytes, at separator: UInt8) -> Bytes {
        let end = rest.firstIndex(of: separator) ?? rest.endIndex
        defer { rest = rest[min(end + 1, rest.endIndex)...] }
        return rest[..<end]
    }

    private static func kind(_ type: Bytes) -> Kind? {
        switch (type.first, type.count) {
        case (UInt8(ascii: "c"), 1): .counter
        case (UInt8(ascii: "g"), 1): .gauge
        case (UInt8(ascii: "h"), 1), (UInt8(ascii: "d"), 1): .timer
        case (UInt8(ascii: "s"), 1): .set
        case (UInt8(ascii: "m"), 2) where type.last == UInt8(ascii: "s"): .timer
        default: nil
        }
    }

    private mutating func readTags(_ tags: Bytes, _ kind: Kind) throws(TextFault) {
        var rest = tags
        while !rest.isEmpty {
            let tag = Self.cut(&rest, at: Byte.comma)
            guard !tag.isEmpty else { continue }
            let colon = tag.firstIndex(of: Byte.colon) ?? tag.endIndex
            labels.append(tag[..<colon])
            guard labels.endName(makingValid: true) else {
                throw TextFault("a tag has no name", tag.indices)
            }
            if colon == tag.endIndex {
                labels.append(contentsOf: Self.presentTag)
            } else {
                labels.append(tag[(colon + 1)...])
            }
            guard labels.endValue() else { throw TextFault("a tag is not UTF-8", tag.indices) }
            if let name = labels.pairs.last?.name, kind == .timer, labels.isEqual(name, Self.quantile) {
                throw TextFault("a timer may have no tag 'quantile'", tag.indices)
            }
        }
    }

    /// The value of a tag that has none.
    private static let presentTag = Array("true".utf8)
    /// The label by which the quantiles of a timer differ.
    private static let quantile = Array("quantile".utf8)

    private mutating func encodeLabels(_ name: Bytes) throws(TextFault) -> Range<Int> {
        labels.appendMetric(name, makingValid: true)
        if labels.sort() != nil {
            throw TextFault("two tags have one name, or one is __name__", name.indices)
        }
        let start = bytes.count
        labels.encode(labels.pairs.indices, to: &bytes)
        guard bytes.count - start <= DecodedPoints.labelBytesLimit else {
            throw TextFault("the name and tags have more bytes than are accepted", name.indices)
        }
        return start..<bytes.count
    }

    /// FNV-1a with the last step of SplitMix64, which makes every bit depend on all.
    ///
    /// - Source: Fowler, Noll & Vo, *FNV hash*; Steele, Lea & Flood, *Fast splittable pseudorandom number
    ///   generators*, 2014.
    private static func hash(_ bytes: Bytes) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
