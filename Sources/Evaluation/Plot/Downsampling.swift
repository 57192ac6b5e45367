/// One vertex of a line, in pixels of the plot area.
struct PlotVertex: Equatable {
    var x: Double
    var y: Double
}

/// Lines and bands thinned to what pixels can show.
enum Downsampling {
    /// The runs of a line between its gaps, with the extremes of each pixel column once there are more values
    /// than columns can show. The values at `kept` indices always stay.
    ///
    /// - Parameters:
    ///   - x: Ascending pixel positions.
    ///   - y: Pixel heights; not finite where the value is missing.
    ///   - kept: Indices to keep, ascending.
    static func runs(x: [Double], y: [Double], kept: [Int] = [], limit: Int = 2000) -> [[PlotVertex]] {
        precondition(x.count == y.count, "\(x.count) positions for \(y.count) heights")
        let chosen = x.count <= limit ? Array(x.indices) : merged(extremes(x: x, y: y), kept)
        var runs: [[PlotVertex]] = []
        var run: [PlotVertex] = []
        var previous = -1
        for index in chosen {
            let isDense = x.count > limit
            guard y[index].isFinite else {
                if !isDense { close(&run, &runs) }
                continue
            }
            // Thinned out, a gap shows once it covers a whole column.
            if isDense, previous >= 0, (x[index] - x[previous]) > 1.5,
                y[previous...index].contains(where: { !$0.isFinite })
            {
                close(&run, &runs)
            }
            run.append(PlotVertex(x: x[index], y: y[index]))
            previous = index
        }
        close(&run, &runs)
        return runs
    }

    /// The outlines of a band between its gaps: along one bound and back along the other.
    static func outlines(
        x: [Double], first: [Double], second: [Double], limit: Int = 1000
    ) -> [[PlotVertex]] {
        precondition(x.count == first.count && x.count == second.count, "a band of unequal bounds")
        let isDense = x.count > limit
        var outlines: [[PlotVertex]] = []
        var upper: [PlotVertex] = []
        var lower: [PlotVertex] = []
        var wasKnown = true
        for index in x.indices {
            let top = min(first[index], second[index])
            let bottom = max(first[index], second[index])
            guard top.isFinite, bottom.isFinite else {
                wasKnown = false
                continue
            }
            let at = isDense ? x[index].rounded() : x[index]
            if !wasKnown, let last = upper.last, !isDense || at - last.x > 1.5 {
                outlines.append(upper + lower.reversed())
                upper = []
                lower = []
            }
            wasKnown = true
            if isDense, let last = upper.indices.last, upper[last].x == at {
                upper[last].y = min(upper[last].y, top)
                lower[last].y = max(lower[last].y, bottom)
            } else {
                upper.append(PlotVertex(x: at, y: top))
                lower.append(PlotVertex(x: at, y: bottom))
            }
        }
        if !upper.isEmpty { outlines.append(upper + lower.reversed()) }
        return outlines
    }

    private static func close(_ run: inout [PlotVertex], _ runs: inout [[PlotVertex]]) {
        if !run.isEmpty { runs.append(run) }
        run = []
    }

    /// The indices of the smallest and the largest value of each pixel column, ascending.
    private static func extremes(x: [Double], y: [Double]) -> [Int] {
        var result: [Int] = []
        var low = -1
        var high = -1
        var column = -Double.infinity
        func flush() {
            guard low >= 0 else { return }
            result.append(min(low, high))
            if low != high { result.append(max(low, high)) }
        }
        for index in x.indices where y[index].isFinite {
            if x[index].rounded(.down) != column {
                flush()
                column = x[index].rounded(.down)
                low = index
                high = index
            } else {
                if y[index] < y[low] { low = index }
                if y[index] > y[high] { high = index }
            }
        }
        flush()
        return result
    }

    private static func merged(_ a: [Int], _ b: [Int]) -> [Int] {
        b.isEmpty ? a : Set(a).union(b).sorted()
    }
}
