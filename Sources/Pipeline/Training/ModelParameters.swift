public import TimeSeries

/// The parameters of one model version: a model for every series that it covers.
public struct ModelParameters: Sendable {
    /// The series, ascending by the bytes of their labels.
    public let series: [TrainedSeries]

    private let places: [[UInt8]: Int]

    /// Parameters for these series.
    ///
    /// - Precondition: no two have the same labels.
    public init(_ series: [TrainedSeries]) {
        self.series = series.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
        places = Dictionary(
            self.series.enumerated().map { ($1.labels, $0) }, uniquingKeysWith: { first, _ in first })
        precondition(places.count == series.count, "\(series.count - places.count) series are there twice")
    }

    /// The series with these encoded labels; `nil` when the version does not cover it. O(1).
    public subscript(labels: [UInt8]) -> TrainedSeries? {
        places[labels].map { series[$0] }
    }
}

extension ModelParameters: BinaryStorable {
    private static let version = 1

    /// Appends a version, a count and the series; the same parameters give the same bytes.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(series.count)
        for each in series { each.write(to: &writer) }
    }

    /// Reads stored parameters.
    ///
    /// - Throws: ``BinaryFormatError``, also when the series are not in ascending order.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "model parameters") }
        var byte = reader.byte
        let count = try reader.readInt()
        guard count >= 0 else { throw .invalid(byte: byte, reason: "a count of \(count)") }
        var series: [TrainedSeries] = []
        for _ in 0..<count {
            byte = reader.byte
            let next = try TrainedSeries(from: &reader)
            if let last = series.last, !last.labels.lexicographicallyPrecedes(next.labels) {
                throw .invalid(byte: byte, reason: "series \(series.count) is not after the one before it")
            }
            series.append(next)
        }
        self.init(series)
    }

    /// Every byte of the stored form.
    public var bytes: [UInt8] {
        var writer = BinaryWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The parameters that ``bytes`` holds.
    ///
    /// - Throws: ``BinaryFormatError``, also for bytes that are left over.
    public init(bytes: [UInt8]) throws(BinaryFormatError) {
        var reader = BinaryReader(bytes)
        try self.init(from: &reader)
        guard reader.isAtEnd else {
            throw .invalid(
                byte: reader.byte, reason: "\(bytes.count - reader.byte) bytes after the last series")
        }
    }
}
