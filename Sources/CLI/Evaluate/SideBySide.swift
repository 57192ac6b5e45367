import Networking
import Synchronization

/// Work side by side.
enum Side {
    /// The results in the order of the items, whoever did them.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], threads: Int, _ body: @escaping @Sendable (Item) -> Result
    ) throws -> [Result] {
        guard threads > 1 else { return items.map(body) }
        let state = Mutex((next: 0, results: [Result?](repeating: nil, count: items.count)))
        let work: @Sendable () -> Void = {
            while let index = state.withLock({ state -> Int? in
                guard state.next < items.count else { return nil }
                state.next += 1
                return state.next - 1
            }) {
                let result = body(items[index])
                state.withLock { $0.results[index] = result }
            }
        }
        let waits = (0..<threads).compactMap { _ in startThread(work) }
        guard !waits.isEmpty else { throw Failure("the system has no thread for this") }
        for wait in waits { wait() }
        return state.withLock { $0.results.compactMap { $0 } }
    }
}
