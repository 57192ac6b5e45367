import Numerics
import TimeSeries

/// An evidence that allocates, with a stored form that leaves out what its period says.
protocol PeriodStorable {
    /// Appends this value.
    func write(to writer: inout BinaryWriter)

    /// Reads a value back.
    ///
    /// - Parameter period: Steps in the season that windows follow.
    /// - Throws: ``BinaryFormatError`` when bytes are missing or make no sense.
    init(from reader: inout BinaryReader, period: Int) throws(BinaryFormatError)
}

extension EvidenceRanking: BinaryStorable where Part: PeriodStorable {
    private static var version: Int { 1 }

    /// Appends the bytes of the frame, and the evidence.
    func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(blob: withUnsafeBytes(of: frame) { Array($0) })
        part.write(to: &writer)
    }

    /// Reads a stored ranking.
    init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "ranking by one evidence") }
        let start = reader.byte
        let bytes = try reader.readBlob()
        guard bytes.count == MemoryLayout<Frame>.size else {
            throw .invalid(byte: start, reason: "a frame of \(bytes.count) bytes")
        }
        let frame = bytes.withUnsafeBytes { $0.loadUnaligned(as: Frame.self) }
        guard frame.count >= 0, frame.recent.count >= 0, DominantPeriod.range.contains(frame.period) else {
            throw .invalid(byte: start, reason: "\(frame.count) values, a period of \(frame.period)")
        }
        self.init(frame: frame, part: try Part(from: &reader, period: frame.period))
    }
}

extension Xoshiro256StarStar {
    /// Appends the state.
    func write(to writer: inout BinaryWriter) {
        let words = state
        for word in [words.0, words.1, words.2, words.3] { writer.write(Int(bitPattern: UInt(word))) }
    }

    /// Reads a stored state.
    init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let start = reader.byte
        var words: [UInt64] = []
        for _ in 0..<4 { words.append(UInt64(UInt(bitPattern: try reader.readInt()))) }
        guard words.contains(where: { $0 != 0 }) else {
            throw .invalid(byte: start, reason: "a generator without a state")
        }
        self.init(state: (words[0], words[1], words[2], words[3]))
    }
}
