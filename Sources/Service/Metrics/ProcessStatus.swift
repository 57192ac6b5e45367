internal import Glibc

/// What the kernel says about this process; `nil` where it does not say.
struct ProcessStatus {
    var residentBytes: Double?
    var cpuSeconds: Double?
    var openFiles: Double?
    var maxFiles: Double?
    var startSeconds: Double?

    /// Asks the kernel. Some ten system calls and one directory listing.
    ///
    /// - Source: proc(5): `stat` fields 14, 15 (CPU ticks), 22 (start) and 24 (resident pages); `btime`.
    static func read() -> ProcessStatus {
        var status = ProcessStatus()
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        if let text = contents("/proc/self/stat"), let end = text.lastIndex(of: ")") {
            // The name of the program may hold spaces; the fields after it, from the third on, do not.
            let fields = text[end...].split(separator: " ").dropFirst().map { Double($0) ?? .nan }
            if fields.count > 21 {
                status.cpuSeconds = (fields[11] + fields[12]) / ticks
                status.residentBytes = fields[21] * Double(sysconf(Int32(_SC_PAGESIZE)))
                let boot = contents("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
                status.startSeconds = boot.flatMap { Double($0.dropFirst(6)) }.map { $0 + fields[19] / ticks }
            }
        }
        // The listing itself holds one open.
        status.openFiles = entries("/proc/self/fd").map { Double($0 - 1) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            status.maxFiles = limit.rlim_cur == .max ? .infinity : Double(limit.rlim_cur)
        }
        return status
    }

    private static func contents(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
            bytes += buffer[..<count]
        }
    }

    private static func entries(_ path: String) -> Int? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count - 2  // without "." and ".."
    }
}
