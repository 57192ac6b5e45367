import Testing

@testable import Networking

@Test(arguments: [
    ("smtp://127.0.0.1:25", "s", false), ("smtp://localhost", "s", false), ("smtp://[::1]:2525", "s", false),
    ("smtp://mail.example.org", "s", true), ("smtp://mail.example.org:587", "s", true),
    ("smtps://10.0.0.1", "s", true), ("smtp://mail.example.org", "", false),
])
func `a password leaves this machine over TLS alone`(url: String, password: String, requiresTLS: Bool) throws
{
    var configuration = SMTPClient.Configuration()
    configuration.username = password.isEmpty ? "" : "ann"
    configuration.password = password
    #expect(try SMTPClient(url: url, configuration: configuration).requiresTLS == requiresTLS)
}
