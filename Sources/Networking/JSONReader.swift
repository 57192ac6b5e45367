internal import CSimdjson

/// A parsed JSON text.
///
/// - Source: Langdale & Lemire, *Parsing gigabytes of JSON per second*, VLDB Journal 28, 2019 (simdjson).
public final class JSONDocument: @unchecked Sendable {  // Nothing is written after `init`.
    let handle: OpaquePointer
    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>

    /// What a text may be.
    public struct Limits: Sendable, Equatable {
        /// How many containers may stand inside each other, at least 1.
        public var depth: Int
        /// Whether an object may have a key twice; a lookup then finds the first.
        public var allowsDuplicateKeys: Bool

        /// 64 levels and no duplicate keys, unless said otherwise.
        public init(depth: Int = 64, allowsDuplicateKeys: Bool = false) {
            self.depth = depth
            self.allowsDuplicateKeys = allowsDuplicateKeys
        }
    }

    /// Parses a whole text, which is copied.
    ///
    /// Integers beyond 64 bits are read as doubles.
    ///
    /// - Throws: ``JSONError`` at the first offending byte.
    /// - Complexity: O(*n*) in bytes; at most some 20 bytes of memory per byte of text until it returns, then 10.
    public convenience init(_ text: [UInt8], limits: Limits = Limits()) throws(JSONError) {
        let outcome = text.withUnsafeBufferPointer { Self.parse($0, limits) }
        self.init(handle: try outcome.get())
    }

    private init(handle: OpaquePointer) {
        self.handle = handle
        tape = csimdjson_tape(handle)
        strings = csimdjson_strings(handle)
    }

    deinit { csimdjson_free(handle) }

    /// The instruction set that simdjson chose for this processor, such as `haswell`; `fallback` for none.
    public static var implementation: String { String(cString: csimdjson_implementation()) }

    /// The outermost value.
    public var root: JSONValue { JSONValue(document: self, index: 1) }

    private static func parse(
        _ text: UnsafeBufferPointer<UInt8>, _ limits: Limits
    ) -> Result<OpaquePointer, JSONError> {
        var message: UnsafePointer<CChar>?
        if let handle = csimdjson_parse(text.baseAddress, text.count, max(1, limits.depth), &message) {
            if limits.allowsDuplicateKeys || !csimdjson_has_duplicate_keys(handle) { return .success(handle) }
            csimdjson_free(handle)
        }
        // simdjson says neither where nor, precisely, what; the slow way does.
        var scanner = JSONScanner(text, limits)
        switch scanner.scan() {
        case .failure(let error):
            return .failure(error)
        case .success(let bigIntegerEnds):
            let reason = message.map { String(cString: $0) } ?? "refused"
            guard !bigIntegerEnds.isEmpty else {
                return .failure(JSONError(.refused(reason), at: 0, in: text))
            }
            // simdjson takes no integer beyond 64 bits; the same digits with an exponent are a double.
            let rewritten = insert(Array("e0".utf8), at: bigIntegerEnds, into: text)
            let handle = rewritten.withUnsafeBufferPointer {
                csimdjson_parse($0.baseAddress, $0.count, max(1, limits.depth), &message)
            }
            return handle.map { .success($0) } ?? .failure(JSONError(.refused(reason), at: 0, in: text))
        }
    }

    private static func insert(
        _ addition: [UInt8], at places: [Int], into text: UnsafeBufferPointer<UInt8>
    ) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + places.count * addition.count)
        var start = 0
        for place in places {
            result += text[start..<place]
            result += addition
            start = place
        }
        return result + text[start...]
    }
}

/// The UTF-8 of one string of the document.
extension JSONDocument {
    func utf8(at index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = strings + Int(tape[index] & 0x00FF_FFFF_FFFF_FFFF)
        let count = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
        return UnsafeBufferPointer(start: start + 4, count: Int(count))
    }

    /// The tape index after the value that starts at an index.
    func index(after index: Int) -> Int {
        switch UInt8(tape[index] >> 56) {
        case UInt8(ascii: "["), UInt8(ascii: "{"): Int(tape[index] & 0xFFFF_FFFF)
        case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index + 2
        default: index + 1
        }
    }
}
