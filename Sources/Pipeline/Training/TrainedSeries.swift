public import Forecasting
public import TimeSeries

/// The model of one series in a version: what a stream goes on from.
public struct TrainedSeries: Sendable {
    /// The encoded labels of the series.
    public var labels: [UInt8]
    /// The method, `auto/…` when it was chosen.
    public var method: String
    /// Steps in each season, ascending; empty for none.
    public var season: [Int]
    /// The model after the last step of its history.
    public var model: any ForecastModel
    /// The time of the last step that the model saw, even if its value was missing.
    public var lastTime: Timestamp
    /// The distance from one step to the next.
    public var step: Step
    /// The last known one-step residuals of the fit, value minus mean, oldest first; in the unit of the series.
    public var residuals: [Double]

    /// No series keeps more residuals.
    public static let mostResiduals = 1_000

    /// A series with its model.
    public init(
        labels: [UInt8], method: String, season: [Int], model: any ForecastModel, lastTime: Timestamp,
        step: Step, residuals: [Double]
    ) {
        self.labels = labels
        self.method = method
        self.season = season
        self.model = model
        self.lastTime = lastTime
        self.step = step
        self.residuals = residuals
    }
}

extension TrainedSeries: BinaryStorable {
    private static let version = 1

    /// Appends every field; the model in the stored form of its method.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(blob: labels)
        writer.write(method)
        writer.write(season)
        writer.write(Int(lastTime.milliseconds))
        let (unit, count) = step.stored
        writer.write(unit)
        writer.write(count)
        writer.write(residuals)
        writer.write(blob: ForecasterCatalog.encode(model, name: method))
    }

    /// Reads a stored series.
    ///
    /// - Throws: ``BinaryFormatError``; of bytes inside the model it counts from the model's first.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "trained series") }
        labels = try reader.readBlob()
        method = try reader.readString()
        var byte = reader.byte
        season = try reader.readInts()
        let ascending = zip(season, season.dropFirst()).allSatisfy { $0 < $1 }
        guard ascending, season.allSatisfy({ $0 >= 2 }) else {
            throw .invalid(byte: byte, reason: "seasons of \(season) steps")
        }
        byte = reader.byte
        let milliseconds = Int64(try reader.readInt())
        guard (Timestamp.earliest.milliseconds...Timestamp.latest.milliseconds).contains(milliseconds) else {
            throw .invalid(byte: byte, reason: "a last time of \(milliseconds) ms")
        }
        lastTime = Timestamp(milliseconds: milliseconds)
        byte = reader.byte
        let (unit, count) = (try reader.readInt(), try reader.readInt())
        guard let step = Step(storedUnit: unit, count: count) else {
            throw .invalid(byte: byte, reason: "a step of \(count) in unit \(unit)")
        }
        self.step = step
        byte = reader.byte
        residuals = try reader.readDoubles()
        guard residuals.count <= Self.mostResiduals, residuals.allSatisfy({ $0.isFinite }) else {
            throw .invalid(byte: byte, reason: "\(residuals.count) residuals")
        }
        model = try ForecasterCatalog.decode(name: method, bytes: try reader.readBlob())
    }
}

extension Step {
    /// The unit, permanent in stored models, and how many of it.
    fileprivate var stored: (unit: Int, count: Int) {
        switch self {
        case .fixed(let milliseconds): (0, Int(milliseconds))
        case .days(let count): (1, count)
        case .months(let count): (2, count)
        }
    }

    fileprivate init?(storedUnit unit: Int, count: Int) {
        guard count >= 1 else { return nil }
        switch unit {
        case 0: self = .fixed(milliseconds: Int64(count))
        case 1: self = .days(count)
        case 2: self = .months(count)
        default: return nil
        }
    }
}
