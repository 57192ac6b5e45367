import Networking

/// One pass over an ExportMetricsServiceRequest in JSON.
///
/// A member that is absent or `null` has its default; one of another type makes its data point refused, or the body
/// unreadable where it holds data points. Members that are not known are ignored.
///
/// - Source: opentelemetry-proto 1.9, `docs/specification.md`, "JSON Protobuf Encoding"; Protocol Buffers,
///   *ProtoJSON Format*.
struct OTLPJSONPass {
    var assembler: OTLPAssembler
    private var failure: DecodeError?

    private init() {
        assembler = OTLPAssembler(bodyBytes: 0, options: .init())
    }

    /// Reads a request; an error is where it is not JSON, or has something else where data points should be.
    static func read(_ body: [UInt8], into assembler: inout OTLPAssembler) -> DecodeError? {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(body)
        } catch {
            return DecodeError(byte: error.byte, reason: "\(error.reason)")
        }
        guard document.root.kind == .object else {
            return DecodeError(reason: "an object is needed, not \(document.root.kind.rawValue)")
        }
        var pass = OTLPJSONPass()
        swap(&pass.assembler, &assembler)
        pass.readRequest(document.root)
        swap(&pass.assembler, &assembler)
        return pass.failure?.inRecord(assembler.metricRecord)
    }

    /// The elements of a list of objects; none when it is absent.
    private mutating func objects(_ value: JSONValue?, _ name: String) -> [JSONValue] {
        guard failure == nil, let value, !value.isNull else { return [] }
        guard let elements = value.elements else {
            failure = DecodeError(reason: "\"\(name)\" needs an array, not \(value.kind.rawValue)")
            return []
        }
        let all = Array(elements)
        if let other = all.first(where: { $0.kind != .object }) {
            failure = DecodeError(reason: "\"\(name)\" needs objects, not \(other.kind.rawValue)")
            return []
        }
        return all
    }

    private mutating func readRequest(_ request: JSONValue) {
        for metrics in objects(request["resourceMetrics"], "resourceMetrics") {
            assembler.beginResource()
            readAttributes(metrics["resource"]?["attributes"])
            assembler.endResource()
            for scope in objects(metrics["scopeMetrics"], "scopeMetrics") {
                Self.withText(scope["scope"]?["name"]) { name in
                    Self.withText(scope["scope"]?["version"]) { version in
                        assembler.beginScope(name: name, version: version)
                    }
                }
                for metric in objects(scope["metrics"], "metrics") { readMetric(metric) }
            }
        }
    }

    private static func withText<R>(_ value: JSONValue?, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        var text = value?.string ?? ""
        return text.withUTF8(body)
    }

    private static let data: [(name: String, data: OTLPData)] = [
        ("gauge", .gauge), ("sum", .sum), ("histogram", .histogram),
        ("exponentialHistogram", .exponentialHistogram), ("summary", .summary),
    ]

    private mutating func readMetric(_ metric: JSONValue) {
        assembler.countMetric()
        for (name, data) in Self.data {
            guard let content = metric[name], !content.isNull else { continue }
            let shape = Self.shape(of: data, content)
            Self.withText(metric["name"]) { name in
                Self.withText(metric["unit"]) { unit in assembler.beginMetric(name, unit: unit, shape) }
            }
            for point in objects(content["dataPoints"], "dataPoints") { readPoint(data, point) }
        }
    }

    private static func shape(of data: OTLPData, _ content: JSONValue) -> OTLPShape {
        switch data {
        case .gauge: return .gauge
        case .summary: return .summary
        case .sum: return .sum(temporality(content), isMonotonic: content["isMonotonic"]?.bool ?? false)
        case .histogram, .exponentialHistogram: return .histogram(temporality(content))
        }
    }

    private static func temporality(_ content: JSONValue) -> OTLPTemporality {
        let value = content["aggregationTemporality"]
        switch value?.string {
        case "AGGREGATION_TEMPORALITY_DELTA": return .delta
        case "AGGREGATION_TEMPORALITY_CUMULATIVE": return .cumulative
        default:
            return value?.integer.flatMap { OTLPTemporality(rawValue: UInt64(clamping: $0)) } ?? .unspecified
        }
    }
}

// MARK: - Data points

extension OTLPJSONPass {
    private mutating func readPoint(_ data: OTLPData, _ point: JSONValue) {
        assembler.beginPoint()
        readAttributes(point["attributes"])
        for _ in 0..<(point["exemplars"]?.count ?? 0) { assembler.countExemplar() }
        let head = OTLPPointHead(
            start: unsigned(point, "startTimeUnixNano"), time: unsigned(point, "timeUnixNano"),
            flags: unsigned(point, "flags"))
        switch data {
        case .gauge, .sum: assembler.endNumber(head, number(point))
        case .histogram:
            let totals = totals(point)
            let bounds = doubles(point, "explicitBounds")
            assembler.endHistogram(head, totals, bounds: bounds, counts: counts(point))
        case .exponentialHistogram:
            let totals = totals(point)
            assembler.endHistogram(head, totals, exponentialBuckets(point))
        case .summary: readSummary(head, point)
        }
    }

    private mutating func number(_ point: JSONValue) -> Double? {
        if let value = member(point, "asInt") {
            guard let integer = value.protoInteger else {
                refuse("asInt", "an integer", value)
                return nil
            }
            return Double(integer)
        }
        return optionalDouble(point, "asDouble")
    }

    private mutating func totals(_ point: JSONValue) -> OTLPTotals {
        OTLPTotals(count: Double(unsigned(point, "count")), sum: optionalDouble(point, "sum"))
    }

    private mutating func exponentialBuckets(_ point: JSONValue) -> ExponentialBuckets {
        var buckets = ExponentialBuckets()
        buckets.scale = small(point, "scale")
        buckets.zeroCount = Double(unsigned(point, "zeroCount"))
        buckets.zeroThreshold = optionalDouble(point, "zeroThreshold") ?? 0
        if let positive = member(point, "positive") {
            (buckets.positiveOffset, buckets.positive) = (small(positive, "offset"), counts(positive))
        }
        if let negative = member(point, "negative") {
            (buckets.negativeOffset, buckets.negative) = (small(negative, "offset"), counts(negative))
        }
        return buckets
    }

    private mutating func readSummary(_ head: OTLPPointHead, _ point: JSONValue) {
        let totals = OTLPTotals(
            count: Double(unsigned(point, "count")), sum: optionalDouble(point, "sum") ?? 0)
        var quantiles: [(quantile: Double, value: Double)] = []
        for element in list(point, "quantileValues") {
            quantiles.append(
                (optionalDouble(element, "quantile") ?? 0, optionalDouble(element, "value") ?? 0))
        }
        assembler.endSummary(head, totals, quantiles)
    }
}

// MARK: - Members

extension OTLPJSONPass {
    /// A member that is there and not `null`.
    private func member(_ object: JSONValue, _ name: String) -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    private mutating func refuse(_ name: String, _ wanted: String, _ value: JSONValue) {
        assembler.refuse(
            "\"\(name)\" needs \(wanted), not \(value.string.map { "\"\($0.prefix(64))\"" } ?? value.kind.rawValue)"
        )
    }

    private mutating func unsigned(_ object: JSONValue, _ name: String) -> UInt64 {
        guard let value = member(object, name) else { return 0 }
        if let integer = value.protoUnsigned { return integer }
        refuse(name, "an integer of at least 0", value)
        return 0
    }

    /// A number of 32 bits.
    private mutating func small(_ object: JSONValue, _ name: String) -> Int {
        guard let value = member(object, name) else { return 0 }
        if let integer = value.protoInteger, let small = Int32(exactly: integer) { return Int(small) }
        refuse(name, "an integer of 32 bits", value)
        return 0
    }

    private mutating func optionalDouble(_ object: JSONValue, _ name: String) -> Double? {
        guard let value = member(object, name) else { return nil }
        if let number = value.protoDouble { return number }
        refuse(name, "a number", value)
        return nil
    }

    private mutating func list(_ object: JSONValue, _ name: String) -> [JSONValue] {
        guard let value = member(object, name) else { return [] }
        guard let elements = value.elements else {
            refuse(name, "an array", value)
            return []
        }
        return Array(elements)
    }

    private mutating func doubles(_ object: JSONValue, _ name: String) -> [Double] {
        var result: [Double] = []
        for element in list(object, name) {
            guard let number = element.protoDouble else {
                refuse(name, "numbers", element)
                return []
            }
            result.append(number)
        }
        return result
    }

    private mutating func counts(_ object: JSONValue) -> [Double] {
        var result: [Double] = []
        for element in list(object, "bucketCounts") {
            guard let count = element.protoUnsigned else {
                refuse("bucketCounts", "integers of at least 0", element)
                return []
            }
            result.append(Double(count))
        }
        return result
    }
}

// MARK: - Attributes

extension OTLPJSONPass {
    private mutating func readAttributes(_ value: JSONValue?) {
        guard let value, !value.isNull else { return }
        guard let elements = value.elements else { return refuse("attributes", "an array", value) }
        for attribute in elements {
            guard attribute.kind == .object else { return refuse("attributes", "objects", attribute) }
            Self.withText(attribute["key"]) { assembler.beginAttribute($0) }
            content(attribute["value"], depth: 0).append(to: &assembler.labels.text)
            assembler.labels.end()
        }
    }

    /// An AnyValue. How deep lists may stand in each other is bounded by the document too.
    private mutating func content(_ value: JSONValue?, depth: Int) -> OTLPValue {
        guard let value, !value.isNull else { return .nothing }
        guard depth <= OTLPValue.depthLimit else {
            assembler.refuse(
                "the value of an attribute has lists in lists, over \(OTLPValue.depthLimit) deep")
            return .nothing
        }
        guard let members = value.members else {
            assembler.refuse("the value of an attribute is no object")
            return .nothing
        }
        for (name, content) in members where !content.isNull {
            switch name {
            // Bytes come in base 64, which is their text.
            case "stringValue", "bytesValue":
                if let text = content.string { return .text(Array(text.utf8)) }
            case "boolValue":
                if let bool = content.bool { return .bool(bool) }
            case "intValue":
                if let integer = content.protoInteger { return .integer(integer) }
            case "doubleValue":
                if let number = content.protoDouble { return .double(number) }
            case "arrayValue":
                return .array(list(content, "values").map { self.content($0, depth: depth + 1) })
            case "kvlistValue":
                return .members(
                    list(content, "values").map {
                        (Array(($0["key"]?.string ?? "").utf8), self.content($0["value"], depth: depth + 1))
                    })
            default: continue
            }
            refuse(name, "a value of its type", content)
            return .nothing
        }
        return .nothing
    }
}

/// Scalars as Protocol Buffers write them in JSON: numbers may be texts.
extension JSONValue {
    fileprivate var protoInteger: Int64? { integer.map(Int64.init) ?? string.flatMap { Int64($0) } }

    fileprivate var protoUnsigned: UInt64? {
        if let text = string { return UInt64(text) }
        if let integer { return UInt64(exactly: integer) }
        // Above the largest Int.
        return double.flatMap { UInt64(exactly: $0) }
    }

    fileprivate var protoDouble: Double? {
        guard let text = string else { return double }
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: return Double(text).flatMap { $0.isFinite ? $0 : nil }
        }
    }
}
