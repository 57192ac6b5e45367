import Numerics
public import TimeSeries

/// The median of several methods, step by step.
///
/// Members that need more history than there is take no part; the first one needs none. O of its members.
///
/// - Source: Petropoulos & Svetunkov, *A simple combination of univariate models*, Int. J. Forecasting 36
///   (2020).
public struct MedianCombination: Forecaster {
    /// The names of the members in the catalogue, the least demanding first.
    public let members: [String]
    private let settings: MethodSettings

    /// Four cheap methods of different kinds.
    static let quick = ["seasonal-naive", "holt-winters", "theta", "ridge"]

    /// The four of the published combination; the last of them is content with one value.
    static let scum = ["ets", "ces", "arima", "dotm"]

    /// The median of methods of the catalogue, made for a series with these settings.
    public init(of members: [String], settings: MethodSettings) {
        precondition(!members.isEmpty, "a median of no methods")
        self.members = members
        self.settings = settings
    }

    /// One value.
    public var minimumHistory: Int { 1 }

    /// Fits every member that the history is long enough for.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let count = history.values.count
        guard count >= minimumHistory else { throw .historyTooShort(needed: minimumHistory, got: count) }
        var fitted: [(String, any ForecastModel)] = []
        for name in members {
            let forecaster = try ForecasterCatalog.entry(name).make(settings)
            guard count >= forecaster.minimumHistory else { continue }
            fitted.append((name, try forecaster.fit(history, progress: progress.unreported)))
        }
        guard !fitted.isEmpty else { throw .historyTooShort(needed: minimumHistory + 1, got: count) }
        return Model(fitted)
    }

    /// The fitted members.
    public struct Model: ForecastModel {
        private var members: [(name: String, model: any ForecastModel)]

        init(_ members: [(String, any ForecastModel)]) {
            self.members = members
        }

        private static func median(_ values: [Double]) -> Double {
            let known = values.filter(\.isFinite)
            return known.isEmpty ? .nan : Descriptive.median(known)
        }

        /// The median of the members' next values.
        public var next: Double { Self.median(members.map(\.model.next)) }

        /// The median of the members at every step.
        public func mean(steps: Int) -> [Double] {
            let paths = members.map { $0.model.mean(steps: steps) }
            return (0..<steps).map { step in Self.median(paths.map { $0[step] }) }
        }

        /// Shows the value to every member.
        public mutating func observe(_ value: Double) {
            for i in members.indices { members[i].model.observe(value) }
        }

        /// The median of those members that can say.
        public func fitted(on history: Series) -> [Double] {
            let paths = members.map { $0.model.fitted(on: history) }
            return history.values.indices.map { step in Self.median(paths.map { $0[step] }) }
        }
    }
}

extension MedianCombination.Model {
    private static let version = 1
    private static let mostMembers = 16

    /// Appends the members, each under its name.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(members.count)
        for (name, model) in members {
            writer.write(name)
            writer.write(blob: ForecasterCatalog.encode(model, name: name))
        }
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "median") }
        let byte = reader.byte
        let count = try reader.readInt()
        guard (1...Self.mostMembers).contains(count) else {
            throw .invalid(byte: byte, reason: "a median of \(count) methods")
        }
        members = []
        for _ in 0..<count {
            let name = try reader.readString()
            let blob = try reader.readBlob()
            let plain = ForecasterCatalog.plainName(name)
            guard ![ForecasterCatalog.medianName, ForecasterCatalog.scumName].contains(plain) else {
                throw .invalid(byte: byte, reason: "a median within a median")
            }
            members.append((name, try ForecasterCatalog.decode(name: name, bytes: blob)))
        }
    }
}
