import Glibc
import Ingest
import Networking
import TimeSeries

/// Series that one sender scrapes together: makes one remote-write body after another, each a step later.
///
/// The kinds of values have the shares of ``SampleFamily``. Bodies are patched in place and compressed anew, so that
/// every sample is new and the sender costs little.
package struct RemoteWriteSource {
    /// Milliseconds between two bodies.
    package static let step: Int64 = 15_000
    /// Labels a series.
    package static let labels = 8

    package let series: Int
    /// The body, not compressed.
    private var body: [UInt8] = []
    /// Where in the body the value of each series stands; its time is behind it.
    private var places: [Int] = []
    /// Where in the body the digits of each series' generation stand.
    private var generations: [Int] = []
    private var levels: [Double] = []
    private var random: UInt64
    private var time: Int64
    private var generation = 0
    /// The series that is replaced next.
    private var oldest = 0

    private static let digits = 8
    private static let noGeneration = String(repeating: "0", count: digits)

    /// - Parameters:
    ///   - number: Tells the series of one source from those of another.
    ///   - start: The time of the first body, in milliseconds since 1970, is one step later.
    package init(number: Int, series: Int, start: Int64) {
        self.series = series
        time = start
        random = 0x9E37_79B9_7F4A_7C15 &* UInt64(number + 1)
        var encoder = RemoteWriteEncoder()
        for index in 0..<series {
            let begin = encoder.bytes.count
            encoder.append(Self.labels(number, index), [Point(milliseconds: start, value: 1)])
            // Key, value, key and six bytes of time stand at the end of each record.
            places.append(encoder.bytes.count - 7 - 8)
            let marker = Array(Self.noGeneration.utf8)
            let record = encoder.bytes[begin...]
            let place = record.indices.first { record[$0...].prefix(Self.digits).elementsEqual(marker) }
            generations.append(place ?? begin)
        }
        body = encoder.bytes
        levels = (0..<series).map { Self.kind($0).isCounter ? Double(1_000_000 + $0) : Double($0 % 4_096) }
    }

    /// Sources of one connection after the other.
    ///
    /// - Parameter start: The time of the first sample less a step, milliseconds since 1970; a year ago when `nil`, so
    ///   that a fast service does not run into the future.
    package static func sources(
        connections: Int, requestsInTurn: Int, series: Int, start: Int64? = nil
    ) -> [[RemoteWriteSource]] {
        let start = start ?? Int64(Glibc.time(nil) - 365 * 86_400) * 1_000
        return (0..<connections).map { connection in
            (0..<requestsInTurn).map {
                RemoteWriteSource(number: connection * requestsInTurn + $0, series: series, start: start)
            }
        }
    }

    private static func labels(_ source: Int, _ index: Int) -> Labels {
        let machine = index / 100
        let pairs = [
            (name: "__name__", value: "node_metric_\(index % 100)" + (kind(index).isCounter ? "_total" : "")),
            (name: "instance", value: "host-\(source)-\(machine).example.com:9100"),
            (name: "job", value: "node"),
            (name: "device", value: "eth\(index % 8)"), (name: "region", value: "eu-central-1"),
            (name: "environment", value: "production"), (name: "pod", value: "exporter-" + noGeneration),
            (name: "rack", value: "r\(machine % 40)"),
        ]
        return (try? Labels(pairs)) ?? .none
    }

    private enum Kind {
        case constant, counter, cpuSeconds, bytes, smallInteger, load, gauge

        var isCounter: Bool { self == .counter || self == .cpuSeconds }
    }

    private static func kind(_ index: Int) -> Kind {
        switch index % 20 {
        case 0..<9: .constant
        case 9..<13: .counter
        case 13..<15: .cpuSeconds
        case 15: .bytes
        case 16..<18: .smallInteger
        case 18: .load
        default: .gauge
        }
    }

    /// The next body, compressed.
    package mutating func next() -> [UInt8] {
        time += Self.step
        for index in 0..<series {
            let value = advance(index)
            let place = places[index]
            body.withUnsafeMutableBytes { bytes in
                bytes.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: place, as: UInt64.self)
                var rest = UInt64(time)
                for byte in 0..<6 {
                    bytes[place + 9 + byte] = UInt8(rest & 0x7F) | (byte < 5 ? 0x80 : 0)
                    rest >>= 7
                }
            }
        }
        return Snappy.compress(body)
    }

    /// Replaces a part of the series by new ones, the oldest first.
    package mutating func replace(share: Double) {
        generation += 1
        let text = String(generation)
        let digits = Array((String(repeating: "0", count: Self.digits - text.count) + text).utf8)
        for _ in 0..<Int(share * Double(series)) {
            for (offset, digit) in digits.enumerated() { body[generations[oldest] + offset] = digit }
            oldest = (oldest + 1) % series
        }
    }

    /// The next value of a series.
    private mutating func advance(_ index: Int) -> Double {
        switch Self.kind(index) {
        case .constant: break
        case .counter: levels[index] += (noise() * 30 + 1_000).rounded()
        case .cpuSeconds:
            levels[index] += (noise() * 8 + 1_460).rounded()
            return levels[index] / 100
        case .bytes: levels[index] += (noise() * 20).rounded() * 4_096
        case .smallInteger: return Double(draw() % 20)
        case .load:
            levels[index] = max(levels[index] + (noise() * 5).rounded(), 0)
            return levels[index] / 100
        case .gauge: return (noise() * 50).rounded() / 1_000 + 20
        }
        return levels[index]
    }

    /// Sixteen bits.
    private mutating func draw() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random >> 48
    }

    /// Nearly normal: a sum of four uniform draws.
    private mutating func noise() -> Double {
        let sum = Double(draw() + draw() + draw() + draw()) / 65_536
        return (sum - 2) * 1.7320508
    }
}
