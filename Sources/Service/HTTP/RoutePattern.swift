/// A path with holes: `/api/v1/series/{id}/points`.
struct RoutePattern: Sendable {
    private enum Segment: Sendable {
        case literal(Substring)
        case hole(String)
    }

    private let segments: [Segment]

    init(_ pattern: String) {
        segments = pattern.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            segment.first == "{" && segment.last == "}"
                ? .hole(String(segment.dropFirst().dropLast())) : .literal(segment)
        }
    }

    /// The names of the holes, in order.
    var names: [String] {
        segments.compactMap { if case .hole(let name) = $0 { name } else { nil } }
    }

    /// What stands in the holes of a path; `nil` when it is not of this pattern. A hole is never empty.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, path) {
            switch segment {
            case .literal(let text): guard text == part else { return nil }
            case .hole(let name):
                guard !part.isEmpty else { return nil }
                parameters[name] = String(part)
            }
        }
        return parameters
    }
}
