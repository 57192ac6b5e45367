internal import Pipeline
internal import TimeSeries

extension ValueReader {
    /// Steps or a duration.
    func length(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> Length {
        let text = try text(node, name)
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return .time(try step(node, name))
        }
        guard let steps = Int(text), (1...Self.mostSteps).contains(steps) else {
            throw complaint(node, name, "1 to \(Self.mostSteps) steps or a duration, as 10 or 10m", text)
        }
        return .steps(steps)
    }

    /// No policy counts more steps.
    private static let mostSteps = 100_000

    /// When a level that moved is adopted: steps, a duration, `auto` or `never`.
    func adoption(_ node: YAMLNode) throws(ConfigurationError) -> AdoptionPolicy {
        switch try text(node, "adopt_after") {
        case "auto": .automatic
        case "never": .never
        default: .after(try length(node, "adopt_after"))
        }
    }

    /// A duration that may be zero.
    func lateness(_ node: YAMLNode) throws(ConfigurationError) -> Int64 {
        let text = try text(node, "lateness")
        let isZero = ["0", "0s", "0ms", "0m", "0h"].contains(text)
        return isZero ? 0 : try step(node, "lateness").nominalMilliseconds
    }

    mutating func range(_ node: YAMLNode) throws(ConfigurationError) -> ValueRange {
        var ends: (min: Double?, max: Double?) = (nil, nil)
        readMap(
            node,
            [
                MapKey("min") { ends, node, reader throws(ConfigurationError) in
                    ends.min = try reader.number(node, "min")
                },
                MapKey("max") { ends, node, reader throws(ConfigurationError) in
                    ends.max = try reader.number(node, "max")
                },
            ], of: "range", into: &ends)
        if let min = ends.min, let max = ends.max, min > max {
            let (low, high) = (NumberText.exact(min), NumberText.exact(max))
            throw node.error(in: file, "range has the min \(low) above its max \(high)")
        }
        return ValueRange(min: ends.min, max: ends.max)
    }

    mutating func ignoredDeviation(_ node: YAMLNode) -> IgnoredDeviation {
        var limits = (absolute: 0.0, relative: 0.0)
        readMap(
            node,
            [
                MapKey("absolute") { limits, node, reader throws(ConfigurationError) in
                    limits.absolute = try reader.number(node, "absolute", atLeast: 0)
                },
                MapKey("relative") { limits, node, reader throws(ConfigurationError) in
                    limits.relative = try reader.share(node, "relative")
                },
            ], of: "ignore", into: &limits)
        return IgnoredDeviation(absolute: limits.absolute, relative: limits.relative)
    }

    /// `unknown`, `zero`, `last` or `interpolate(max 3)`.
    func missingPolicy(_ node: YAMLNode) throws(ConfigurationError) -> MissingPolicy {
        let text = try text(node, "missing")
        switch text {
        case "unknown": return .unknown
        case "zero": return .zero
        case "last": return .last
        default:
            let start = "interpolate(max "
            if text.hasPrefix(start), text.hasSuffix(")"),
                let most = Int(text.dropFirst(start.count).dropLast()), (1...Self.mostSteps).contains(most)
            {
                return .interpolate(most: most)
            }
            throw complaint(node, "missing", "unknown, zero, last or interpolate(max 3)", text)
        }
    }
}
