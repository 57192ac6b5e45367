/// A uniform sample of values whose number is not known before.
///
/// - Source: Vitter, *Random sampling with a reservoir*, ACM TOMS 11, 1985, algorithm R.
struct Reservoir: Sendable {
    private(set) var values: [Double] = []
    private var seen: UInt64 = 0

    /// Takes a value, or not; returns whether one more is held.
    ///
    /// - Parameter limit: The most values that may be held now; it may fall while values come, but not rise again
    ///   after a value was left out.
    mutating func add(_ value: Double, limit: Int, _ random: inout SplitMix) -> Bool {
        seen += 1
        if values.count < limit, seen == UInt64(values.count) + 1 {
            values.append(value)
            return true
        }
        let place = random.next(below: seen)
        if place < UInt64(values.count) { values[Int(place)] = value }
        return false
    }

    /// Starts again; the memory stays with one that was used.
    mutating func removeAll() {
        values.removeAll(keepingCapacity: !values.isEmpty)
        seen = 0
    }

    /// Quantiles of the sample, with straight lines between its values; `nil` when it is empty.
    ///
    /// - Source: Hyndman & Fan, *Sample quantiles in statistical packages*, 1996, definition 7.
    mutating func quantiles(_ levels: [Double]) -> [Double]? {
        guard !values.isEmpty else { return nil }
        values.sort()
        return levels.map { level in
            let place = level * Double(values.count - 1)
            let low = Int(place)
            let high = min(low + 1, values.count - 1)
            let share = place - Double(low)
            // Not a difference: two values far apart may have none.
            return values[low] * (1 - share) + values[high] * share
        }
    }
}

/// How many different members a set has: exact for few, estimated from the smallest hashes for many.
///
/// With k hashes the relative standard error of the estimate is about 1/√(k−2).
///
/// - Source: Beyer, Haas, Reinwald, Sismanis & Gemulla, *On synopses for distinct-value estimation under multiset
///   operations*, SIGMOD 2007, the unbiased estimator (k−1)/U(k).
struct DistinctCount: Sendable {
    /// The smallest hashes in rising order.
    private(set) var smallest: [UInt64] = []
    private var isExact = true

    /// Takes a member by its hash; returns whether one more is held.
    mutating func add(_ hash: UInt64, limit: Int) -> Bool {
        var low = 0
        var high = smallest.count
        while low < high {
            let middle = (low + high) / 2
            if smallest[middle] < hash { low = middle + 1 } else { high = middle }
        }
        if low < smallest.count, smallest[low] == hash { return false }
        if isExact, smallest.count < limit {
            smallest.insert(hash, at: low)
            return true
        }
        isExact = false
        if low < smallest.count {
            smallest.removeLast()
            smallest.insert(hash, at: low)
        }
        return false
    }

    /// Starts again; the memory stays with one that was used.
    mutating func removeAll() {
        smallest.removeAll(keepingCapacity: !smallest.isEmpty)
        isExact = true
    }

    /// The number of members, exact or the nearest whole number to the estimate.
    var count: Double {
        guard !isExact, let last = smallest.last else { return Double(smallest.count) }
        let share = (Double(last) + 1) / 0x1p64
        return (Double(smallest.count - 1) / share).rounded()
    }
}

/// A small generator of random numbers.
///
/// - Source: Steele, Lea & Flood, *Fast splittable pseudorandom number generators* (SplitMix64), 2014.
struct SplitMix: Sendable {
    var state: UInt64

    /// A number below a limit, at least 1; off from uniform by less than limit / 2⁶⁴.
    mutating func next(below limit: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return (z ^ (z >> 31)).multipliedFullWidth(by: limit).high
    }
}
