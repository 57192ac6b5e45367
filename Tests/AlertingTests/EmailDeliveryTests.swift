import Alerting
import TestSupport
import Testing

@Suite(.serialized) struct EmailDeliveryTests {
    private func email(_ port: Int) throws -> any Notifier {
        var options = NotifierOptions()
        options.texts = ["from": "bell@example.org", "smtp": "smtp://127.0.0.1:\(port)"]
        options.lists["to"] = ["ann@example.org"]
        let channel = try #require(NotifierCatalog.named("email")).make(options)
        guard case .each(let notifier) = channel else {
            throw NotifierError(key: "email", reason: "a picture")
        }
        return notifier
    }

    private func failure(_ email: any Notifier, _ payload: [UInt8]) -> NotifierFailure? {
        do throws(NotifierFailure) {
            try email.send(payload, id: "incident-17-opened", now: Sample.noon)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a mail arrives as it was made`() throws {
        let peer = try SMTPPeer()
        defer { peer.stop() }
        let email = try email(peer.port)
        let payload = email.payload(for: Sample.message())
        #expect(failure(email, payload) == nil)
        #expect(peer.mails.map(\.text) == [String(decoding: payload, as: UTF8.self)])
    }

    @Test func `a refused recipient is refused for good, a missing server is not`() throws {
        var manner = SMTPPeer.Manner()
        manner.refusals = ["ann@example.org": "550 5.1.1 No such user"]
        let peer = try SMTPPeer(manner)
        defer { peer.stop() }
        #expect(
            failure(try email(peer.port), [13, 10])
                == .rejected(
                    reason: "the mail server declined with 550: 5.1.1 No such user", isGone: false))
        guard case .retryLater(_, nil, nil) = failure(try email(FreePort.next()), [13, 10]) else {
            Issue.record("given up")
            return
        }
    }
}
