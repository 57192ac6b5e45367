import Networking
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1:8720", "127.0.0.1", 8720), ("[::1]:8720", "::1", 8720), ("0.0.0.0:0", "0.0.0.0", 0),
        ("localhost:65535", "localhost", 65535), ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
    ])
    func `addresses are read and written alike`(text: String, host: String, port: Int) throws {
        let address = try Address(parsing: text)
        #expect(address == Address(host: host, port: port) && address.description == text)
    }

    @Test(
        arguments: [
            ("", .empty), (":8720", .hostMissing(":8720")), ("127.0.0.1", .portMissing("127.0.0.1")),
            ("127.0.0.1:", .portMissing("127.0.0.1:")), ("[::1]", .portMissing("[::1]")),
            ("a:65536", .portMalformed("65536")), ("a:-1", .portMalformed("-1")),
            ("a:+1", .portMalformed("+1")),
            ("a:1x", .portMalformed("1x")),
            ("a:99999999999999999999", .portMalformed("99999999999999999999")),
            ("::1:8720", .bracketsMissing("::1:8720")), ("[::g]:1", .hostMalformed("::g")),
            ("[]:1", .hostMalformed("[]")), ("a b:1", .hostMalformed("a b")),
            ("http://x:1", .bracketsMissing("http://x:1")),
        ] as [(String, AddressError)])
    func `what is no address says why`(text: String, error: AddressError) {
        #expect(throws: error) { try Address(parsing: text) }
    }

    @Test func `a missing host comes with the remedy`() {
        #expect("\(AddressError.hostMissing(":80"))".contains("127.0.0.1:80"))
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true),
        ("LocalHost", true),
        ("0.0.0.0", false), ("::", false), ("192.168.1.1", false), ("::ffff:10.0.0.1", false),
        ("example.org", false),
        ("::1%lo", true), ("", false),
    ])
    func `loopback is told from the rest`(host: String, isLoopback: Bool) {
        #expect(Address(host: host, port: 1).isLoopback == isLoopback)
    }
}
