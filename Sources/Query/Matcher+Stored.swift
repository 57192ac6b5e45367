extension Selector.Matcher {
    /// A matcher from its parts as they were stored.
    ///
    /// - Throws: ``SelectorError`` when the value is to be a regular expression and is none.
    public init(
        stored name: String, _ comparison: Selector.Comparison, value: String
    ) throws(SelectorError) {
        do throws(LabelPattern.Refusal) {
            try self.init(Array(name.utf8), comparison, Array(value.utf8))
        } catch {
            throw SelectorError(
                column: 1, found: SelectorText.quoted(Array(value.utf8), at: 60),
                expected: "a regular expression (RE2: \(error.reason))")
        }
    }
}
