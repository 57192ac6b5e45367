internal import CRE2

/// A regular expression in RE2's syntax that a whole value must match; `.` matches a line end too.
///
/// Time is linear in the value, whatever the expression.
final class LabelPattern: Sendable {
    // Never written after `init`, and RE2 allows matching from any number of threads at once.
    private nonisolated(unsafe) let handle: OpaquePointer

    /// The most bytes an expression may have.
    static let mostBytes = 4_096
    /// The most bytes that RE2 may use for one; it refuses what needs more and keeps its caches within.
    static let memory = 1 << 20

    /// Why a text is no expression.
    struct Refusal: Error, Equatable {
        var reason: String
    }

    /// - Throws: ``Refusal`` with what RE2 says, and for an expression that is too long.
    init(_ pattern: [UInt8]) throws(Refusal) {
        guard pattern.count <= Self.mostBytes else {
            throw Refusal(reason: "longer than \(Self.mostBytes) bytes")
        }
        var message = [CChar](repeating: 0, count: 256)
        let compiled = pattern.withUnsafeBytes { bytes in
            cre2_compile(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, Self.memory, &message,
                message.count)
        }
        guard let compiled else {
            let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw Refusal(reason: String(decoding: text, as: UTF8.self))
        }
        handle = compiled
    }

    deinit { cre2_free(handle) }

    /// Whether the whole of a UTF-8 text matches.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.withMemoryRebound(to: CChar.self) { cre2_matches(handle, $0.baseAddress, $0.count) }
    }
}
