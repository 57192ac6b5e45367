public import TimeSeries

extension AlertSettings {
    /// The receivers that an incident with these labels is told to, muted or not, in the order of the tree; empty
    /// without a route.
    public func receivers(for labels: Labels) -> [String] {
        var seen: Set<String> = []
        return RouteTree(route).branches(for: labels).map(\.receiver).filter { seen.insert($0).inserted }
    }
}
