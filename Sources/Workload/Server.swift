import Glibc

/// `bellwether serve` on a free port, the binary beside this one; ended when its owner lets go.
package final class Server: Sendable {
    /// Where it listens.
    package let port: UInt16
    /// From the start of the process to its first answer that it is ready.
    package let startNanoseconds: Double
    private let process: Process
    private let directory: Directory

    private static let patience = Duration.seconds(120)
    private static let pollMicroseconds: UInt32 = 500
    /// Seconds that all series may take: to be stored, or scored again.
    private static let longestWork = 600

    /// Starts it, and waits until it says that it is ready.
    ///
    /// - Parameters:
    ///   - options: Further settings, as flags.
    ///   - metrics: Definitions, as a file of the configuration has them; none when empty.
    ///   - earlier: One that is over, whose data it goes on with.
    package init(
        _ options: [String] = [], metrics: String = "", after earlier: Server? = nil
    ) throws(WorkloadFailure) {
        let binary = try Self.folder() + "/bellwether"
        guard access(binary, X_OK) == 0 else {
            throw WorkloadFailure("no program named bellwether beside this one; make bench builds both")
        }
        let directory = if let earlier { earlier.directory } else { try Directory() }
        var options = options
        if !metrics.isEmpty {
            try TextFile.write(metrics, directory.path + "/bench.yaml")
            options += ["--config", directory.path + "/bench.yaml"]
        }
        let port = try freePort()
        let clock = ContinuousClock()
        let begin = clock.now
        let process = try Process(
            binary,
            [
                "serve", "--listen", "127.0.0.1:\(port)", "--data", directory.path + "/data", "--log-level",
                "warning",
            ] + options)
        while !Self.isReady(port) {
            guard clock.now - begin < Self.patience, waitpid(process.pid, nil, WNOHANG) == 0 else {
                throw WorkloadFailure("bellwether serve did not become ready")
            }
            usleep(Self.pollMicroseconds)
        }
        startNanoseconds = (clock.now - begin) / .nanoseconds(1)
        self.port = port
        self.directory = directory
        self.process = process
    }

    /// Its process.
    var pid: Int32 { process.pid }
    /// Its memory in RAM, in MB; `nil` when it is gone.
    package var residentMegabytes: Double? { Process.residentMegabytes(of: process.pid) }
    /// The processor time it spent, in seconds; `nil` when it is gone.
    package var cpuSeconds: Double? { Process.cpuSeconds(of: process.pid) }

    /// Ends it at once, as a crash does; its data stay until nobody needs them.
    package func crash() { process.crash() }

    /// Seconds spent so far in each stage of predictions, by its name.
    package func stages() throws(WorkloadFailure) -> [String: Double] {
        try metrics().labelled("bellwether_predict_stage_seconds_total", "stage")
    }

    /// What the service counts about itself now.
    package func metrics() throws(WorkloadFailure) -> ServiceMetrics {
        var connection = try Connection(port: port)
        return ServiceMetrics(try connection.exchange(RequestBytes.get("/metrics")).body)
    }

    /// Waits until all that was accepted is scored: so does whoever asks for anomalies.
    package func waitForScores() throws(WorkloadFailure) {
        var connection = try Connection(port: port, patienceSeconds: Self.longestWork)
        let answer = try connection.exchange(RequestBytes.get("/api/v1/anomalies?limit=1"))
        guard answer.status == 200 else { throw WorkloadFailure("anomalies: status \(answer.status)") }
    }

    /// Brings everything into the database.
    package func checkpoint() throws(WorkloadFailure) {
        var connection = try Connection(port: port, patienceSeconds: Self.longestWork)
        let answer = try connection.exchange(RequestBytes.post("/api/v1/checkpoint", json: ""))
        guard answer.status == 200 else { throw WorkloadFailure("checkpoint: status \(answer.status)") }
    }

    /// Bytes of the files of its data directory, by their name.
    package func files() -> [String: Int] {
        var files: [String: Int] = [:]
        for folder in [directory.path + "/data", directory.path + "/data/journal"] {
            guard let entries = opendir(folder) else { continue }
            defer { closedir(entries) }
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                var status = stat()
                guard stat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                    continue
                }
                files[name] = Int(status.st_size)
            }
        }
        return files
    }

    private static func isReady(_ port: UInt16) -> Bool {
        guard var connection = try? Connection(port: port) else { return false }
        return (try? connection.exchange(RequestBytes.get("/-/ready")).status) == 200
    }

    /// Where this program lies.
    package static func folder() throws(WorkloadFailure) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            let name = bytes.bindMemory(to: CChar.self)
            return name.baseAddress.map { readlink("/proc/self/exe", $0, name.count) } ?? -1
        }
        let path = String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else { throw WorkloadFailure("no /proc/self/exe") }
        return String(path[..<slash])
    }

    /// Where the service keeps its files; gone with its owner.
    private final class Directory: Sendable {
        let path: String
        init() throws(WorkloadFailure) { path = try Children.makeDirectory() }
        deinit { Children.remove(path) }
    }
}
