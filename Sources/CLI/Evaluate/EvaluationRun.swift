import Evaluation
import Glibc
import Networking
import Synchronization

/// Does the jobs of a back-test, on one thread or several, and tells how far it is.
final class EvaluationRun: Sendable {
    private struct State {
        var next = 0
        var done = 0
        var scores: [CaseScore?]
    }

    private let test: Backtest
    private let threads: Int
    private let console: Console
    private let progress: ProgressBar
    private let state: Mutex<State>

    init(_ test: Backtest, threads: Int, _ console: Console) {
        (self.test, self.threads, self.console) = (test, threads, console)
        progress = ProgressBar(console)
        state = Mutex(State(scores: Array(repeating: nil, count: test.jobs.count)))
    }

    /// Does every job and sums up. The scores are in the order of the jobs, whoever did them.
    ///
    /// - Throws: ``Failure`` when the system has no thread at all.
    func report() throws(Failure) -> ForecastReport {
        if threads == 1 {
            work()
        } else {
            let waits = (0..<threads).compactMap { _ in startThread { self.work() } }
            guard !waits.isEmpty else { throw Failure("the system has no thread for the evaluation") }
            for wait in waits { wait() }
        }
        progress.clear()
        return test.report(state.withLock { $0.scores.compactMap { $0 } })
    }

    /// Takes one job after the other until there is none.
    private func work() {
        while let index = take() {
            let score = test.run(test.jobs[index], clock: Self.threadMilliseconds)
            let done = state.withLock { state in
                state.scores[index] = score
                state.done += 1
                return state.done
            }
            let title = test.title(of: test.jobs[index])
            progress.show(
                title.set, share: Double(done) / Double(test.jobs.count),
                "\(done)/\(test.jobs.count) \(title.method)")
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.next < test.jobs.count else { return nil }
            defer { state.next += 1 }
            if !console.errorIsTerminal { tell(state.next) }
            return state.next
        }
    }

    /// Where no bar can be drawn, a line says which set begins.
    private func tell(_ index: Int) {
        let set = test.title(of: test.jobs[index]).set
        guard index == 0 || test.title(of: test.jobs[index - 1]).set != set else { return }
        console.note("\(set): forecast \(index + 1) of \(test.jobs.count)")
    }

    /// CPU time of the calling thread.
    private static func threadMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}
