import TimeSeries

/// Reads the body of Prometheus remote write 1.0, after Snappy is undone.
///
/// - The labels of a series need not be sorted; they may stand anywhere in its record, but cost a copy when not
///   together. Unknown fields and metadata are skipped; exemplars and native histograms are counted.
/// - Labels are not looked into: only their place is found, that the record has some, and that they are at most
///   64 KiB. ``DecodedPoints/labels(at:)`` checks them where they are new.
/// - A value that is missing on the wire is 0, and so is a time, as in proto3. Stale markers are points.
///
/// - Source: Prometheus, `prompb/remote.proto` and `prompb/types.proto`; Protocol Buffers, *Encoding*.
public enum PrometheusRemoteWrite {
    /// Reads a WriteRequest.
    ///
    /// A series without labels, with too many bytes of them, or a sample outside the years 0001 to 9999 is
    /// rejected and the rest read.
    ///
    /// - Parameter body: The message; it is kept, and holds the labels.
    /// - Throws: ``DecodeError`` with the byte at which a length, a number or a field's type makes no sense.
    /// - Complexity: O(*n*) in bytes, no allocation for a series; at most 8 bytes of memory a byte of body.
    public static func decode(_ body: consuming [UInt8]) throws(DecodeError) -> DecodedPoints {
        var decoded = DecodedPoints()
        // Labels that had to be brought together; they go behind the body.
        var gathered: [UInt8] = []
        let failure = body.withUnsafeBufferPointer { bytes -> DecodeError? in
            var pass = RemoteWritePass(bytes)
            let failure = pass.readRequest(into: &decoded)
            gathered = pass.gathered
            return failure
        }
        if let failure { throw failure }
        if !gathered.isEmpty { body += gathered }
        decoded.bytes = body
        return decoded
    }
}

/// One pass over a WriteRequest. The reader's position never leaves the body: every length is checked first.
private struct RemoteWritePass {
    private var wire: WireReader
    private(set) var gathered: [UInt8] = []
    private var record = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        wire = WireReader(bytes)
    }

    /// Reads every field of the request; an error is where the framing is lost.
    mutating func readRequest(into decoded: inout DecodedPoints) -> DecodeError? {
        let end = wire.count
        while wire.position < end {
            let key = wire.varint(before: end)
            if key == Self.series {
                record += 1
                let seriesEnd = wire.lengthEnd(before: end)
                if wire.failure == nil { readSeries(before: seriesEnd, into: &decoded) }
            } else {
                wire.skip(key, before: end)
            }
            if let failure = wire.failure { return failure.inRecord(record) }
        }
        return nil
    }

    /// Keys of fields with a length: field number × 8 + 2.
    private static let series: UInt64 = 1 << 3 | 2
    private static let label: UInt64 = 1 << 3 | 2
    private static let sample: UInt64 = 2 << 3 | 2
    private static let exemplar: UInt64 = 3 << 3 | 2
    private static let histogram: UInt64 = 4 << 3 | 2

    private mutating func readSeries(before end: Int, into decoded: inout DecodedPoints) {
        let start = wire.position
        let firstPoint = decoded.points.count
        var labels = start..<start
        var isScattered = false
        var outside = 0
        while wire.position < end {
            let fieldStart = wire.position
            switch wire.varint(before: end) {
            case Self.label:
                wire.position = wire.lengthEnd(before: end)
                wire.skipShort(UInt8(Self.label), before: end)
                if labels.isEmpty {
                    labels = fieldStart..<wire.position
                } else {
                    if fieldStart != labels.upperBound { isScattered = true }
                    labels = labels.lowerBound..<wire.position
                }
            case Self.sample:
                let point = wire.sample(before: wire.lengthEnd(before: end))
                if Self.times.contains(point.milliseconds) {
                    decoded.points.append(point)
                } else {
                    outside += 1
                }
            case Self.exemplar:
                wire.position = wire.lengthEnd(before: end)
                decoded.ignoredExemplars += 1
            case Self.histogram:
                wire.position = wire.lengthEnd(before: end)
                decoded.ignoredHistograms += 1
            case let key:
                wire.skip(key, before: end)
            }
            if wire.failure != nil { return }
        }
        if isScattered { labels = gather(start..<end) }
        add(labels, from: firstPoint, outside: outside, to: &decoded)
    }

    private static let times = Timestamp.earliest.milliseconds...Timestamp.latest.milliseconds

    /// Makes a run of the points from `firstPoint` on, or takes them back.
    @inline(__always)
    private func add(
        _ labels: Range<Int>, from firstPoint: Int, outside: Int, to decoded: inout DecodedPoints
    ) {
        let points = firstPoint..<decoded.points.count
        if labels.isEmpty || labels.count > DecodedPoints.labelBytesLimit {
            decoded.points.removeSubrange(points)
            let reason =
                labels.isEmpty
                ? "the series has no labels"
                : "the labels of the series have \(labels.count) bytes; at most "
                    + "\(DecodedPoints.labelBytesLimit) are accepted"
            decoded.reject(max(points.count + outside, 1), DecodeError(record: record, reason: reason))
            return
        }
        if outside > 0 {
            let reason =
                "\(outside) samples of the series are not in the years 0001 to 9999; are the times milliseconds?"
            decoded.reject(outside, DecodeError(record: record, reason: reason))
        }
        if !points.isEmpty { decoded.series.append(DecodedPoints.Entry(labels: labels, points: points)) }
    }

    /// Copies the label fields of a record that was read already, and goes back behind it.
    private mutating func gather(_ record: Range<Int>) -> Range<Int> {
        let first = gathered.count
        wire.position = record.lowerBound
        while wire.position < record.upperBound {
            let fieldStart = wire.position
            let key = wire.varint(before: record.upperBound)
            wire.skip(key, before: record.upperBound)
            if key == Self.label { gathered += wire.bytes(fieldStart..<wire.position) }
        }
        return wire.count + first..<wire.count + gathered.count
    }
}

extension DecodeError {
    /// The same error, in a record.
    func inRecord(_ record: Int) -> DecodeError {
        DecodeError(record: record, byte: byte, reason: reason)
    }
}
