/// Which rows of the bank a batch fusion reads, and which of their means it sums.
///
/// A form is permanent, as learned weights count on it; what is added to the bank makes another.
struct BatchForm: Sendable {
    /// The first rows of ``BatchBank``, so many.
    let rows: Int
    /// What is summed: a row and the width of its mean in seasons, chosen one after the other on labelled
    /// series.
    let summed: [(name: String, width: Double)]

    /// The widths of the means, in seasons.
    static let widths = [0, 0.25, 1]

    /// The form of the first version: twenty-seven rows, all of them of both sides of a value.
    static let first = BatchForm(
        rows: 27,
        summed: [
            ("season-movement-fifth", 1), ("part-value-nearest", 0.25), ("spectral-residual", 0),
            ("clusters", 1), ("variance-short", 0), ("amplitude", 0),
        ])

    /// The form that is used: every row, and what is new by earlier values in the sum.
    static let latest = BatchForm(
        rows: BatchBank.names.count, summed: first.summed + [(name: "causal-sum", width: 1)])

    /// How many features a network sees.
    var features: Int { Self.widths.count * rows }
}
