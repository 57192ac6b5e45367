/// Which points of a long series a picture needs.
///
/// Its times are cut into columns of equal length; of each the lowest and the highest value stay, so that the line
/// covers the same pixels, and every anomalous value stays.
enum Downsampling {
    /// The places of the points to keep, ascending. O(*n*).
    ///
    /// - Parameters:
    ///   - points: Ascending in time.
    ///   - most: At most so many, at least 8.
    /// - Returns: All places when there are no more than `most`. Where more than half of that are anomalous, the lowest and
    ///   the highest anomalous value of each column stand for the others.
    static func places(of points: [SeriesChart.Point], most: Int) -> [Int] {
        precondition(most >= 8, "a picture of \(most) points")
        guard points.count > most, let first = points.first?.time, let last = points.last?.time else {
            return Array(points.indices)
        }
        let anomalous = points.count { $0.isAnomaly }
        let keepsAll = anomalous <= most / 2
        // The first and the last point stay too.
        let columns = keepsAll ? (most - anomalous - 2) / 2 : (most - 2) / 4
        var kept = [Bool](repeating: false, count: points.count)
        kept[0] = true
        kept[points.count - 1] = true
        let width = (Double(last) - Double(first)) / Double(columns)
        var begin = 0
        while begin < points.count {
            let column = column(of: points[begin].time, first, width, columns)
            var end = begin + 1
            while end < points.count, self.column(of: points[end].time, first, width, columns) == column {
                end += 1
            }
            keepExtremes(of: points, begin..<end, in: &kept) { _ in true }
            if keepsAll {
                for place in begin..<end where points[place].isAnomaly { kept[place] = true }
            } else {
                keepExtremes(of: points, begin..<end, in: &kept) { points[$0].isAnomaly }
            }
            begin = end
        }
        return kept.indices.filter { kept[$0] }
    }

    private static func column(of time: Int64, _ first: Int64, _ width: Double, _ columns: Int) -> Int {
        min(Int((Double(time) - Double(first)) / width), columns - 1)
    }

    private static func keepExtremes(
        of points: [SeriesChart.Point], _ range: Range<Int>, in kept: inout [Bool],
        where isWanted: (Int) -> Bool
    ) {
        var lowest: Int?
        var highest: Int?
        for place in range where isWanted(place) {
            if lowest.map({ points[place].value < points[$0].value }) ?? true { lowest = place }
            if highest.map({ points[place].value > points[$0].value }) ?? true { highest = place }
        }
        if let lowest { kept[lowest] = true }
        if let highest { kept[highest] = true }
    }
}
