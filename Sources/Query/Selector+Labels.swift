public import TimeSeries

extension Selector.Matcher {
    /// Whether the condition holds for labels; an absent one has the empty value.
    public func holds(for labels: Labels) -> Bool {
        guard var value = labels[name] else { return acceptsEmpty }
        return value.withUTF8 { accepts($0) }
    }
}
