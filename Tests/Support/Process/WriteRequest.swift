import Networking

/// Some samples of one series.
public struct SampleRun: Sendable {
    /// The name of the metric; the label `job` is always `test`.
    public var metric: String
    /// Milliseconds since 1970, ascending.
    public var times: [Int64]
    /// One value for each time.
    public var values: [Double]

    /// Some samples.
    public init(metric: String, times: [Int64], values: [Double]) {
        self.metric = metric
        self.times = times
        self.values = values
    }
}

extension SampleRun {
    /// The body of a request of Prometheus remote write 1.0.
    ///
    /// - Source: <https://prometheus.io/docs/specs/prw/remote_write_spec/>, the messages of version 1.
    public static func writeRequest(_ runs: [SampleRun]) -> [UInt8] {
        var request: [UInt8] = []
        for run in runs {
            var series: [UInt8] = []
            for (name, value) in [("__name__", run.metric), ("job", "test")] {
                field(1, message(name, value), to: &series)
            }
            for (time, value) in zip(run.times, run.values) {
                var sample: [UInt8] = [0x09]
                withUnsafeBytes(of: value.bitPattern.littleEndian) { sample.append(contentsOf: $0) }
                sample.append(0x10)
                varint(UInt64(bitPattern: time), to: &sample)
                field(2, sample, to: &series)
            }
            field(1, series, to: &request)
        }
        return Snappy.compress(request)
    }

    /// The body of an import of JSON lines.
    public static func lines(_ runs: [SampleRun]) -> [UInt8] {
        let lines = runs.map { run in
            let times = run.times.map { "\(Double($0) / 1000)" }.joined(separator: ",")
            let values = run.values.map { "\($0)" }.joined(separator: ",")
            let labels = #"{"__name__":"\#(run.metric)","job":"test"}"#
            return #"{"labels":\#(labels),"timestamps":[\#(times)],"values":[\#(values)]}"# + "\n"
        }
        return Array(lines.joined().utf8)
    }

    private static func message(_ name: String, _ value: String) -> [UInt8] {
        var bytes: [UInt8] = []
        field(1, Array(name.utf8), to: &bytes)
        field(2, Array(value.utf8), to: &bytes)
        return bytes
    }

    private static func field(_ number: UInt8, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(number << 3 | 2)
        varint(UInt64(content.count), to: &bytes)
        bytes += content
    }

    private static func varint(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
