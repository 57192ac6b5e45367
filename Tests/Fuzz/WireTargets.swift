import Ingest
import Networking
import TimeSeries

/// The most bytes that a compressed input may become.
private let expandedLimit = 4 << 20

private let someSeries: [(labels: Labels, points: [Point])] = (0..<3).map { index in
    let points = (0..<5).map { step in
        Point(milliseconds: 1_764_547_200_000 + Int64(step) * 15_000, value: Double(step * index) / 4)
    }
    return (Labels(metric: "fuzz_\(index)"), points)
}

private let remoteWrite: [UInt8] = {
    var encoder = RemoteWriteEncoder()
    for one in someSeries { encoder.append(one.labels, one.points) }
    return encoder.bytes
}()

private let remoteWrite2: [UInt8] = {
    var encoder = RemoteWrite2Encoder()
    for one in someSeries { encoder.append(one.labels, one.points) }
    return encoder.bytes
}()

/// Compressed blocks: undone, and read as the requests that come in them.
private func readExpanded(_ expanded: [UInt8]) {
    if let decoded = try? PrometheusRemoteWrite.decode(expanded) { Soundness.check(decoded) }
    if let decoded = try? PrometheusRemoteWrite2.decode(expanded) { Soundness.check(decoded) }
}

/// Requests in binary, and what they are compressed with.
let wireTargets: [FuzzTarget] = [
    FuzzTarget("snappy", seeds: [Snappy.compress(remoteWrite), Snappy.compress(remoteWrite2)]) { bytes in
        guard let expanded = try? Snappy.decompress(bytes, limit: expandedLimit) else { return }
        let again = try? Snappy.decompress(Snappy.compress(expanded), limit: expanded.count)
        require(again == expanded, "\(expanded.count) bytes do not come back")
        readExpanded(expanded)
    },
    FuzzTarget("gzip", seeds: [remoteWrite, remoteWrite2].compactMap { try? ContentCoding.gzip.encode($0) }) {
        guard let expanded = try? ContentCoding.gzip.decode($0, limit: expandedLimit) else { return }
        require(expanded.count <= expandedLimit, "\(expanded.count) bytes, at most \(expandedLimit)")
    },
    FuzzTarget("zstd", seeds: [remoteWrite, remoteWrite2].compactMap { try? Zstandard.compress($0) }) {
        guard let expanded = try? Zstandard.decompress($0, limit: expandedLimit) else { return }
        require(expanded.count <= expandedLimit, "\(expanded.count) bytes, at most \(expandedLimit)")
    },
    FuzzTarget(
        "remote-write", seeds: [remoteWrite],
        golden: [GoldenSeeds(file: "remote-write.json", key: "bytes", isHex: true)]
    ) { bytes in
        guard let decoded = try? PrometheusRemoteWrite.decode(bytes) else { return }
        Soundness.check(decoded)
    },
    FuzzTarget(
        "remote-write-2", seeds: [remoteWrite2],
        golden: [GoldenSeeds(file: "remote-write-2.json", key: "bytes", isHex: true)]
    ) { bytes in
        guard let decoded = try? PrometheusRemoteWrite2.decode(bytes) else { return }
        Soundness.check(decoded)
    },
    FuzzTarget(
        "otlp-protobuf", golden: [GoldenSeeds(file: "otlp-metrics.json", key: "bytes", isHex: true)]
    ) { readOTLP($0, .protobuf) },
    FuzzTarget("otlp-json", golden: [GoldenSeeds(file: "otlp-metrics.json", key: "json")]) {
        readOTLP($0, .json)
    },
]

/// Reads a request twice with one memory, as a sender that repeats itself; the second must be sound too.
private func readOTLP(_ bytes: [UInt8], _ encoding: OTLPMetrics.Encoding) {
    var memory = OTLPMemory(mostSeries: 64)
    for _ in 0..<2 {
        guard
            let decoded = try? OTLPMetrics.decode(
                bytes, as: encoding, options: OTLPMetrics.Options(addsScope: true), memory: &memory)
        else { return }
        Soundness.check(decoded)
    }
}
