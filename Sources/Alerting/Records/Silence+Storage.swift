internal import Query
public import TimeSeries

extension Silence: BinaryStorable {
    private static let version = 1

    /// Appends the silence.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(id)
        writer.write(matchers) { writer, matcher in
            for text in [matcher.name, matcher.comparison.rawValue, matcher.value] { writer.write(text) }
        }
        writer.write(starts)
        writer.write(ends)
        writer.write(createdBy)
        writer.write(comment)
    }

    /// Reads a silence back.
    ///
    /// - Throws: ``BinaryFormatError`` when bytes are missing or make no sense.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        try reader.expect(version: Self.version, of: "silence")
        let id = try reader.readString()
        let matchers = try reader.readAll { (reader) throws(BinaryFormatError) in
            let start = reader.byte
            let name = try reader.readString()
            let comparison = try reader.readWord(Selector.Comparison.self)
            let value = try reader.readString()
            do throws(SelectorError) {
                return try Selector.Matcher(stored: name, comparison, value: value)
            } catch {
                throw BinaryFormatError.invalid(byte: start, reason: "a matcher: \(error)")
            }
        }
        self.init(
            id: id, matchers: matchers, starts: try reader.readNumber(), ends: try reader.readNumber(),
            createdBy: try reader.readString(), comment: try reader.readString())
    }
}

extension ChangeEvent: BinaryStorable {
    /// A mark in charts has the first, an event that declares something the second.
    private static let versions = 1...2

    /// Appends the event.
    public func write(to writer: inout BinaryWriter) {
        writer.write(declaration == nil ? Self.versions.lowerBound : Self.versions.upperBound)
        for text in [id, title, self.text] { writer.write(text) }
        writer.write(starts)
        writer.write(ends)
        writer.write(labels)
        declaration?.write(to: &writer)
    }

    /// Reads an event back.
    ///
    /// - Throws: ``BinaryFormatError`` when bytes are missing or make no sense.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.expect(versions: Self.versions, of: "event")
        self.init(
            id: try reader.readString(), title: try reader.readString(), text: try reader.readString(),
            starts: try reader.readNumber(), ends: try reader.readNumber(), labels: try reader.readLabels())
        if version == Self.versions.upperBound { declaration = try Declaration(from: &reader) }
    }
}
