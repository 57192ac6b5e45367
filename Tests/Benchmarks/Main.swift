import Glibc
import Workload

/// Measures; `make bench` runs it, `make bench ONLY=detect/` a part of it.
@main
enum Main {
    static let benchmarks: [Benchmark] =
        Kernels.all + StorageBenchmarks.all + StoreBenchmarks.all + IngestBenchmarks.all
        + TrainingBenchmarks.all + FleetBenchmarks.all
        + ServiceBenchmarks.all + ServiceIngestBenchmarks.all + PeerIngestBenchmarks.all + PeerBenchmarks.all

    static func main() {
        do throws(Failure) {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            complain(error.description)
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws(Failure) {
        #if DEBUG
            throw Failure("a debug build measures nothing; use make bench")
        #else
            let session = try Session(arguments)
            let chosen = benchmarks.filter { session.selects($0.name) }
            guard !chosen.isEmpty else {
                throw Failure("no benchmark begins with \(session.prefixes.joined(separator: " or "))")
            }
            if session.listsOnly {
                for benchmark in chosen { print(benchmark.name) }
                return
            }
            Children.endOnSignals()
            var report = Report(machine: Machine())
            for benchmark in chosen { try benchmark.run(&report, session) }
        #endif
    }

    private static func complain(_ text: String) {
        let line = Array("bellwether: \(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
