/// The bytes behind the last whole record of a segment: is any whole record among them?
///
/// Every place could begin a record, and in columns of numbers most look as if they did. The checksum of any
/// stretch follows from the registers at both of its ends, so that a place costs a few products, not a pass.
struct JournalTail {
    private let bytes: [UInt8]
    /// How many zeros follow in the file.
    private let zeros: Int
    /// The register from 0 at every 32nd byte.
    private let marks: [UInt32]

    private static let stride = 32

    init(_ bytes: [UInt8], zeros: Int) {
        self.bytes = bytes
        self.zeros = zeros
        var marks: [UInt32] = []
        marks.reserveCapacity(bytes.count / Self.stride + 1)
        var register: UInt32 = 0
        let raw = bytes.span.bytes
        for start in Swift.stride(from: 0, through: bytes.count, by: Self.stride) {
            marks.append(register)
            let end = min(start + Self.stride, bytes.count)
            register = CRC32C.register(register, after: raw.extracting(start..<end))
        }
        self.marks = marks
    }

    /// Where the first whole record begins that is not at the beginning.
    ///
    /// - Complexity: O(*n* log *n*).
    func firstWholeRecord() -> Int? {
        let raw = bytes.span.bytes
        let end = bytes.count + zeros
        for place in 1..<max(bytes.count - Journal.frameHead + 1, 1) {
            let head = raw.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            let word = UInt64(littleEndian: head)
            let length = Int(word & 0xFFFF_FFFF)
            let start = place + Journal.frameHead
            guard 1...Journal.largestPayload ~= length, length <= end - start else { continue }
            let whole = CRC32C.register(~register(start), afterZeros: length) ^ register(start + length)
            if ~whole == UInt32(word >> 32) { return place }
        }
        return nil
    }

    /// The register from 0 after so many bytes.
    private func register(_ place: Int) -> UInt32 {
        guard place <= bytes.count else {
            return CRC32C.register(register(bytes.count), afterZeros: place - bytes.count)
        }
        let mark = place / Self.stride
        let rest = bytes.span.bytes.extracting(mark * Self.stride..<place)
        return CRC32C.register(marks[mark], after: rest)
    }
}
