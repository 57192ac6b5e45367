import TimeSeries

/// Reads the body of Prometheus remote write 2.0, after Snappy is undone.
///
/// - Texts stand once in a request, as symbols; a series names them by number. The labels come out in the byte form
///   of ``TimeSeries/Labels/encoded``, so that a series has the same bytes whichever version brought it.
/// - Exemplars and native histograms are counted and not kept. Of the metadata the type is kept, as
///   ``DecodedPoints/Entry/kind``; help, unit, start times and unknown fields are skipped.
/// - Names and texts are not looked into: ``DecodedPoints/labels(at:)`` checks them where they are new.
/// - A value that is missing on the wire is 0, and so is a time, as in proto3. Stale markers are points, to the bit.
///
/// - Source: Prometheus, *Remote-Write 2.0 Specification* and `prompb/io/prometheus/write/v2/types.proto`;
///   Protocol Buffers, *Encoding*.
public enum PrometheusRemoteWrite2 {
    /// What the parameter `proto` of the media type says of this version.
    public static let messageName = "io.prometheus.write.v2.Request"

    /// Reads a Request.
    ///
    /// A series is rejected, and the rest read, when its labels are none, an odd number of references, not
    /// sorted, twice there or without a name, when a reference has no symbol, or when its labels are too large.
    /// So is each sample outside the years 0001 to 9999.
    ///
    /// - Parameter body: The message; it is not kept.
    /// - Throws: ``DecodeError`` with the byte at which a length, a number or a field's type makes no sense, or
    ///   the symbols do not begin with the empty text.
    /// - Complexity: O(*n*) in bytes and bytes of labels, no allocation for a series; at most 32 bytes of labels
    ///   and some 20 bytes of other memory a byte of body.
    public static func decode(_ body: [UInt8]) throws(DecodeError) -> DecodedPoints {
        guard body.count < UInt32.max else {
            throw DecodeError(reason: "the message has \(body.count) bytes; fewer than 4 GiB are accepted")
        }
        var decoded = DecodedPoints()
        let failure = body.withUnsafeBufferPointer { bytes -> DecodeError? in
            var pass = RemoteWrite2Pass(bytes)
            let failure = pass.readRequest(into: &decoded)
            decoded.bytes = pass.labels.bytes()
            return failure
        }
        if let failure { throw failure }
        return decoded
    }

    /// The fields of an answer that tell a sender of this version what was stored of its request.
    ///
    /// - Source: *Remote-Write 2.0 Specification*, "Required Written Response Headers".
    public static func writtenHeaders(
        samples: Int, histograms: Int, exemplars: Int
    ) -> [(name: String, value: String)] {
        [("Samples", samples), ("Histograms", histograms), ("Exemplars", exemplars)].map { name, count in
            ("X-Prometheus-Remote-Write-\(name)-Written", "\(count)")
        }
    }
}

/// One pass over a Request. The reader's position never leaves the body: every length is checked first.
private struct RemoteWrite2Pass {
    /// Where the text of a symbol stands.
    private struct Symbol {
        var start: UInt32
        var count: UInt32
        /// The first bytes as a number, so that names are compared by one comparison as a rule.
        var prefix: UInt64

        /// Below 0 when this text comes before another, 0 when they are equal.
        @inline(__always)
        func order(_ other: Symbol, in body: UnsafeBufferPointer<UInt8>) -> Int {
            if prefix != other.prefix { return prefix < other.prefix ? -1 : 1 }
            return bytes(of: body).order(other.bytes(of: body))
        }

        @inline(__always)
        func bytes(of body: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(rebasing: body[Int(start)..<Int(start) + Int(count)])
        }
    }

    private var wire: WireReader
    private(set) var labels: LabelBuffer
    private var symbols: [Symbol] = []
    /// References to names and values of the series that is read.
    private var references: [UInt32] = []
    private var record = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        wire = WireReader(bytes)
        labels = LabelBuffer(bodyBytes: bytes.count)
    }

    /// Keys of fields: field number × 8 + wire type.
    private static let symbol: UInt64 = 4 << 3 | 2
    private static let series: UInt64 = 5 << 3 | 2
    private static let packedReferences: UInt64 = 1 << 3 | 2
    private static let reference: UInt64 = 1 << 3 | 0
    private static let sample: UInt64 = 2 << 3 | 2
    private static let histogram: UInt64 = 3 << 3 | 2
    private static let exemplar: UInt64 = 4 << 3 | 2
    private static let metadata: UInt64 = 5 << 3 | 2

    /// Reads the symbols and then the series, which may stand in any order; an error is where the framing is lost.
    mutating func readRequest(into decoded: inout DecodedPoints) -> DecodeError? {
        readSymbols()
        if let failure = wire.failure { return failure }
        if let first = symbols.first, first.count > 0 {
            return DecodeError(
                byte: Int(first.start), reason: "the first symbol is \"\(text(0))\"; it must be empty")
        }
        wire.position = 0
        while wire.position < wire.count {
            let key = wire.varint(before: wire.count)
            if key == Self.series {
                record += 1
                let end = wire.lengthEnd(before: wire.count)
                if wire.failure == nil { readSeries(before: end, into: &decoded) }
            } else {
                wire.skip(key, before: wire.count)
            }
            if let failure = wire.failure { return failure.inRecord(record) }
        }
        return nil
    }

    private mutating func readSymbols() {
        while wire.position < wire.count {
            let key = wire.varint(before: wire.count)
            guard key == Self.symbol else {
                wire.skip(key, before: wire.count)
                continue
            }
            let end = wire.lengthEnd(before: wire.count)
            guard wire.failure == nil else { return }
            symbols.append(
                Symbol(
                    start: UInt32(wire.position), count: UInt32(end - wire.position),
                    prefix: wire.bytes(wire.position..<end).sortPrefix))
            wire.position = end
        }
    }

    private mutating func readSeries(before end: Int, into decoded: inout DecodedPoints) {
        references.removeAll(keepingCapacity: true)
        let firstPoint = decoded.points.count
        var outside = 0
        var histograms = 0
        var exemplars = 0
        var kind = MetricKind.unknown
        while wire.position < end {
            switch wire.varint(before: end) {
            case Self.packedReferences:
                let last = wire.lengthEnd(before: end)
                while wire.position < last { addReference(before: last) }
            case Self.reference:
                addReference(before: end)
            case Self.sample:
                let point = wire.sample(before: wire.lengthEnd(before: end))
                if Self.times.contains(point.milliseconds) {
                    decoded.points.append(point)
                } else {
                    outside += 1
                }
            case Self.histogram:
                wire.position = wire.lengthEnd(before: end)
                histograms += 1
            case Self.exemplar:
                wire.position = wire.lengthEnd(before: end)
                exemplars += 1
            case Self.metadata:
                kind = metricKind(before: wire.lengthEnd(before: end))
            case let key:
                wire.skip(key, before: end)
            }
            if wire.failure != nil { return }
        }
        switch encodeLabels() {
        case .success(let range):
            decoded.ignoredHistograms += histograms
            decoded.ignoredExemplars += exemplars
            add(range, from: firstPoint, kind, outside: outside, to: &decoded)
        case .failure(let fault):
            let lost = decoded.points.count - firstPoint + outside + histograms
            decoded.points.removeSubrange(firstPoint...)
            decoded.reject(max(lost, 1), DecodeError(record: record, reason: reason(of: fault)))
        }
    }

    private static let times = Timestamp.earliest.milliseconds...Timestamp.latest.milliseconds

    @inline(__always)
    private mutating func addReference(before end: Int) {
        // A number of more than 32 bits has no symbol either.
        references.append(UInt32(clamping: wire.varint(before: end)))
    }

    /// The type of a Metadata.
    private mutating func metricKind(before end: Int) -> MetricKind {
        var kind = MetricKind.unknown
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case 1 << 3 | 0:
                let type = wire.varint(before: end)
                kind = UInt8(exactly: type).flatMap(MetricKind.init) ?? .unknown
            case let key: wire.skip(key, before: end)
            }
        }
        return kind
    }

    /// Makes a run of the points from `firstPoint` on.
    @inline(__always)
    private func add(
        _ labels: Range<Int>, from firstPoint: Int, _ kind: MetricKind, outside: Int,
        to decoded: inout DecodedPoints
    ) {
        if outside > 0 {
            let reason =
                "\(outside) samples of the series are not in the years 0001 to 9999; are the times milliseconds?"
            decoded.reject(outside, DecodeError(record: record, reason: reason))
        }
        let points = firstPoint..<decoded.points.count
        guard !points.isEmpty else { return }
        decoded.series.append(DecodedPoints.Entry(labels: labels, points: points, kind: kind))
    }
}

// MARK: - Labels

/// Why references are no labels; the numbers are places among the references, or among the symbols.
private enum ReferenceFault: Error {
    case none
    case odd(Int)
    case noSymbol(UInt32)
    case emptyName
    case duplicate(UInt32)
    case unsorted(UInt32, after: UInt32)
    case tooLarge(Int)
    case tooManyBytes
}

extension RemoteWrite2Pass {
    private func text(_ reference: UInt32) -> String {
        let body = wire.bytes(0..<wire.count)
        return String(decoding: symbols[Int(reference)].bytes(of: body).prefix(64), as: UTF8.self)
    }

    /// Writes the labels of the references in order; one with an empty value is absent.
    private mutating func encodeLabels() -> Result<Range<Int>, ReferenceFault> {
        guard references.count.isMultiple(of: 2) else { return .failure(.odd(references.count)) }
        let body = wire.bytes(0..<wire.count)
        return symbols.withUnsafeBufferPointer { symbols in
            references.withUnsafeBufferPointer { references in
                Self.encode(references, symbols, body, to: &labels)
            }
        }
    }

    private static func encode(
        _ references: UnsafeBufferPointer<UInt32>, _ symbols: UnsafeBufferPointer<Symbol>,
        _ body: UnsafeBufferPointer<UInt8>, to labels: inout LabelBuffer
    ) -> Result<Range<Int>, ReferenceFault> {
        var size = 0
        var previous: UInt32?
        for place in stride(from: 0, to: references.count, by: 2) {
            let (name, value) = (references[place], references[place + 1])
            guard name < symbols.count else { return .failure(.noSymbol(name)) }
            guard value < symbols.count else { return .failure(.noSymbol(value)) }
            let nameSymbol = symbols[Int(name)]
            guard nameSymbol.count > 0 else { return .failure(.emptyName) }
            if let previous {
                let order = symbols[Int(previous)].order(nameSymbol, in: body)
                guard order < 0 else {
                    return .failure(order == 0 ? .duplicate(name) : .unsorted(name, after: previous))
                }
            }
            previous = name
            let valueCount = symbols[Int(value)].count
            if valueCount > 0 {
                size += LabelWriter.size(name: Int(nameSymbol.count), value: Int(valueCount))
            }
        }
        guard size > 0, let base = body.baseAddress else { return .failure(.none) }
        guard size <= DecodedPoints.labelBytesLimit else { return .failure(.tooLarge(size)) }
        let range = labels.append(size) { place in
            var writer = LabelWriter(place, source: body)
            for place in stride(from: 0, to: references.count, by: 2) {
                let (name, value) = (symbols[Int(references[place])], symbols[Int(references[place + 1])])
                guard value.count > 0 else { continue }
                writer.write(
                    base + Int(name.start), Int(name.count), base + Int(value.start), Int(value.count))
            }
        }
        guard let range else { return .failure(.tooManyBytes) }
        return .success(range)
    }

    private func reason(of fault: ReferenceFault) -> String {
        switch fault {
        case .none: "the series has no labels"
        case .odd(let count): "the series has \(count) label references; names and values come in pairs"
        case .noSymbol(let reference):
            "the label reference \(reference) has no symbol; there are \(symbols.count)"
        case .emptyName: "a label of the series has no name"
        case .duplicate(let name): "the label \"\(text(name))\" comes twice"
        case .unsorted(let name, let previous):
            "the labels are not sorted: \"\(text(name))\" comes after \"\(text(previous))\""
        case .tooLarge(let size):
            "the labels of the series have \(size) bytes; at most \(DecodedPoints.labelBytesLimit) are accepted"
        case .tooManyBytes:
            "the labels of all series have over \(LabelBuffer.mostBytesOfOne) bytes a byte of the request"
        }
    }
}
