import Workload

/// One entry of the list: a name, and what measures it.
struct Benchmark: Sendable {
    /// A path, such as `forecast/fit/ridge/n=1000`; a prefix of it selects.
    let name: String
    let run: @Sendable (inout Report, Session) throws(Failure) -> Void

    /// A function of this program, timed in place.
    ///
    /// - Parameters:
    ///   - unit: Operations in one call of the body.
    ///   - make: Makes the inputs, and what is timed.
    static func kernel(_ name: String, unit: Int = 1, _ make: @escaping @Sendable () -> () -> Void)
        -> Benchmark
    {
        Benchmark(name: name) { report, _ in
            let measured = Kernel(unit: unit, body: make()).measure()
            report.add(name, nanoseconds: measured.median, worst: measured.worst)
        }
    }
}

/// Why nothing could be measured.
typealias Failure = WorkloadFailure

/// What is timed over and over.
private struct Kernel {
    let unit: Int
    let body: () -> Void

    /// A round lasts at least this long, so that the clock does not matter.
    private static let shortestRound = 2e6
    /// All rounds together last about this long at most.
    private static let longest = 3e9
    private static let rounds = 5...21

    /// Median and worst of up to 21 rounds, in nanoseconds an operation.
    func measure() -> (median: Double, worst: Double) {
        body()
        let once = max(time(1), 1)
        let repeats = max(Int(Self.shortestRound / once), 1)
        let fitting = Int(Self.longest / (once * Double(repeats)))
        let rounds = min(max(fitting, Self.rounds.lowerBound), Self.rounds.upperBound)
        let times = (0..<rounds).map { _ in time(repeats) / Double(unit * repeats) }.sorted()
        return (times[rounds / 2], times[rounds - 1])
    }

    private func time(_ repeats: Int) -> Double {
        ContinuousClock().measure { for _ in 0..<repeats { body() } } / .nanoseconds(1)
    }
}

/// Takes a result, so that the work for it cannot be left out.
@inline(never)
func sink<T>(_ value: T) {
    withExtendedLifetime(value) {}
}
