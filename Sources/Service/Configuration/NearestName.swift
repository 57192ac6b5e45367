/// The name that was probably meant: the nearest by edits, if fewer than half of the letters differ.
///
/// - Source: Levenshtein, *Binary codes capable of correcting deletions, insertions, and reversals*, 1966.
public func nearest(to name: String, among names: [String]) -> String? {
    func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
    let letters = Array(name.lowercased().prefix(100))
    let ranked = names.map { (name: $0, distance: distance(letters, Array($0.lowercased()))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, min(letters.count, best.name.count) / 3) ? best.name : nil
}
