/// Data points in Protocol Buffers.
extension OTLPWirePass {
    mutating func readNumber(before end: Int) {
        var head = OTLPPointHead()
        var value: Double?
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.fixed(2): head.start = wire.fixed64(before: end)
            case Self.fixed(3): head.time = wire.fixed64(before: end)
            case Self.fixed(4): value = Double(bitPattern: wire.fixed64(before: end))
            case Self.fixed(6): value = Double(Int64(bitPattern: wire.fixed64(before: end)))
            case Self.message(5): skipExemplar(before: end)
            case Self.message(7): readAttribute(before: wire.lengthEnd(before: end))
            case 8 << 3: head.flags = wire.varint(before: end)
            case let key: wire.skip(key, before: end)
            }
        }
        if wire.failure == nil { assembler.endNumber(head, value) }
    }

    mutating func readHistogram(before end: Int) {
        var head = OTLPPointHead()
        var totals = OTLPTotals()
        bounds.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.fixed(2): head.start = wire.fixed64(before: end)
            case Self.fixed(3): head.time = wire.fixed64(before: end)
            case Self.fixed(4): totals.count = Double(wire.fixed64(before: end))
            case Self.fixed(5): totals.sum = Double(bitPattern: wire.fixed64(before: end))
            case Self.fixed(6): counts.append(Double(wire.fixed64(before: end)))
            case Self.message(6):
                let last = wire.lengthEnd(before: end)
                while wire.position < last { counts.append(Double(wire.fixed64(before: last))) }
            case Self.fixed(7): bounds.append(Double(bitPattern: wire.fixed64(before: end)))
            case Self.message(7):
                let last = wire.lengthEnd(before: end)
                while wire.position < last { bounds.append(Double(bitPattern: wire.fixed64(before: last))) }
            case Self.message(8): skipExemplar(before: end)
            case Self.message(9): readAttribute(before: wire.lengthEnd(before: end))
            case 10 << 3: head.flags = wire.varint(before: end)
            case let key: wire.skip(key, before: end)
            }
        }
        if wire.failure == nil { assembler.endHistogram(head, totals, bounds: bounds, counts: counts) }
    }

    mutating func readExponential(before end: Int) {
        var head = OTLPPointHead()
        var totals = OTLPTotals()
        var buckets = ExponentialBuckets()
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.message(1): readAttribute(before: wire.lengthEnd(before: end))
            case Self.fixed(2): head.start = wire.fixed64(before: end)
            case Self.fixed(3): head.time = wire.fixed64(before: end)
            case Self.fixed(4): totals.count = Double(wire.fixed64(before: end))
            case Self.fixed(5): totals.sum = Double(bitPattern: wire.fixed64(before: end))
            case 6 << 3: buckets.scale = signed(before: end)
            case Self.fixed(7): buckets.zeroCount = Double(wire.fixed64(before: end))
            case Self.message(8):
                (buckets.positiveOffset, buckets.positive) = readBuckets(before: wire.lengthEnd(before: end))
            case Self.message(9):
                (buckets.negativeOffset, buckets.negative) = readBuckets(before: wire.lengthEnd(before: end))
            case 10 << 3: head.flags = wire.varint(before: end)
            case Self.message(11): skipExemplar(before: end)
            case Self.fixed(14): buckets.zeroThreshold = Double(bitPattern: wire.fixed64(before: end))
            case let key: wire.skip(key, before: end)
            }
        }
        if wire.failure == nil { assembler.endHistogram(head, totals, buckets) }
    }

    private mutating func readBuckets(before end: Int) -> (offset: Int, counts: [Double]) {
        var offset = 0
        counts.removeAll(keepingCapacity: true)
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case 1 << 3: offset = signed(before: end)
            case 2 << 3: counts.append(Double(wire.varint(before: end)))
            case Self.message(2):
                let last = wire.lengthEnd(before: end)
                while wire.position < last { counts.append(Double(wire.varint(before: last))) }
            case let key: wire.skip(key, before: end)
            }
        }
        return (offset, counts)
    }

    mutating func readSummary(before end: Int) {
        var head = OTLPPointHead()
        var totals = OTLPTotals()
        quantiles.removeAll(keepingCapacity: true)
        // Not optional in a summary: what is absent on the wire is 0.
        totals.sum = 0
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.fixed(2): head.start = wire.fixed64(before: end)
            case Self.fixed(3): head.time = wire.fixed64(before: end)
            case Self.fixed(4): totals.count = Double(wire.fixed64(before: end))
            case Self.fixed(5): totals.sum = Double(bitPattern: wire.fixed64(before: end))
            case Self.message(6): readQuantile(before: wire.lengthEnd(before: end))
            case Self.message(7): readAttribute(before: wire.lengthEnd(before: end))
            case 8 << 3: head.flags = wire.varint(before: end)
            case let key: wire.skip(key, before: end)
            }
        }
        if wire.failure == nil { assembler.endSummary(head, totals, quantiles) }
    }

    private mutating func readQuantile(before end: Int) {
        var quantile = 0.0
        var value = 0.0
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.fixed(1): quantile = Double(bitPattern: wire.fixed64(before: end))
            case Self.fixed(2): value = Double(bitPattern: wire.fixed64(before: end))
            case let key: wire.skip(key, before: end)
            }
        }
        quantiles.append((quantile, value))
    }

    private mutating func skipExemplar(before end: Int) {
        wire.position = wire.lengthEnd(before: end)
        assembler.countExemplar()
    }

    /// A number of 32 bits whose sign is its lowest bit.
    private mutating func signed(before end: Int) -> Int {
        let bits = UInt32(truncatingIfNeeded: wire.varint(before: end))
        return Int(Int32(bitPattern: bits >> 1 ^ (0 &- (bits & 1))))
    }
}

// MARK: - Attributes

extension OTLPWirePass {
    /// Reads a KeyValue into the labels.
    mutating func readAttribute(before end: Int) {
        let start = wire.position
        var key = start..<start
        var value: Range<Int>?
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.message(1):
                let last = wire.lengthEnd(before: end)
                guard wire.failure == nil else { return }
                key = wire.position..<last
                wire.position = last
            case Self.message(2):
                let last = wire.lengthEnd(before: end)
                guard wire.failure == nil else { return }
                value = wire.position..<last
                wire.position = last
            case let field: wire.skip(field, before: end)
            }
        }
        guard wire.failure == nil else { return }
        assembler.beginAttribute(wire.bytes(key))
        if let value {
            wire.position = value.lowerBound
            appendValue(before: value.upperBound)
        }
        assembler.labels.end()
        if wire.failure == nil { wire.position = end }
    }

    /// Appends an AnyValue as text; a string without a stop on the way.
    private mutating func appendValue(before end: Int) {
        let start = wire.position
        if start < end, wire.varint(before: end) == Self.message(1) {
            let last = wire.lengthEnd(before: end)
            guard wire.failure == nil else { return }
            if last == end {
                assembler.labels.text.append(contentsOf: wire.bytes(wire.position..<last))
                return
            }
        }
        guard wire.failure == nil else { return }
        wire.position = start
        value(before: end, depth: 0).append(to: &assembler.labels.text)
    }

    /// An AnyValue; of several the last, as of all fields that may be there once.
    private mutating func value(before end: Int, depth: Int) -> OTLPValue {
        guard depth <= OTLPValue.depthLimit else {
            assembler.refuse(
                "the value of an attribute has lists in lists, over \(OTLPValue.depthLimit) deep")
            wire.position = end
            return .nothing
        }
        var value = OTLPValue.nothing
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.message(1): value = .text(bytes(before: wire.lengthEnd(before: end)))
            case 2 << 3: value = .bool(wire.varint(before: end) != 0)
            case 3 << 3: value = .integer(Int64(bitPattern: wire.varint(before: end)))
            case Self.fixed(4): value = .double(Double(bitPattern: wire.fixed64(before: end)))
            case Self.message(5): value = .array(list(before: wire.lengthEnd(before: end), depth: depth))
            case Self.message(6): value = .members(members(before: wire.lengthEnd(before: end), depth: depth))
            case Self.message(7): value = .bytes(bytes(before: wire.lengthEnd(before: end)))
            case let key: wire.skip(key, before: end)
            }
        }
        return value
    }

    private mutating func bytes(before end: Int) -> [UInt8] {
        guard wire.failure == nil else { return [] }
        defer { wire.position = end }
        return Array(wire.bytes(wire.position..<end))
    }

    private mutating func list(before end: Int, depth: Int) -> [OTLPValue] {
        var values: [OTLPValue] = []
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.message(1): values.append(value(before: wire.lengthEnd(before: end), depth: depth + 1))
            case let key: wire.skip(key, before: end)
            }
        }
        return values
    }

    private mutating func members(before end: Int, depth: Int) -> [(key: [UInt8], value: OTLPValue)] {
        var members: [(key: [UInt8], value: OTLPValue)] = []
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.message(1): members.append(member(before: wire.lengthEnd(before: end), depth: depth))
            case let key: wire.skip(key, before: end)
            }
        }
        return members
    }

    private mutating func member(before end: Int, depth: Int) -> (key: [UInt8], value: OTLPValue) {
        var key: [UInt8] = []
        var content = OTLPValue.nothing
        while wire.position < end, wire.failure == nil {
            switch wire.varint(before: end) {
            case Self.message(1): key = bytes(before: wire.lengthEnd(before: end))
            case Self.message(2): content = value(before: wire.lengthEnd(before: end), depth: depth + 1)
            case let field: wire.skip(field, before: end)
            }
        }
        return (key, content)
    }
}
