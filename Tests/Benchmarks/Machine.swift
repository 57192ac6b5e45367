import Glibc

/// Where and how the numbers came about: the first line of every table.
struct Machine: CustomStringConvertible {
    let description: String

    init() {
        let models = (TextFile.read("/proc/cpuinfo") ?? "").split(separator: "\n")
        let model = models.first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? " unknown CPU"
        let load = (TextFile.read("/proc/loadavg") ?? "?").split(separator: " ").first ?? "?"
        description =
            "\(model.drop { $0 == " " }), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, load average \(load) "
            + "at the start, release build"
    }
}

/// Small files of the system.
enum TextFile {
    /// The text of a file, at most 1 MiB of it; `nil` when it cannot be opened.
    static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress! + count, room) }
            guard got > 0 else { break }
            count += got
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
