/// A small chart of text.
public enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")
    /// No more values are drawn.
    public static let most = 32

    /// The newest values as blocks between the smallest and the largest of them; a blank for a missing one.
    ///
    /// - Parameter values: The oldest first; `nan` and infinities are missing. At most ``most`` of the newest are drawn.
    /// - Returns: One character a value; the middle block everywhere when all are equal; empty for none.
    public static func text(_ values: [Double]) -> String {
        let drawn = values.suffix(most)
        let present = drawn.filter(\.isFinite)
        guard let low = present.min(), let high = present.max() else {
            return String(repeating: " ", count: drawn.count)
        }
        // Halved, so that the range of the largest numbers is finite.
        let range = high / 2 - low / 2
        return String(
            drawn.map { value -> Character in
                guard value.isFinite else { return " " }
                guard range > 0 else { return blocks[3] }
                let share = (value / 2 - low / 2) / range
                return blocks[min(Int(share * Double(blocks.count)), blocks.count - 1)]
            })
    }
}
