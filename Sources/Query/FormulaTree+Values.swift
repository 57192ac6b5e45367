extension FormulaTree {
    /// The values of so many steps; see ``FormulaGroup/values(_:count:)``.
    func values(_ columns: [[Double]], _ count: Int) -> [Double] {
        switch self {
        case .number(let value): return [Double](repeating: value, count: count)
        case .leaf(let place): return columns[place].map(Self.known)
        case .negative(let part): return part.values(columns, count).map { -$0 }
        case .binary(let operation, let left, let right):
            let operate: (Double, Double) -> Double =
                switch operation {
                case .plus: { $0 + $1 }
                case .minus: { $0 - $1 }
                case .times: { $0 * $1 }
                case .over: { $0 / $1 }
                }
            return Self.zipped(left.values(columns, count), right.values(columns, count), operate)
        case .call(let function, let parts):
            let operands = parts.map { $0.values(columns, count) }
            switch function {
            case .abs: return operands[0].map { abs($0) }
            case .clampMin, .max: return Self.reduced(operands) { $0 >= $1 ? $0 : $1 }
            case .clampMax, .min: return Self.reduced(operands) { $0 <= $1 ? $0 : $1 }
            }
        case .aggregate(let aggregation, let parts): return Self.gathered(aggregation, parts, columns, count)
        }
    }

    /// What is not finite is missing: a quotient by zero, and what is too large for a number.
    private static func known(_ value: Double) -> Double { value.isFinite ? value : .nan }

    private static func zipped(
        _ left: [Double], _ right: [Double], _ operate: (Double, Double) -> Double
    ) -> [Double] {
        var whole = left
        for place in whole.indices { whole[place] = known(operate(left[place], right[place])) }
        return whole
    }

    private static func reduced(_ operands: [[Double]], _ choose: (Double, Double) -> Double) -> [Double] {
        operands.dropFirst().reduce(operands[0]) { whole, next in
            zipped(whole, next) { $0.isNaN || $1.isNaN ? .nan : choose($0, $1) }
        }
    }

    /// Of the members that have a value; in their order, so that sums are the same to the last bit.
    private static func gathered(
        _ aggregation: FormulaAggregation, _ parts: [FormulaTree], _ columns: [[Double]], _ count: Int
    ) -> [Double] {
        var whole = [Double](repeating: 0, count: count)
        var present = [Int](repeating: 0, count: count)
        for part in parts {
            let values = part.values(columns, count)
            for place in values.indices where !values[place].isNaN {
                let value = values[place]
                let isFirst = present[place] == 0
                present[place] += 1
                switch aggregation {
                case .sum, .avg: whole[place] += value
                case .min: whole[place] = isFirst || value < whole[place] ? value : whole[place]
                case .max: whole[place] = isFirst || value > whole[place] ? value : whole[place]
                }
            }
        }
        for place in whole.indices {
            let value = aggregation == .avg ? whole[place] / Double(present[place]) : whole[place]
            whole[place] = present[place] > 0 ? known(value) : .nan
        }
        return whole
    }
}
