/// One series cut in two: what a method may see, and what it is judged by.
public struct EvaluationSeries: Sendable, Equatable {
    /// Its name within the set.
    public let id: String
    /// What a method sees, oldest first; `nan` marks a missing step.
    public let train: [Double]
    /// The steps that follow, at least one; `nan` marks a missing step.
    public let test: [Double]
    /// Steps in the season that errors are scaled by, at least 1.
    public let period: Int
    /// Steps in each season that methods are told of; `nil` for those of the set.
    public let seasons: [Int]?

    /// A series with its cut.
    public init(id: String, train: [Double], test: [Double], period: Int, seasons: [Int]? = nil) {
        precondition(period >= 1 && !test.isEmpty, "a period of \(period), \(test.count) test steps")
        self.id = id
        self.train = train
        self.test = test
        self.period = period
        self.seasons = seasons
    }
}

/// Series of one kind that are judged together.
public struct EvaluationSet: Sendable, Equatable {
    /// The name, as in reports.
    public let name: String
    /// Steps in each season that methods are told of, ascending, each at least 2; empty for none.
    public let seasons: [Int]
    /// In the order that a prefix is taken of.
    public var series: [EvaluationSeries]

    /// A set of series.
    public init(name: String, seasons: [Int], series: [EvaluationSeries]) {
        self.name = name
        self.seasons = seasons.filter { $0 >= 2 }.sorted()
        self.series = series
    }
}

/// What a manifest says of one set; what it does not say is `nil`.
public struct SetDescription: Sendable, Equatable {
    /// The name: that of the file without `.csv`.
    public var name: String
    /// Steps in the season that errors are scaled by.
    public var period: Int?
    /// Steps in each season that methods are told of.
    public var seasons: [Int]?

    /// What is known of a set.
    public init(name: String, period: Int? = nil, seasons: [Int]? = nil) {
        self.name = name
        self.period = period
        self.seasons = seasons
    }
}

/// A file of a data set: its name without folders, and its bytes.
public struct DatasetFile: Sendable {
    /// Such as `m4_hourly.csv`.
    public let name: String
    /// The content, decompressed.
    public let bytes: [UInt8]

    /// A file in memory.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// Why a file of a data set cannot be read: which, and what is wrong.
public struct DatasetError: Error, Equatable, CustomStringConvertible {
    /// The name of the file.
    public let file: String
    /// What is wrong, with the line where there is one.
    public let reason: String

    /// The file and what is wrong with it.
    public var description: String { "\(file): \(reason)" }
}
