/// How up to 128 integers are packed: equal width, with the few that are wider patched in.
///
/// Integers count from a reference (the smallest of them), or zig-zag from 0, whichever is smaller. The
/// layout is a byte (six bits of width, one for zig-zag, one for patches), the reference unless zig-zag,
/// two bytes with the number and width of patches if there are any, the column of low bits, the places of
/// the patches (a byte each) and the column of their high bits.
///
/// - Source: Zukowski, Héman, Nes & Boncz, *Super-scalar RAM-CPU cache compression* (PFOR), ICDE 2006;
///   Lemire & Boytsov, *Decoding billions of integers per second through vectorization*, 2015.
struct PackedBlock {
    /// The most integers of one block.
    static let size = 128

    /// Bits of each low part, 0 … 62 or 64.
    private var width = 0
    private var isZigZag = true
    private var reference: Int64 = 0
    private var patches = 0
    private var patchWidth = 0
    /// How many bytes the block takes.
    private(set) var bytes = 1

    private static let zigZagFlag: UInt8 = 0x40
    private static let patchFlag: UInt8 = 0x80

    /// The smallest form of some integers.
    init(for values: Span<Int64>) {
        var smallest = values[0]
        for i in values.indices { smallest = min(smallest, values[i]) }
        var signed = InlineArray<65, UInt8>(repeating: 0)
        var offset = InlineArray<65, UInt8>(repeating: 0)
        for i in values.indices {
            signed[64 - ZigZag.encode(values[i]).leadingZeroBitCount] += 1
            offset[64 - UInt64(bitPattern: values[i] &- smallest).leadingZeroBitCount] += 1
        }
        choose(&signed, count: values.count)
        var other = self
        other.isZigZag = false
        other.reference = smallest
        other.choose(&offset, count: values.count)
        if other.bytes < bytes { self = other }
    }

    /// Finds the width that costs least.
    ///
    /// - Parameter widths: How many integers need so many bits; inout to be read in place, and left as it is.
    private mutating func choose(_ widths: inout InlineArray<65, UInt8>, count: Int) {
        let head = 1 + (isZigZag ? 0 : PackedWriter.length(ofNumber: ZigZag.encode(reference)))
        var top = 64
        while top > 0, widths[top] == 0 { top -= 1 }
        width = top == 63 ? 64 : top
        patches = 0
        bytes = head + PackedWriter.length(ofColumn: count, width: width)
        var wider = 0
        for candidate in stride(from: top - 1, through: 0, by: -1) {
            wider += Int(widths[candidate + 1])
            if candidate == 63 { continue }
            let cost =
                head + 2 + wider + PackedWriter.length(ofColumn: count, width: candidate)
                + PackedWriter.length(ofColumn: wider, width: top - candidate)
            if cost < bytes {
                (width, patches, patchWidth, bytes) = (candidate, wider, top - candidate, cost)
            }
        }
    }

    /// Writes integers in this form.
    func write(_ values: Span<Int64>, to writer: inout PackedWriter) {
        var head = UInt8(min(width, 63))
        if isZigZag { head |= Self.zigZagFlag }
        if patches > 0 { head |= Self.patchFlag }
        writer.byte(head)
        if !isZigZag { writer.signed(reference) }
        var low = InlineArray<128, UInt64>(repeating: 0)
        for i in values.indices {
            low[i] = isZigZag ? ZigZag.encode(values[i]) : UInt64(bitPattern: values[i] &- reference)
        }
        if patches > 0 {
            writer.byte(UInt8(patches))
            writer.byte(UInt8(patchWidth))
        }
        writer.column(low.span.extracting(first: values.count), width: width)
        if patches > 0 { writePatches(low.span.extracting(first: values.count), to: &writer) }
    }

    private func writePatches(_ values: Span<UInt64>, to writer: inout PackedWriter) {
        var high = InlineArray<128, UInt64>(repeating: 0)
        var found = 0
        for i in values.indices where values[i] >> UInt64(width) != 0 {
            writer.byte(UInt8(i))
            high[found] = values[i] >> UInt64(width)
            found += 1
        }
        writer.column(high.span.extracting(first: found), width: patchWidth)
    }

    /// Reads the next block.
    ///
    /// - Parameters:
    ///   - values: Where the integers go, from `start` on.
    ///   - count: How many there are, 1 … 128.
    static func read(
        _ values: inout [Int64], from start: Int, count: Int, _ reader: inout PackedReader
    ) throws(StorageError) {
        let head = try reader.byte()
        let code = Int(head & 0x3F)
        let width = code == 63 ? 64 : code
        let isZigZag = head & zigZagFlag != 0
        let reference = isZigZag ? 0 : try reader.signed()
        var (patches, patchWidth) = (0, 0)
        if head & patchFlag != 0 {
            patches = Int(try reader.byte())
            patchWidth = Int(try reader.byte())
            guard 1...count ~= patches, patchWidth > 0, patchWidth + width <= 64 else {
                throw reader.corrupt("\(patches) patches of \(patchWidth) bits on \(width)")
            }
        }
        try reader.column(&values, from: start, count: count, width: width)
        if patches > 0 {
            let places = try reader.skip(patches)
            var high = [Int64](repeating: 0, count: patches)
            try reader.column(&high, from: 0, count: patches, width: patchWidth)
            for i in 0..<patches {
                let place = Int(reader.padded[places + i])
                guard place < count else { throw reader.corrupt("a patch at \(place) of \(count)") }
                values[start + place] |= high[i] << Int64(width)
            }
        }
        if isZigZag {
            for i in start..<start + count { values[i] = ZigZag.decode(UInt64(bitPattern: values[i])) }
        } else {
            for i in start..<start + count { values[i] &+= reference }
        }
    }
}
