internal import Networking

/// A receiver of the demonstration's messages: what somebody's own webhook would be.
final class DemoReceiver: Sendable {
    /// Where it takes messages.
    let url: String
    private let server: HTTPServer

    /// Listens on a free port of the loopback address.
    ///
    /// - Parameter secret: What messages are signed with.
    init(secret: String, log: Log) throws(NetworkingError) {
        server = try HTTPServer(
            HTTPServer.Configuration(), handler: Handler(secret: Array(secret.utf8), log: log))
        url = "http://127.0.0.1:\(server.port)/messages"
    }

    /// Ends.
    func stop() { server.stop(grace: .seconds(1)) }

    /// Checks the signature of each message and says in the log what it was told.
    private struct Handler: HTTPHandler {
        let secret: [UInt8]
        let log: Log

        func handle(_ request: HTTPRequest, reply: HTTPReply) {
            guard request.method == "POST", isSigned(request) else {
                return reply.send(HTTPResponse(status: 401))
            }
            if let event = try? JSONDocument(request.body).root {
                let data = event["data"]
                log.info(
                    "demo receiver: \(event["type"]?.string ?? "a message"): "
                        + (data?["title"]?.string ?? event["id"]?.string ?? ""))
                if let sentence = data?["sentence"]?.string { log.info("demo receiver: \(sentence)") }
            }
            reply.send(HTTPResponse(status: 204))
        }

        /// Whether the header `Bellwether-Signature: t=…,v1=…` is that of the body.
        private func isSigned(_ request: HTTPRequest) -> Bool {
            let fields = (request.header("bellwether-signature") ?? "").split(separator: ",")
            let named = { (name: String) in
                fields.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
            }
            guard let time = named("t="), let signature = named("v1=") else { return false }
            let wanted = Digest.hexadecimal(
                Digest.hmacSHA256(Array((time + ".").utf8) + request.body, key: secret))
            return Digest.areEqual(Array(wanted.utf8), Array(signature.utf8))
        }
    }
}
