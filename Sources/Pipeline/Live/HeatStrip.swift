import Storage

/// How unusual the newest values of a series were, as a line of characters: one for each of some equal stretches.
///
/// A character is the magnitude of the smallest p-value of its stretch, min(9, ⌊−log₁₀ p⌋), or "." when nothing of it
/// was scored.
public enum HeatStrip {
    /// Points that one character speaks of, when there are enough.
    public static let pointsPerCharacter = 8

    /// A strip of so many characters.
    ///
    /// - Parameter scores: Score bytes, the oldest first; the newest `8·characters` count. Where there are fewer scores than
    ///   characters, the strip begins with dots.
    static func text(_ scores: [UInt8], characters: Int) -> String {
        let count = min(scores.count, pointsPerCharacter * characters)
        let stretches = min(characters, count)
        let first = scores.count - count
        var text = [UInt8](repeating: UInt8(ascii: "."), count: characters)
        for stretch in 0..<stretches {
            let range = first + stretch * count / stretches..<first + (stretch + 1) * count / stretches
            let peak = peak(of: scores[range])
            guard ScoreByte.isScore(peak) else { continue }
            text[characters - stretches + stretch] = UInt8(ascii: "0") + min(9, peak / 20)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The score byte of the most unusual of some values; unscored when none was scored.
    static func peak(of scores: some Sequence<UInt8>) -> UInt8 {
        var peak = ScoreByte.unscored
        for score in scores where ScoreByte.isScore(score) && (peak == ScoreByte.unscored || score > peak) {
            peak = score
        }
        return peak
    }

    /// The peaks of eight values each, the oldest first; the last group may be of fewer.
    static func peaks(of scores: [UInt8]) -> [UInt8] {
        stride(from: 0, to: scores.count, by: pointsPerCharacter).map { start in
            peak(of: scores[start..<min(start + pointsPerCharacter, scores.count)])
        }
    }
}
