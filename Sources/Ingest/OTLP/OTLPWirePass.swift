/// One pass over an ExportMetricsServiceRequest in Protocol Buffers. The reader's position never leaves the body:
/// every length is checked first.
///
/// Fields may stand in any order, so what a message says of all its points is looked for before they are read.
///
/// - Source: opentelemetry-proto 1.9, `metrics/v1/metrics.proto`; Protocol Buffers, *Encoding*.
struct OTLPWirePass {
    var wire: WireReader
    var assembler: OTLPAssembler
    /// Quantiles, bounds and counts of the point that is read.
    var quantiles: [(quantile: Double, value: Double)] = []
    var bounds: [Double] = []
    var counts: [Double] = []

    /// Reads every field of a request; an error is where the framing is lost.
    static func read(_ body: [UInt8], into assembler: inout OTLPAssembler) -> DecodeError? {
        body.withUnsafeBufferPointer { bytes in
            var pass = OTLPWirePass(
                wire: WireReader(bytes), assembler: OTLPAssembler(bodyBytes: 0, options: .init()))
            swap(&pass.assembler, &assembler)
            pass.readRequest(before: bytes.count)
            swap(&pass.assembler, &assembler)
            return pass.wire.failure?.inRecord(assembler.metricRecord)
        }
    }

    /// Key of a field with a length.
    @inline(__always)
    static func message(_ number: UInt64) -> UInt64 { number << 3 | 2 }
    /// Key of a field with eight bytes.
    @inline(__always)
    static func fixed(_ number: UInt64) -> UInt64 { number << 3 | 1 }

    /// Goes through the fields of a message whose key has a length, each in `body` from its start to its end; the
    /// others are skipped.
    @inline(__always)
    private mutating func eachMessage(
        before end: Int, _ body: (inout OTLPWirePass, _ number: UInt64, _ end: Int) -> Void
    ) {
        while wire.position < end, wire.failure == nil {
            let key = wire.varint(before: end)
            guard key & 7 == 2 else {
                wire.skip(key, before: end)
                continue
            }
            let fieldEnd = wire.lengthEnd(before: end)
            guard wire.failure == nil else { return }
            body(&self, key >> 3, fieldEnd)
            if wire.failure == nil { wire.position = fieldEnd }
        }
    }

    /// The same from a place that was read already.
    private mutating func eachMessage(
        again start: Int, before end: Int, _ body: (inout OTLPWirePass, _ number: UInt64, _ end: Int) -> Void
    ) {
        guard wire.failure == nil else { return }
        wire.position = start
        eachMessage(before: end, body)
    }

    private mutating func readRequest(before end: Int) {
        eachMessage(before: end) { pass, number, end in
            if number == 1 { pass.readResourceMetrics(before: end) }
        }
    }

    private mutating func readResourceMetrics(before end: Int) {
        let start = wire.position
        assembler.beginResource()
        eachMessage(before: end) { pass, number, end in
            guard number == 1 else { return }
            pass.eachMessage(before: end) { pass, number, end in
                if number == 1 { pass.readAttribute(before: end) }
            }
        }
        assembler.endResource()
        eachMessage(again: start, before: end) { pass, number, end in
            if number == 2 { pass.readScopeMetrics(before: end) }
        }
    }

    private mutating func readScopeMetrics(before end: Int) {
        let start = wire.position
        var name = start..<start
        var version = start..<start
        eachMessage(before: end) { pass, number, end in
            guard number == 1 else { return }
            pass.eachMessage(before: end) { pass, number, end in
                if number == 1 { name = pass.wire.position..<end }
                if number == 2 { version = pass.wire.position..<end }
            }
        }
        assembler.beginScope(name: wire.bytes(name), version: wire.bytes(version))
        eachMessage(again: start, before: end) { pass, number, end in
            if number == 2 { pass.readMetric(before: end) }
        }
    }

    private mutating func readMetric(before end: Int) {
        let start = wire.position
        var name = start..<start
        var unit = start..<start
        eachMessage(before: end) { pass, number, end in
            if number == 1 { name = pass.wire.position..<end }
            if number == 3 { unit = pass.wire.position..<end }
        }
        assembler.countMetric()
        eachMessage(again: start, before: end) { pass, number, end in
            guard let data = OTLPData(rawValue: number) else { return }
            let shape = pass.shape(of: data, before: end)
            guard pass.wire.failure == nil else { return }
            pass.assembler.beginMetric(pass.wire.bytes(name), unit: pass.wire.bytes(unit), shape)
            pass.readPoints(data, before: end)
        }
    }

    /// What the data of a metric say of all their points; the reader stays before them.
    private mutating func shape(of data: OTLPData, before end: Int) -> OTLPShape {
        guard data == .sum || data == .histogram || data == .exponentialHistogram else {
            return data == .gauge ? .gauge : .summary
        }
        let start = wire.position
        var temporality: UInt64 = 0
        var isMonotonic = false
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case 2 << 3: temporality = wire.varint(before: end)
            case 3 << 3 where data == .sum: isMonotonic = wire.varint(before: end) != 0
            case let key: wire.skip(key, before: end)
            }
        }
        if wire.failure == nil { wire.position = start }
        let known = OTLPTemporality(rawValue: temporality) ?? .unspecified
        return data == .sum ? .sum(known, isMonotonic: isMonotonic) : .histogram(known)
    }

    private mutating func readPoints(_ data: OTLPData, before end: Int) {
        eachMessage(before: end) { pass, number, end in
            guard number == 1 else { return }
            pass.assembler.beginPoint()
            switch data {
            case .gauge, .sum: pass.readNumber(before: end)
            case .histogram: pass.readHistogram(before: end)
            case .exponentialHistogram: pass.readExponential(before: end)
            case .summary: pass.readSummary(before: end)
            }
        }
    }
}

/// The fields of a Metric that hold data points.
enum OTLPData: UInt64 {
    case gauge = 5
    case sum = 7
    case histogram = 9
    case exponentialHistogram = 10
    case summary = 11
}
