/// Some neighbouring points of ``PointColumns``.
struct PointSlice {
    let times: ArraySlice<Int64>
    let values: ArraySlice<Double>
    let scores: ArraySlice<UInt8>
}

extension PointColumns {
    /// The points at some places, sharing their memory.
    subscript(range: Range<Int>) -> PointSlice {
        PointSlice(times: times[range], values: values[range], scores: scores[range])
    }

    /// All points.
    subscript(_: UnboundedRange) -> PointSlice { self[0..<count] }

    /// The points of a slice, in memory of their own.
    init(_ slice: PointSlice) {
        times = Array(slice.times)
        values = Array(slice.values)
        scores = Array(slice.scores)
    }

    /// The points that are later than a moment.
    ///
    /// - Complexity: O(*n*) in the number of points.
    public func after(_ time: Int64) -> PointColumns {
        guard let last = times.last, last > time else { return PointColumns() }
        let first = times.firstIndex { $0 > time } ?? count
        return PointColumns(self[first..<count])
    }

    /// All points of both, by time; where both have one, the point of `self`.
    ///
    /// - Complexity: O(*n*) in the number of points.
    func merged(with others: PointSlice) -> PointColumns {
        var result = PointColumns()
        let capacity = count + others.times.count
        result.times.reserveCapacity(capacity)
        result.values.reserveCapacity(capacity)
        result.scores.reserveCapacity(capacity)
        var (mine, theirs) = (0, others.times.startIndex)
        while mine < count || theirs < others.times.endIndex {
            if theirs == others.times.endIndex || mine < count && times[mine] <= others.times[theirs] {
                if theirs < others.times.endIndex, times[mine] == others.times[theirs] { theirs += 1 }
                result.append(times[mine], values[mine], scores[mine])
                mine += 1
            } else {
                result.append(others.times[theirs], others.values[theirs], others.scores[theirs])
                theirs += 1
            }
        }
        return result
    }

    /// The points of several parts, by time; of points at one time the one of the earliest part.
    ///
    /// - Complexity: O(*n* log *n*) in the number of points.
    public init(joining parts: [PointColumns]) {
        self.init()
        var places: [(time: Int64, part: Int, index: Int)] = []
        for (part, columns) in parts.enumerated() {
            for index in 0..<columns.count { places.append((columns.times[index], part, index)) }
        }
        places.sort { ($0.time, $0.part) < ($1.time, $1.part) }
        for place in places where times.last != place.time {
            append(place.time, parts[place.part].values[place.index], parts[place.part].scores[place.index])
        }
    }
}
