import Forecasting
import Synchronization

/// The work of one training as its threads share it: how much is done, and whether it is still wanted.
final class TrainingWork: Sendable {
    private let progress: FitProgress
    private let pace: @Sendable () -> Void
    private let total: Int
    private let state = Mutex(State())

    private struct State {
        var done = 0
        var isCancelled = false
    }

    init(total: Int, progress: FitProgress, pace: @escaping @Sendable () -> Void) {
        self.total = total
        self.progress = progress
        self.pace = pace
    }

    /// Whether the caller has had enough.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// What a fit inside the work is told: to stop with it.
    var inner: FitProgress {
        FitProgress(while: { [self] in
            if isCancelled { return false }
            guard (try? progress.checkpoint()) == nil else { return true }
            cancel()
            return false
        })
    }

    /// Nothing more is wanted.
    func cancel() {
        state.withLock { $0.isCancelled = true }
    }

    /// Counts units as done, reports them in order, and makes room for others.
    ///
    /// - Throws: ``ForecastError/cancelled``.
    func finish(_ units: Int = 1) throws(ForecastError) {
        let goesOn = state.withLock { state in
            guard !state.isCancelled else { return false }
            state.done += units
            state.isCancelled = (try? progress.advance(to: state.done, of: total)) == nil
            return !state.isCancelled
        }
        guard goesOn else { throw .cancelled }
        pace()
    }
}
