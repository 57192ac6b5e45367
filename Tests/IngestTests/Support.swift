import Ingest
import TestSupport
import TimeSeries
import Testing

/// Points that a golden file wants, one series after the other.
struct WantedPoint: Equatable {
    let labels: Labels
    let milliseconds: Int64
    let bits: UInt64

    /// - Parameter now: The time where the file has none.
    init(_ object: GoldenObject, now: Int64 = 0) throws {
        labels = try Labels(object.objects("labels").map { (name: $0.text("name"), value: $0.text("value")) })
        milliseconds = object.optionalNumber("milliseconds").map { Int64($0) } ?? now
        bits = UInt64(object.text("bits"), radix: 16) ?? 0
    }

    /// Every point of a body with its labels; those must be in their canonical form.
    static func all(of decoded: DecodedPoints) throws -> [WantedPoint] {
        var all: [WantedPoint] = []
        for (index, entry) in decoded.series.enumerated() {
            let labels = try decoded.labels(at: index)
            #expect(Array(decoded.bytes[entry.labels]) == labels.encoded, "\(labels)")
            for point in decoded.points[entry.points] {
                all.append(WantedPoint(labels, point))
            }
        }
        return all
    }

    private init(_ labels: Labels, _ point: Point) {
        self.labels = labels
        milliseconds = point.milliseconds
        bits = point.value.bitPattern
    }
}

/// Inputs that nobody should send.
enum Hostile {
    /// Whether every range of a body is inside it, the runs follow each other, and errors are bounded.
    static func isSound(_ decoded: DecodedPoints) -> Bool {
        var next = 0
        for entry in decoded.series {
            guard entry.labels.lowerBound >= 0, entry.labels.upperBound <= decoded.bytes.count,
                entry.points.lowerBound == next, !entry.points.isEmpty
            else { return false }
            next = entry.points.upperBound
        }
        return next == decoded.points.count && decoded.errors.count <= DecodedPoints.errorLimit
            && decoded.rejected >= decoded.errors.count
    }

    /// Calls a reader with samples, in turn, of which bytes are changed, taken out or put in; short ones keep it quick.
    ///
    /// - Parameter alphabet: Bytes that mean something in the format; half of the changes write one of them.
    static func mutate(
        _ samples: [String], alphabet: String, count: Int, seed: UInt64, _ read: ([UInt8]) -> Void
    ) {
        var random = SeededGenerator(seed: seed)
        let special = Array(alphabet.utf8) + [0, 0xFF, 0x80, 0xC3, 0x0A]
        let originals = samples.map { Array($0.utf8) }
        for round in 0..<count {
            var bytes = originals[round % originals.count]
            var bits = random.next()
            for _ in 0...(bits & 1) where !bytes.isEmpty {
                let place = Int(bits >> 1 & 0xFFFF) % bytes.count
                let byte = special[Int(bits >> 17 & 0xFF) % special.count]
                switch bits >> 25 & 7 {
                case 0...3: bytes[place] = byte
                case 4, 5: bytes[place] ^= 1 << UInt8(bits >> 28 & 7)
                case 6: bytes.remove(at: place)
                default: bytes.insert(byte, at: place)
                }
                bits >>= 31
            }
            read(bytes)
        }
    }

    /// Tokens of a megabyte, a million commas, bytes that are no text, and shorter runs of the other separators.
    static func floods(of alphabet: String) -> [[UInt8]] {
        let bodies = [UInt8(ascii: "a"), UInt8(ascii: ","), 0xFF].map {
            [UInt8](repeating: $0, count: 1 << 20)
        }
        return bodies + (Array(alphabet.utf8) + [0]).map { [UInt8](repeating: $0, count: 1 << 16) }
    }

    /// A text so many times.
    static func repeated(_ text: String, _ count: Int) -> [UInt8] {
        Array(repeatElement(Array(text.utf8), count: count).joined())
    }
}
