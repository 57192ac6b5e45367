/// When a delivery that failed is tried again.
enum RetrySchedule {
    /// Milliseconds after the first failure; each further one doubles it.
    static let first: Int64 = 1_000
    /// The longest wait of our own.
    static let longest: Int64 = 300_000
    /// No receiver puts us off for longer; it may have meant something else.
    static let longestAsked: Int64 = 86_400_000
    /// A delivery that was tried for so long is given up.
    static let patience: Int64 = 7 * 86_400_000

    /// Milliseconds to wait after so many attempts.
    ///
    /// - Parameter asked: Seconds that the receiver asked for.
    static func wait(attempts: Int, asked: Double?) -> Int64 {
        let own = min(first << Int64(min(max(attempts - 1, 0), 20)), longest)
        guard let asked, asked > 0 else { return own }
        return max(own, Int64(min(asked * 1_000, Double(longestAsked)).rounded(.up)))
    }
}
