import Evaluation
import Glibc
import Networking
import Synchronization

/// Does the jobs of a back-test, on one thread or several, and tells how far it is.
final class EvaluationRun<Score: Sendable>: Sendable {
    /// What is to be done, each job by its number.
    struct Work: Sendable {
        /// How many jobs there are.
        var jobs: Int
        /// What one of them is, such as `forecast`.
        var noun: String
        /// The set and the method of a job.
        var title: @Sendable (Int) -> (set: String, method: String)
        /// Does a job; the clock is CPU milliseconds of the calling thread.
        var run: @Sendable (Int, () -> Double) -> Score
    }

    private struct State {
        var next = 0
        var done = 0
        var scores: [Score?]
    }

    private let test: Work
    private let threads: Int
    private let console: Console
    private let progress: ProgressBar
    private let state: Mutex<State>

    init(_ test: Work, threads: Int, _ console: Console) {
        (self.test, self.threads, self.console) = (test, threads, console)
        progress = ProgressBar(console)
        state = Mutex(State(scores: Array(repeating: nil, count: test.jobs)))
    }

    /// Does every job. The scores are in the order of the jobs, whoever did them.
    ///
    /// - Throws: ``Failure`` when the system has no thread at all.
    func scores() throws(Failure) -> [Score] {
        if threads == 1 {
            work()
        } else {
            let waits = (0..<threads).compactMap { _ in startThread { self.work() } }
            guard !waits.isEmpty else { throw Failure("the system has no thread for the evaluation") }
            for wait in waits { wait() }
        }
        progress.clear()
        return state.withLock { $0.scores.compactMap { $0 } }
    }

    /// Takes one job after the other until there is none.
    private func work() {
        while let index = take() {
            let score = test.run(index, Self.threadMilliseconds)
            let done = state.withLock { state in
                state.scores[index] = score
                state.done += 1
                return state.done
            }
            let title = test.title(index)
            progress.show(
                title.set, share: Double(done) / Double(test.jobs), "\(done)/\(test.jobs) \(title.method)")
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.next < test.jobs else { return nil }
            defer { state.next += 1 }
            if !console.errorIsTerminal { tell(state.next) }
            return state.next
        }
    }

    /// Where no bar can be drawn, a line says which set begins.
    private func tell(_ index: Int) {
        let set = test.title(index).set
        guard index == 0 || test.title(index - 1).set != set else { return }
        console.note("\(set): \(test.noun) \(index + 1) of \(test.jobs)")
    }

    /// CPU time of the calling thread.
    private static func threadMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}

extension Backtest {
    /// What there is to do.
    var work: EvaluationRun<CaseScore>.Work {
        EvaluationRun.Work(
            jobs: jobs.count, noun: "forecast",
            title: { index in
                let title = title(of: jobs[index])
                return (title.set, title.method)
            },
            run: { index, clock in run(jobs[index], clock: clock) })
    }
}

extension DetectionBacktest {
    /// What there is to do.
    var work: EvaluationRun<DetectionScore>.Work {
        EvaluationRun.Work(
            jobs: jobs.count, noun: "detection",
            title: { index in
                let title = title(of: jobs[index])
                return (title.dataset, title.method)
            },
            run: { index, clock in run(jobs[index], clock: { 1000 * clock() }) })
    }
}

extension CalibrationStudy {
    /// What there is to do.
    var work: EvaluationRun<Outcome>.Work {
        EvaluationRun.Work(
            jobs: jobs.count, noun: "series", title: { index in (title(of: jobs[index]), "calibration") },
            run: { index, _ in run(jobs[index]) })
    }
}
