/// Something about data that its owner should know, though work goes on.
public struct Warning: Hashable, Sendable {
    /// A name that clients can compare; part of the interface, never renamed.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name as it is sent.
        public let rawValue: String

        /// A code of this name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Times have no common step; values count in the order of their rows.
        public static let irregularTimestamps = Code(rawValue: "irregular_timestamps")
        /// Steps without a value lie between others.
        public static let gaps = Code(rawValue: "gaps")
        /// Local times that a change of clocks skipped were moved forward.
        public static let shiftedLocalTimes = Code(rawValue: "shifted_local_times")
        /// Points are rollups where older ones are not kept.
        public static let rollup = Code(rawValue: "rollup")
        /// Too few times to tell their step from.
        public static let unknownStep = Code(rawValue: "unknown_step")
    }

    /// What kind of warning.
    public let code: Code
    /// What was found, in words and numbers.
    public let detail: String

    /// A warning with its explanation.
    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
