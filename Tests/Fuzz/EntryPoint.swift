import Glibc
import Synchronization

// What libFuzzer calls. In the package's own builds nothing does; `.ci/fuzz` links them with it.

/// The slowest input so far.
private struct Slowest {
    var nanoseconds: Int64 = 0
    var bytes = 0
}

private let slowest = Mutex(Slowest())

private func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

private let current: FuzzTarget = {
    let name = setting("FUZZ_DECODER") ?? ""
    guard let target = FuzzCatalog.target(named: name) else {
        print(
            "FUZZ_DECODER is '\(name)'; it must be one of", FuzzCatalog.all.map(\.name).joined(separator: " ")
        )
        exit(2)
    }
    return target
}()

/// Writes the inputs to begin with into `FUZZ_SEEDS`, and sees to it that the slowest input is told at the end.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(
    _ count: UnsafeMutablePointer<CInt>?, _ words: UnsafeMutableRawPointer?
) -> CInt {
    if setting("FUZZ_LIST") != nil {
        for target in FuzzCatalog.all { print(target.name) }
        exit(0)
    }
    if let folder = setting("FUZZ_SEEDS"), let golden = setting("FUZZ_GOLDEN") {
        for (index, input) in current.inputs(golden: golden).enumerated() {
            guard FuzzFile.write(input, to: "\(folder)/seed-\(index)") else {
                print("\(folder) cannot be written to")
                exit(2)
            }
        }
    }
    atexit {
        let found = slowest.withLock { $0 }
        print("slowest input: \(found.nanoseconds / 1000) µs, \(found.bytes) bytes")
    }
    return 0
}

/// Reads one input and measures the time of the processor that it took.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let began = processorTime()
    current.read(bytes)
    let taken = processorTime() - began
    slowest.withLock { if taken > $0.nanoseconds { $0 = Slowest(nanoseconds: taken, bytes: count) } }
    return 0
}

private func processorTime() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
