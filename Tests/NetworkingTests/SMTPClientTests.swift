import Networking
import TestSupport
import Testing

@Suite(.serialized) struct SMTPClientTests {
    private let mail = Array("Subject: test\r\n\r\n.dot\r\n..two\r\nend\r\n".utf8)

    private func client(
        _ port: Int, _ adjust: (inout SMTPClient.Configuration) -> Void = { _ in }
    ) throws -> SMTPClient {
        var configuration = SMTPClient.Configuration()
        configuration.timeout = 10
        adjust(&configuration)
        return try SMTPClient(url: "smtp://127.0.0.1:\(port)", configuration: configuration)
    }

    private func failure(
        _ client: SMTPClient, from sender: String = "a@example.org",
        to recipients: [String] = ["b@example.org"]
    ) -> SMTPClientError? {
        do throws(SMTPClientError) {
            try client.send(mail, from: sender, to: recipients)
            return nil
        } catch {
            return error
        }
    }

    private func peer(_ change: (inout SMTPPeer.Manner) -> Void = { _ in }) throws -> SMTPPeer {
        var manner = SMTPPeer.Manner()
        change(&manner)
        return try SMTPPeer(manner)
    }

    @Test func `a mail arrives with its envelope and its dots`() throws {
        let peer = try peer()
        defer { peer.stop() }
        let client = try client(peer.port)
        #expect(failure(client, to: ["b@example.org", "c@example.org"]) == nil)
        #expect(failure(client) == nil)
        let mails = peer.mails
        #expect(mails.count == 2 && mails[0].text == String(decoding: mail, as: UTF8.self))
        let envelope = mails[0].commands.filter { !$0.hasPrefix("QUIT") }
        #expect(
            envelope == [
                "EHLO bellwether", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>",
                "RCPT TO:<c@example.org>",
                "DATA",
            ])
    }

    @Test(arguments: [("550 5.1.1 No such user", 550, false), ("451 4.7.1 Come back", 451, true)])
    func `a refused recipient is told with the server's words`(
        answer: String, code: Int, isTransient: Bool
    ) throws {
        let peer = try peer { $0.refusals = ["b@example.org": answer] }
        defer { peer.stop() }
        let error = try #require(failure(client(peer.port)))
        #expect(error == .declined(code: code, reply: String(answer.dropFirst(4))))
        #expect(error.isTransient == isTransient && "\(error)".contains(answer.dropFirst(4)))
        #expect(peer.mails.isEmpty)
    }

    @Test func `a refused recipient does not keep the mail from others`() throws {
        let peer = try peer { $0.refusals = ["b@example.org": "550 no"] }
        defer { peer.stop() }
        #expect(try failure(client(peer.port), to: ["b@example.org", "c@example.org"]) == nil)
        #expect(peer.mails.count == 1)
    }

    @Test(arguments: [("554 5.6.0 spam", false), ("452 4.3.1 disk is full", true)])
    func `a refused mail is told`(answer: String, isTransient: Bool) throws {
        let peer = try peer { $0.verdict = answer }
        defer { peer.stop() }
        let error = try #require(failure(client(peer.port)))
        #expect(error == .declined(code: isTransient ? 452 : 554, reply: String(answer.dropFirst(4))))
        #expect(error.isTransient == isTransient)
    }

    @Test func `a name and password are sent, and never told`() throws {
        // base64 of NUL, "ann", NUL, "s3cret"
        let peer = try peer { $0.login = "AGFubgBzM2NyZXQ=" }
        defer { peer.stop() }
        let right = try client(peer.port) {
            $0.username = "ann"
            $0.password = "s3cret"
        }
        #expect(failure(right) == nil && peer.mails.count == 1)
        let wrong = try client(peer.port) {
            $0.username = "ann"
            $0.password = "s3cret!"
        }
        let error = try #require(failure(wrong))
        #expect(error == .notAuthenticated(server: "127.0.0.1:\(peer.port)") && !error.isTransient)
        #expect(!"\(error)".contains("s3cret"))
    }

    @Test func `a server that is not there, or goes away, may come back`() throws {
        let port = try FreePort.next()
        let error = try failure(client(port))
        #expect(error == .refused(server: "127.0.0.1:\(port)") && error?.isTransient == true)
        let peer = try peer { $0.hangsUp = true }
        defer { peer.stop() }
        let lost = try #require(failure(client(peer.port)))
        guard case .connectionLost = lost else {
            Issue.record("\(lost)")
            return
        }
        #expect(lost.isTransient && peer.mails.isEmpty)
    }

    @Test(arguments: ["", "a", "a@", "@b", "a@b@c", "a b@c", "a@b>\r\nRCPT TO:<e@f", "é@b"])
    func `nothing can be smuggled into an envelope`(address: String) throws {
        let client = try client(9)
        #expect(failure(client, from: address) == .invalidAddress(index: 0))
        #expect(failure(client, to: ["b@example.org", address]) == .invalidAddress(index: 2))
    }

    @Test(arguments: [
        "", "mail:25", "http://mail", "smtp://", "smtp://:25", "smtp://u:secret@mail", "smtp://a/b c",
    ])
    func `an address that cannot be asked is refused`(url: String) {
        do throws(SMTPClientError) {
            _ = try SMTPClient(url: url)
            Issue.record("\(url) was taken")
        } catch {
            guard case .invalidURL = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!"\(error)".contains("secret"))
        }
    }
}
