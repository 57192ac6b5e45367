import TimeSeries

/// How the values of a metric follow each other.
enum OTLPTemporality: UInt64 {
    case unspecified = 0
    case delta = 1
    case cumulative = 2
}

/// What a metric is.
enum OTLPShape: Equatable {
    case gauge
    case sum(OTLPTemporality, isMonotonic: Bool)
    case histogram(OTLPTemporality)
    case summary
}

/// What every data point has.
struct OTLPPointHead {
    var start: UInt64 = 0
    var time: UInt64 = 0
    var flags: UInt64 = 0

    /// Whether the point says that there is no value.
    var hasNoValue: Bool { flags & 1 == 1 }
    /// The time in milliseconds, the rest cut off; at most the year 2554.
    var milliseconds: Int64 { Int64(time / 1_000_000) }
}

/// Makes series of the data points that a reader of either encoding finds.
///
/// The reader tells where it is with ``beginResource()``, ``endResource()``, ``beginScope(name:version:)``,
/// ``beginMetric(_:unit:_:)`` and ``beginPoint()``, adds attributes to ``labels``, and ends each point by one of the
/// methods that take its values.
struct OTLPAssembler {
    var labels = OTLPLabels()
    var memory = OTLPMemory(mostSeries: 0)
    private let options: OTLPMetrics.Options
    private var decoded = DecodedPoints()
    private var buffer: LabelBuffer
    private var resourceMark = OTLPLabels.Mark()
    private var scopeMark = OTLPLabels.Mark()
    private var name: [UInt8] = []
    private var shape = OTLPShape.gauge
    private var record = 0
    /// Why the point that is read cannot be taken.
    private var fault: String?

    init(bodyBytes: Int, options: OTLPMetrics.Options) {
        self.options = options
        buffer = LabelBuffer(bodyBytes: bodyBytes)
    }

    /// What was decoded; nothing can be added after it.
    consuming func finish() -> DecodedPoints {
        var decoded = decoded
        decoded.bytes = buffer.bytes()
        return decoded
    }

    /// The place of the metric that is read.
    var metricRecord: Int { record }

    mutating func countExemplar() { decoded.ignoredExemplars += 1 }
}

// MARK: - Where the reader is

extension OTLPAssembler {
    /// A resource begins; its attributes follow.
    mutating func beginResource() {
        labels = OTLPLabels()
        fault = nil
    }

    /// The attributes of the resource are there.
    mutating func endResource() {
        let attributes = labels.attributes
        labels = OTLPLabels()
        func value(of key: String) -> [UInt8]? { attributes.last { $0.key.elementsEqual(key.utf8) }?.value }
        if let service = value(of: "service.name") {
            let space = value(of: "service.namespace") ?? []
            labels.addFixed("job".utf8, space.isEmpty ? service : space + [UInt8(ascii: "/")] + service)
        }
        if let instance = value(of: "service.instance.id") { labels.addFixed("instance".utf8, instance) }
        for key in options.resourceAttributes.sorted() {
            guard let value = value(of: key) else { continue }
            var label: [UInt8] = []
            _ = Array(key.utf8).withUnsafeBufferPointer { OTLPNames.appendLabel($0, to: &label) }
            if !label.isEmpty { labels.addFixed(label, value) }
        }
        resourceMark = labels.mark
        scopeMark = resourceMark
    }

    /// A scope begins; its metrics follow.
    mutating func beginScope(name: UnsafeBufferPointer<UInt8>, version: UnsafeBufferPointer<UInt8>) {
        labels.rewind(to: resourceMark)
        if options.addsScope {
            labels.addFixed("otel_scope_name".utf8, name)
            labels.addFixed("otel_scope_version".utf8, version)
        }
        scopeMark = labels.mark
    }

    /// A metric begins; its data points follow.
    mutating func beginMetric(
        _ name: UnsafeBufferPointer<UInt8>, unit: UnsafeBufferPointer<UInt8>, _ shape: OTLPShape
    ) {
        self.shape = shape
        self.name.removeAll(keepingCapacity: true)
        guard !name.isEmpty else { return }
        let isCounter = if case .sum(_, isMonotonic: true) = shape { true } else { false }
        OTLPNames.appendMetric(
            name, unit: unit, isCounter: isCounter, isGauge: shape == .gauge, to: &self.name)
    }

    /// Counts a metric, whatever it holds.
    mutating func countMetric() { record += 1 }

    /// A data point begins; its attributes follow.
    mutating func beginPoint() {
        labels.rewind(to: scopeMark)
        fault = nil
    }

    /// Begins an attribute of the point, whose value is then appended to the text of ``labels``.
    mutating func beginAttribute(_ key: UnsafeBufferPointer<UInt8>) {
        if !labels.begin(key) { refuse("an attribute has no key") }
    }

    /// Says why the point that is read cannot be taken.
    mutating func refuse(_ reason: @autoclosure () -> String) {
        if fault == nil { fault = reason() }
    }

    /// Counts data points that are not taken.
    mutating func reject(_ count: Int, _ reason: @autoclosure () -> String) {
        let (record, name) = (record, name)
        decoded.reject(
            count,
            DecodeError(
                record: record, reason: "\(String(decoding: name.prefix(200), as: UTF8.self)): \(reason())"))
    }
}

// MARK: - Series

extension OTLPAssembler {
    /// Where things were before a point, to be there again when it cannot be taken.
    struct Rollback {
        fileprivate var series: Int
        fileprivate var points: Int
        fileprivate var bytes: Int
    }

    /// Checks what every point has.
    ///
    /// - Returns: `nil`, and the point is counted as rejected, when it cannot be taken.
    mutating func begin(_ head: OTLPPointHead) -> Rollback? {
        if labels.count(since: scopeMark) > OTLPLabels.attributeLimit {
            refuse("a point has more than \(OTLPLabels.attributeLimit) attributes")
        }
        if name.isEmpty { refuse("the metric has no name") }
        if head.time == 0 { refuse("a point has no time") }
        if let fault {
            reject(1, fault)
            return nil
        }
        return Rollback(series: decoded.series.count, points: decoded.points.count, bytes: buffer.count)
    }

    /// Takes back what was added, and counts the point as rejected.
    mutating func undo(_ before: Rollback, _ reason: @autoclosure () -> String) {
        decoded.series.removeSubrange(before.series...)
        decoded.points.removeSubrange(before.points...)
        buffer.rewind(to: before.bytes)
        reject(1, reason())
    }

    /// Writes the labels of one series of the point.
    ///
    /// - Parameters:
    ///   - suffix: What stands behind the name of the metric.
    ///   - quantile: The label of this name; empty for none.
    mutating func encode(
        _ suffix: StaticString = "", quantile: [UInt8] = []
    ) -> Result<Range<Int>, TooManyLabelBytes> {
        let mark = labels.mark
        defer { labels.rewind(to: mark) }
        name.append(contentsOf: UnsafeBufferPointer(start: suffix.utf8Start, count: suffix.utf8CodeUnitCount))
        labels.addFixed(Self.metricName, name)
        name.removeLast(suffix.utf8CodeUnitCount)
        if !quantile.isEmpty { labels.addFixed(Self.quantileName, quantile) }
        return labels.encode(to: &buffer)
    }

    /// Takes back labels that were written to look something up.
    mutating func rewindLabels(to count: Int) { buffer.rewind(to: count) }

    private static let metricName = Array(Labels.metricName.utf8)
    private static let quantileName = Array("quantile".utf8)

    /// Adds one point of a series, and before it one of 0 where the series began again.
    mutating func add(
        _ range: Range<Int>, _ kind: MetricKind, _ milliseconds: Int64, _ value: Double,
        zeroAt restart: UInt64?
    ) {
        let first = decoded.points.count
        if let restart {
            let zero = Point(milliseconds: Int64(restart / 1_000_000), value: 0)
            if zero.milliseconds < milliseconds { decoded.points.append(zero) }
        }
        decoded.points.append(Point(milliseconds: milliseconds, value: value))
        decoded.series.append(
            DecodedPoints.Entry(labels: range, points: first..<decoded.points.count, kind: kind))
    }

    /// What a metric says of how its values follow each other.
    var currentShape: OTLPShape { shape }

    /// The total of a delta; the error is why it cannot be counted.
    mutating func total(of delta: Double, _ head: OTLPPointHead, _ range: Range<Int>) -> Result<
        Double, DeltaFault
    > {
        let outcome = Self.accumulate(delta, head, range, buffer, &memory)
        switch outcome {
        case .total(let total): return .success(total)
        case .outOfOrder:
            return .failure(DeltaFault("a delta ends before the one before it, or differs from it"))
        case .overlapping: return .failure(DeltaFault("a delta begins before the one before it ends"))
        case .backwards: return .failure(DeltaFault("a delta ends before it begins"))
        case .notFinite: return .failure(DeltaFault("a delta is no finite number"))
        case .full: return .failure(DeltaFault("more series of deltas than are remembered"))
        }
    }

    private static func accumulate(
        _ delta: Double, _ head: OTLPPointHead, _ range: Range<Int>, _ buffer: borrowing LabelBuffer,
        _ memory: inout OTLPMemory
    ) -> DeltaAccumulator.Outcome {
        buffer.with(range) { memory.deltas.add(delta, from: head.start, to: head.time, of: $0) }
    }

    /// When a cumulative counter began again, if it did.
    mutating func restart(_ head: OTLPPointHead, _ range: Range<Int>) -> UInt64? {
        Self.restart(head, range, buffer, &memory)
    }

    private static func restart(
        _ head: OTLPPointHead, _ range: Range<Int>, _ buffer: borrowing LabelBuffer,
        _ memory: inout OTLPMemory
    ) -> UInt64? {
        buffer.with(range) { memory.restart(start: head.start, end: head.time, of: $0) }
    }

    /// What came into the buckets of a cumulative histogram since it was seen last.
    mutating func increase(_ buckets: OTLPMemory.Buckets, _ range: Range<Int>) -> OTLPMemory.Buckets.Counts? {
        Self.increase(buckets, range, buffer, &memory)
    }

    private static func increase(
        _ buckets: OTLPMemory.Buckets, _ range: Range<Int>, _ buffer: borrowing LabelBuffer,
        _ memory: inout OTLPMemory
    ) -> OTLPMemory.Buckets.Counts? {
        buffer.with(range) { memory.increase(buckets, of: $0) }
    }
}

/// Why a delta cannot be counted.
struct DeltaFault: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
