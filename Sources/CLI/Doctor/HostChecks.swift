import Glibc
import Networking
import Numerics
import TimeSeries

/// What the build, the processor and the system offer.
enum HostChecks {
    static func all() -> [Check] {
        [version, processor, blas, json, zones, openFiles, clock(seconds: Int64(time(nil)))]
    }

    private static var version: Check {
        #if DEBUG
            Check(
                "version", .warn, "bellwether \(Version.number), debug build",
                remedy: "it is many times slower; build with 'swift build -c release'")
        #else
            Check("version", "bellwether \(Version.number), release build")
        #endif
    }

    private static var processor: Check {
        let text = (try? FileInput.read("/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        return processor(cpuinfo: text, cores: cores)
    }

    /// What `/proc/cpuinfo` says, of x86-64 and of arm64.
    static func processor(cpuinfo: String, cores: Int) -> Check {
        var fields: [Substring: String] = [:]
        for line in cpuinfo.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let key = parts[0].reversed().drop { $0 == "\t" || $0 == " " }.reversed()
            let name = Substring(String(key))
            if fields[name] == nil { fields[name] = String(parts[1].drop { $0 == " " }) }
        }
        let flags = Set((fields["flags"] ?? fields["Features"] ?? "").split(separator: " "))
        let known: [Substring] = ["sse4_2", "avx", "avx2", "fma", "avx512f", "asimd", "sve"]
        let found = known.filter(flags.contains).joined(separator: " ")
        let finding =
            (fields["model name"].map { $0 + ", " } ?? "") + "\(cores) \(cores == 1 ? "core" : "cores")"
            + (found.isEmpty ? "" : ", " + found)
        guard !flags.isEmpty else {
            return Check("processor", .warn, finding, remedy: "its features are not in /proc/cpuinfo")
        }
        guard flags.contains("avx2") || flags.contains("asimd") else {
            return Check(
                "processor", .warn, finding,
                remedy: "models are slower without AVX2; give a virtual machine its host's CPU model")
        }
        return Check("processor", finding)
    }

    private static var blas: Check {
        let core = BLAS.coreName
        let generic = ["Generic", "Prescott", "Unknown", "ARMV8"].contains(core)
        return Check(
            "openblas", generic ? .warn : .ok, "kernels for \(core)",
            remedy: generic ? "these are general ones; OPENBLAS_CORETYPE chooses others" : nil)
    }

    private static var json: Check {
        let name = JSONDocument.implementation
        return Check(
            "simdjson", name == "fallback" ? .warn : .ok, name,
            remedy: name == "fallback" ? "JSON is read without vector instructions" : nil)
    }

    private static var zones: Check {
        do {
            _ = try TimeZone(named: "Europe/Berlin")
            return Check("time zones", "\(TimeZone.systemDirectory) is readable")
        } catch {
            return Check("time zones", .fail, "\(error)", remedy: "install tzdata ('apt-get install tzdata')")
        }
    }

    private static var openFiles: Check {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Check("open files", .warn, "the limit cannot be read")
        }
        let soft = limit.rlim_cur
        let text = soft == rlim_t.max ? "no limit" : "at most \(soft)"
        let state: Check.State = soft < 64 ? .fail : soft < 1024 ? .warn : .ok
        return Check(
            "open files", state, text,
            remedy: state == .ok ? nil : "each connection needs one; raise it with 'ulimit -n 4096'")
    }

    /// Whether the clock was ever set: Bellwether is younger than 2024.
    static func clock(seconds: Int64) -> Check {
        let now = Timestamp(milliseconds: seconds * 1_000)
        let isSet = TimeZone.utc.civil(at: now).date.year >= 2024
        return Check(
            "clock", isSet ? .ok : .fail, now.rfc3339,
            remedy: isSet ? nil : "set the clock, or let NTP set it")
    }
}
