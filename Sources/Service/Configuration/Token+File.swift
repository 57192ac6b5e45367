extension Token {
    /// The token in a file, without white space around it.
    ///
    /// - Parameters:
    ///   - mode: The file's permission bits.
    ///   - path: The name by which messages call the file.
    /// - Returns: The token, and what to warn about.
    /// - Throws: ``ConfigurationError`` for an empty file, for what no header can carry, and where others may write.
    static func read(
        _ bytes: [UInt8], mode: UInt32, path: String
    ) throws(ConfigurationError) -> (token: Token, warning: String?) {
        let bits = String(mode, radix: 8)
        guard mode & 0o022 == 0 else {
            throw ConfigurationError(
                place: path, message: "others may change the token file (mode \(bits)); chmod 600 it")
        }
        let blanks: Set<UInt8> = [9, 10, 13, 32]
        let text = Array(
            bytes.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed())
        guard !text.isEmpty else {
            throw ConfigurationError(place: path, message: "the token file is empty")
        }
        guard text.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ConfigurationError(
                place: path, message: "the token must be one word of ASCII letters, digits and punctuation")
        }
        let warning =
            mode & 0o004 == 0
            ? nil : "\(path): every user of this machine can read the token (mode \(bits)); chmod 600 it"
        return (Token(String(decoding: text, as: UTF8.self)), warning)
    }
}
