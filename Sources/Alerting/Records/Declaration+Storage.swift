internal import Query
public import TimeSeries

extension Declaration: BinaryStorable {
    /// Appends the declaration.
    public func write(to writer: inout BinaryWriter) {
        writer.write(modes) { writer, mode in writer.write(mode.rawValue) }
        writer.write(selector?.description ?? "")
        writer.write(definition)
        writer.write(stretches) { writer, stretch in
            writer.write(stretch.labels)
            writer.write(stretch.from)
            writer.write(stretch.to)
        }
        writer.write(feedback?.rawValue ?? "")
    }

    /// Reads a declaration back.
    ///
    /// - Throws: ``BinaryFormatError`` when bytes are missing or make no sense.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let modes = try reader.readAll { (reader) throws(BinaryFormatError) in
            try reader.readWord(LearningMode.self)
        }
        let selector = try Self.selector(&reader)
        let definition = try reader.readString()
        let stretches = try reader.readAll { (reader) throws(BinaryFormatError) in
            Stretch(
                labels: try reader.readLabels(), from: try reader.readNumber(), to: try reader.readNumber())
        }
        let start = reader.byte
        let word = try reader.readString()
        let feedback = Feedback(rawValue: word)
        guard feedback != nil || word.isEmpty else {
            throw .invalid(byte: start, reason: "\"\(word)\" is no feedback")
        }
        self.init(
            modes: modes, selector: selector, definition: definition, stretches: stretches,
            feedback: feedback)
    }

    private static func selector(_ reader: inout BinaryReader) throws(BinaryFormatError) -> Selector? {
        let start = reader.byte
        let text = try reader.readString()
        guard !text.isEmpty else { return nil }
        do throws(SelectorError) {
            return try Selector(parsing: text)
        } catch {
            throw BinaryFormatError.invalid(byte: start, reason: "a selector: \(error)")
        }
    }
}
