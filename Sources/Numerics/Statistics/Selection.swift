/// Moves the value of rank `rank` to its place: smaller ones before it, greater ones after it.
///
/// - Parameters:
///   - values: Free of `nan`; reordered.
///   - rank: Counted from 0, below the count.
/// - Complexity: O(*n*) on average; O(*n* log *n*) at worst, since hopeless cases are sorted.
/// - Source: Hoare, *Algorithm 65: Find*, Communications of the ACM 4, 1961; median of three as pivot.
func select(_ rank: Int, in values: UnsafeMutableBufferPointer<Double>) {
    var low = 0
    var high = values.count - 1
    // A fair pivot halves the range or so; with twice the rounds that would take, something is wrong.
    var rounds = 2 * (Int.bitWidth - max(values.count, 1).leadingZeroBitCount)
    while high - low > 16 {
        rounds -= 1
        guard rounds > 0 else {
            var rest = UnsafeMutableBufferPointer(rebasing: values[low...high])
            rest.sort()
            return
        }
        let middle = low + (high - low) / 2
        if values[middle] < values[low] { values.swapAt(middle, low) }
        if values[high] < values[low] { values.swapAt(high, low) }
        if values[high] < values[middle] { values.swapAt(high, middle) }
        let pivot = values[middle]
        var (i, j) = (low, high)
        while i <= j {
            while values[i] < pivot { i += 1 }
            while pivot < values[j] { j -= 1 }
            if i <= j {
                values.swapAt(i, j)
                i += 1
                j -= 1
            }
        }
        if rank <= j {
            high = j
        } else if rank >= i {
            low = i
        } else {
            return
        }
    }
    // What is left is short: insertion sort.
    for i in max(low, 0) + 1..<max(high + 1, low + 1) {
        let value = values[i]
        var j = i
        while j > low && value < values[j - 1] {
            values[j] = values[j - 1]
            j -= 1
        }
        values[j] = value
    }
}

/// Moves the values that are not `nan` to the front, in order, and returns that part.
func withoutMissing(_ values: UnsafeMutableBufferPointer<Double>) -> UnsafeMutableBufferPointer<Double> {
    var count = 0
    for i in values.indices where !values[i].isNaN {
        values[count] = values[i]
        count += 1
    }
    return UnsafeMutableBufferPointer(rebasing: values[..<count])
}
