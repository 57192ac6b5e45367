internal import Synchronization

/// The right to answer one request, once, from any thread.
///
/// Let go without an answer, it answers 500: no client waits for ever.
public final class HTTPReply: Sendable {
    private let exchange: HTTPExchange
    private let isSent = Atomic(false)

    init(_ exchange: HTTPExchange) {
        self.exchange = exchange
    }

    deinit {
        guard !isSent.load(ordering: .acquiring) else { return }
        exchange.answer(exchange.failure(500, "The request was dropped without an answer."))
    }

    /// Answers; the first answer counts, and none after the server gave up waiting at its stop.
    public func send(_ response: HTTPResponse) {
        guard !isSent.exchange(true, ordering: .acquiringAndReleasing) else { return }
        exchange.answer(response)
    }

    /// Answers with a head now and a body that goes on; ``send(_:)`` has no effect any more.
    ///
    /// The body of `head` is not sent. The idle timeout does not end a stream; the stop of the server does, at its
    /// beginning.
    ///
    /// - Parameter capacity: The most bytes that wait for the client.
    /// - Returns: A stream that is over already when there was an answer, or the client is gone.
    public func stream(_ head: HTTPResponse, capacity: Int = 256 << 10) -> HTTPStream {
        let stream = HTTPStream(capacity: capacity)
        if isSent.exchange(true, ordering: .acquiringAndReleasing) {
            stream.end()
        } else {
            exchange.answer(head, stream)
        }
        return stream
    }
}
