/// The secret that clients send.
public struct Token: Sendable {
    private let bytes: [UInt8]

    /// - Precondition: Not empty.
    init(_ text: String) {
        precondition(!text.isEmpty, "an empty token")
        bytes = Array(text.utf8)
    }

    /// Whether a text is the token; how long it takes depends on the text's length alone.
    @inline(never)
    func equals(_ text: String) -> Bool {
        let text = Array(text.utf8)
        var difference = text.count ^ bytes.count
        for (index, byte) in text.enumerated() {
            difference |= Int(byte ^ bytes[index % bytes.count])
        }
        return difference == 0
    }
}
