internal import CCrypto

/// Digests of bytes, and their text.
public enum Digest {
    /// Bytes in a SHA-256 digest.
    private static let size = 32
    /// Bytes that SHA-256 takes in at a time.
    private static let block = 64

    /// The SHA-256 digest, 32 bytes.
    ///
    /// - Source: FIPS 180-4, section 6.2; computed by libcrypto.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var code: Int32 = 0
        let digest = [UInt8](unsafeUninitializedCapacity: size) { output, count in
            var length: UInt32 = 0
            code = bytes.withUnsafeBytes { input in
                EVP_Digest(input.baseAddress, input.count, output.baseAddress, &length, EVP_sha256(), nil)
            }
            count = code == 1 ? Int(length) : 0
        }
        precondition(digest.count == size, "libcrypto gave no SHA-256 digest (\(code))")
        return digest
    }

    /// The authentication code of a message under a secret key, 32 bytes, over SHA-256.
    ///
    /// - Source: RFC 2104, section 2.
    public static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var padded = key.count > block ? sha256(key) : key
        padded += [UInt8](repeating: 0, count: block - padded.count)
        let inner = sha256(padded.map { $0 ^ 0x36 } + message)
        return sha256(padded.map { $0 ^ 0x5C } + inner)
    }

    /// Two hexadecimal digits a byte, in lower case.
    public static func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether two codes are equal, in a time that does not depend on where they differ.
    public static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
