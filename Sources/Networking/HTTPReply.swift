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
}
