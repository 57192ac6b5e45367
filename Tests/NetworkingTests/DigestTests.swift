import Networking
import Testing

@Suite struct DigestTests {
    private func sha256(_ text: String) -> String { Digest.hexadecimal(Digest.sha256(Array(text.utf8))) }

    private func hmac(_ message: [UInt8], _ key: [UInt8]) -> String {
        Digest.hexadecimal(Digest.hmacSHA256(message, key: key))
    }

    /// FIPS 180-4's examples, as NIST publishes them with intermediate values (SHA256.pdf), and the empty message.
    @Test func `digests are those of the standard`() {
        #expect(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            sha256(String(repeating: "a", count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    /// RFC 4231, sections 4.2 to 4.4, 4.7 and 4.8.
    @Test func `authentication codes are those of the RFC`() {
        #expect(
            hmac(Array("Hi There".utf8), [UInt8](repeating: 0x0B, count: 20))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            hmac(Array("what do ya want for nothing?".utf8), Array("Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            hmac([UInt8](repeating: 0xDD, count: 50), [UInt8](repeating: 0xAA, count: 20))
                == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
        let long = [UInt8](repeating: 0xAA, count: 131)
        #expect(
            hmac(Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), long)
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        let text =
            "This is a test using a larger than block-size key and a larger than block-size data. "
            + "The key needs to be hashed before being used by the HMAC algorithm."
        #expect(
            hmac(Array(text.utf8), long) == "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        )
        // An empty key and message: the code that `openssl dgst -sha256 -hmac ''` gives.
        #expect(hmac([], []) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func `bytes read as hexadecimal digits`() {
        #expect(Digest.hexadecimal([]) == "")
        #expect(Digest.hexadecimal([0, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
    }

    @Test func `codes are compared`() {
        #expect(Digest.areEqual([], []) && Digest.areEqual([1, 2], [1, 2]))
        #expect(!Digest.areEqual([1, 2], [1, 3]) && !Digest.areEqual([1], [1, 2]))
    }
}
