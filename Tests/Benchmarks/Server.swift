import Glibc

/// `bellwether serve` on a free port, the binary beside this one; ended when its owner lets go.
final class Server: Sendable {
    let port: UInt16
    let startNanoseconds: Double
    private let process: Process
    private let directory: Directory

    private static let patience = Duration.seconds(20)
    private static let pollMicroseconds: UInt32 = 500

    /// Starts it, and waits until it says that it is ready.
    ///
    /// - Parameter options: Further settings, as flags.
    init(_ options: [String] = []) throws(Failure) {
        let binary = try Self.folder() + "/bellwether"
        guard access(binary, X_OK) == 0 else {
            throw Failure("no bellwether beside this program; make bench builds both")
        }
        let directory = try Directory()
        let port = try freePort()
        let clock = ContinuousClock()
        let begin = clock.now
        let process = try Process(
            binary,
            ["serve", "--listen", "127.0.0.1:\(port)", "--data", directory.path, "--log-level", "warning"]
                + options)
        while !Self.isReady(port) {
            guard clock.now - begin < Self.patience, waitpid(process.pid, nil, WNOHANG) == 0 else {
                throw Failure("bellwether serve did not become ready")
            }
            usleep(Self.pollMicroseconds)
        }
        startNanoseconds = (clock.now - begin) / .nanoseconds(1)
        self.port = port
        self.directory = directory
        self.process = process
    }

    var residentMegabytes: Double? { process.residentMegabytes }
    var cpuSeconds: Double? { process.cpuSeconds }

    /// Seconds spent so far in each stage of predictions, by its name.
    func stages() throws(Failure) -> [String: Double] {
        try metrics().labelled("bellwether_predict_stage_seconds_total", "stage")
    }

    /// What the service counts about itself now.
    func metrics() throws(Failure) -> ServiceMetrics {
        var connection = try Connection(port: port)
        return ServiceMetrics(try connection.exchange(RequestBytes.get("/metrics")).body)
    }

    /// Brings everything into the database.
    func checkpoint() throws(Failure) {
        var connection = try Connection(port: port)
        let answer = try connection.exchange(RequestBytes.post("/api/v1/checkpoint", json: ""))
        guard answer.status == 200 else { throw Failure("checkpoint: status \(answer.status)") }
    }

    /// Bytes of the files of its data directory, by their name.
    func files() -> [String: Int] {
        var files: [String: Int] = [:]
        for folder in [directory.path, directory.path + "/journal"] {
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
    static func folder() throws(Failure) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        let path = String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else { throw Failure("no /proc/self/exe") }
        return String(path[..<slash])
    }

    /// Where the service keeps its files; gone with its owner.
    private struct Directory: ~Copyable {
        let path: String
        init() throws(Failure) { path = try Children.makeDirectory() }
        deinit { Children.remove(path) }
    }
}
