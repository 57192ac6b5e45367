import Glibc
import Workload

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
