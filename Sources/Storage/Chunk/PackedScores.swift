/// A column of score bytes: a Rice code, or packed integers where these are tried and smaller.
///
/// −log₁₀ p of an ordinary value is exponential, which is what Rice codes are made for. Unscored counts
/// as 0 and a score as one more than its byte.
///
/// - Source: Rice & Plaunt, *Adaptive variable-length coding for efficient compression of spacecraft
///   television data*, IEEE Transactions on Communication Technology 19, 1971.
enum PackedScores {
    /// The byte that says packed integers; smaller ones are the parameter of the Rice code.
    private static let integers: UInt8 = 8
    /// So many ones announce a plain byte.
    private static let longestPrefix = 16
    /// Packed integers are tried where a Rice code takes more bits a score, and where scores are few or seldom change, as
    /// those of series that stand still or know few values. Of exponential noise they were not smaller.
    private static let manyBits = 6

    /// Writes a column.
    static func write(_ scores: [UInt8], to writer: inout PackedWriter) {
        let (parameter, bits) = bestParameter(scores)
        if bits > manyBits * scores.count || isPlain(scores) {
            var packed = PackedWriter()
            PackedIntegers.write(scores.map(Int64.init), to: &packed)
            if packed.bytes.count <= bits / 8 {
                writer.byte(integers)
                writer.append(packed)
                return
            }
        }
        writer.byte(UInt8(parameter))
        var coded = BitWriter()
        for score in scores {
            let symbol = Int(score &+ 1)
            let prefix = symbol >> parameter
            if prefix < longestPrefix {
                let low = symbol & ((1 << parameter) - 1)
                // Ones, a zero, the low bits.
                coded.write(UInt64((1 << prefix) - 1 | low << (prefix + 1)), prefix + 1 + parameter)
            } else {
                coded.write(UInt64((1 << longestPrefix) - 1 | symbol << longestPrefix), longestPrefix + 8)
            }
        }
        writer.append(coded.finish())
    }

    /// Reads a column.
    static func read(count: Int, _ reader: inout PackedReader) throws(StorageError) -> [UInt8] {
        let scheme = try reader.byte()
        guard scheme != integers else {
            return try PackedIntegers.read(count: count, &reader).map { UInt8(truncatingIfNeeded: $0) }
        }
        let parameter = Int(scheme)
        guard parameter < 8 else { throw reader.corrupt("score scheme \(scheme)") }
        guard reader.remaining >= count / 8 else { throw reader.corrupt("\(count) scores, cut short") }
        var scores = [UInt8](repeating: 0, count: count)
        var bits = BitReader(reader)
        let mask = UInt64(1 << parameter) - 1
        for i in scores.indices {
            let head = bits.peek()
            let prefix = (~head).trailingZeroBitCount
            let symbol: UInt64
            if prefix < longestPrefix {
                symbol = UInt64(prefix << parameter) | (head &>> UInt64(prefix + 1)) & mask
                bits.take(prefix + 1 + parameter)
            } else {
                symbol = head >> UInt64(longestPrefix)
                bits.take(longestPrefix + 8)
            }
            scores[i] = UInt8(truncatingIfNeeded: symbol) &- 1
        }
        guard !bits.isOverrun else { throw reader.corrupt("\(count) scores, cut short") }
        _ = try reader.skip(bits.bytes)
        return scores
    }

    /// The parameter that gives the fewest bits; all eight are tried side by side.
    private static func bestParameter(_ scores: [UInt8]) -> (parameter: Int, bits: Int) {
        let parameters: SIMD8<UInt32> = [0, 1, 2, 3, 4, 5, 6, 7]
        let (longest, escaped) = (SIMD8(repeating: UInt32(longestPrefix)), UInt32(longestPrefix + 8))
        var sums = SIMD8<UInt32>.zero
        for score in scores {
            let prefixes = SIMD8(repeating: UInt32(score &+ 1)) &>> parameters
            sums &+= (prefixes &+ 1 &+ parameters).replacing(with: escaped, where: prefixes .>= longest)
        }
        var best = 0
        for parameter in 1..<8 where sums[parameter] < sums[best] { best = parameter }
        return (best, Int(sums[best]))
    }

    /// Whether at most a quarter of the scores are distinct, or at least half are the one before them.
    private static func isPlain(_ scores: [UInt8]) -> Bool {
        // A byte each, written and not read: the stores do not wait for one another.
        var seen = InlineArray<256, UInt8>(repeating: 0)
        var changes = 0
        var last = scores[0]
        for score in scores {
            seen[Int(score)] = 1
            changes &+= score == last ? 0 : 1
            last = score
        }
        var distinct = 0
        for score in seen.indices { distinct &+= Int(seen[unchecked: score]) }
        return 4 * distinct <= scores.count || 2 * changes <= scores.count
    }
}
