/// A column of integers: how far each is from what the one or two before it suggest, in packed blocks.
///
/// The integers count from the first of them in units of their greatest common divisor, so that multiples of
/// 4096 bytes or of 15 s cost no more than multiples of 1. The order says what is packed: 0 the integers,
/// 1 their steps, 2 the changes of their steps. Steady steps take no block at all.
enum PackedIntegers {
    /// Set in the byte of the order when everything is as foreseen and no block follows.
    private static let steadyFlag: UInt8 = 0x80

    /// Writes a column; exact for any integers, differences may overflow.
    static func write(_ values: [Int64], to writer: inout PackedWriter) {
        writer.signed(values[0])
        if let step = steadyStep(values) { return write(steady: step, to: &writer) }
        let unit = commonUnit(values)
        writer.number(unit)
        guard unit > 0 else { return }
        let counted = count(values, in: unit)
        let slope = counted[1]
        var best = 2
        var residuals = residuals(counted, order: 2)
        let isSteady = residuals.allSatisfy { $0 == 0 }
        var (forms, cost) = ([PackedBlock](), 0)
        if !isSteady {
            (forms, cost) = Self.forms(residuals)
            for order in [1, 0] {
                let candidate = Self.residuals(counted, order: order)
                let (candidateForms, candidateCost) = Self.forms(candidate)
                if candidateCost < cost {
                    (best, cost, residuals, forms) = (order, candidateCost, candidate, candidateForms)
                }
            }
        }
        writer.byte(UInt8(best) | (isSteady ? steadyFlag : 0))
        if best == 2 { writer.signed(slope) }
        guard !isSteady else { return }
        let span = residuals.span
        for (number, form) in forms.enumerated() {
            let start = number * PackedBlock.size
            form.write(span.extracting(start..<min(start + PackedBlock.size, span.count)), to: &writer)
        }
    }

    /// The step of integers that all have one, 0 for equal ones; `nil` for others, and where the last is too far from the first.
    private static func steadyStep(_ values: [Int64]) -> Int64? {
        guard values.count > 1 else { return 0 }
        let step = values[1] &- values[0]
        for i in 1..<values.count where values[i] &- values[i - 1] != step { return nil }
        return values[values.count - 1].subtractingReportingOverflow(values[0]).overflow ? nil : step
    }

    /// Writes what ``write(_:to:)`` comes to for a steady step.
    private static func write(steady step: Int64, to writer: inout PackedWriter) {
        writer.number(step.magnitude)
        guard step != 0 else { return }
        writer.byte(2 | steadyFlag)
        writer.signed(step.signum())
    }

    /// Reads a column.
    ///
    /// - Parameter count: How many integers it has; the caller has checked that so many may be allocated.
    static func read(count: Int, _ reader: inout PackedReader) throws(StorageError) -> [Int64] {
        let first = try reader.signed()
        let unit = Int64(bitPattern: try reader.number())
        guard unit != 0 else { return [Int64](repeating: first, count: count) }
        let head = try reader.byte()
        let order = head & ~steadyFlag
        guard order <= 2 else { throw reader.corrupt("order \(order)") }
        var step = order == 2 ? try reader.signed() : 0
        let isSteady = head & steadyFlag != 0
        // A block takes at least one byte.
        guard isSteady || reader.remaining >= (count - 1) / PackedBlock.size else {
            throw reader.corrupt("\(count) integers, cut short")
        }
        var values = [Int64](repeating: 0, count: count)
        if !isSteady {
            for start in stride(from: 1, to: count, by: PackedBlock.size) {
                let size = min(PackedBlock.size, count - start)
                try PackedBlock.read(&values, from: start, count: size, &reader)
            }
        }
        var counted: Int64 = 0
        values[0] = first
        for i in 1..<max(count, 1) {
            switch order {
            case 0: counted = values[i]
            case 1: counted &+= values[i]
            default:
                step &+= values[i]
                counted &+= step
            }
            values[i] = first &+ unit &* counted
        }
        return values
    }

    /// The greatest common divisor of all differences to the first; 0 when they are all equal.
    private static func commonUnit(_ values: [Int64]) -> UInt64 {
        var unit: UInt64 = 0
        for value in values {
            let (difference, overflow) = value.subtractingReportingOverflow(values[0])
            if overflow { return 1 }
            var (a, b) = (difference.magnitude, unit)
            if b != 0, a % b == 0 { continue }
            while b != 0 { (a, b) = (b, a % b) }
            unit = a
            if unit == 1 { return 1 }
        }
        return unit
    }

    /// The integers from the first, in units.
    private static func count(_ values: [Int64], in unit: UInt64) -> [Int64] {
        let first = values[0]
        guard unit > 1 else { return values.map { $0 &- first } }
        // A divisor of differences that fit in 64 bits; only −2⁶³ itself has no positive counterpart.
        let signed = Int64(bitPattern: unit)
        return values.map { ($0 &- first) / signed }
    }

    /// What is packed for all but the first; for order 2 the first step is known.
    private static func residuals(_ counted: [Int64], order: Int) -> [Int64] {
        guard order > 0 else { return Array(counted.dropFirst()) }
        var result = [Int64](repeating: 0, count: counted.count - 1)
        var step = order == 2 ? counted[1] : 0
        for i in result.indices {
            let next = counted[i + 1] &- counted[i]
            result[i] = next &- step
            if order == 2 { step = next }
        }
        return result
    }

    /// How blocks of the residuals are packed, and how many bytes they take.
    private static func forms(_ residuals: [Int64]) -> (forms: [PackedBlock], bytes: Int) {
        let span = residuals.span
        var forms: [PackedBlock] = []
        forms.reserveCapacity(span.count / PackedBlock.size + 1)
        for start in stride(from: 0, to: span.count, by: PackedBlock.size) {
            forms.append(PackedBlock(for: span.extracting(start..<min(start + PackedBlock.size, span.count))))
        }
        return (forms, forms.reduce(0) { $0 + $1.bytes })
    }
}
