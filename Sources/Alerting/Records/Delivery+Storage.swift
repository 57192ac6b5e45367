public import TimeSeries

extension Delivery: BinaryStorable {
    private static let version = 2

    /// Appends the delivery.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(sequence)
        writer.write(incident)
        writer.write(channel)
        writer.write(event.rawValue)
        writer.write(update)
        writer.write(state.rawValue)
        writer.write(created)
        writer.write(due)
        writer.write(attempts)
        writer.write(lastError)
        writer.write(blob: payload)
        writer.write(opened)
        writer.write(isGone)
    }

    /// Reads a delivery back, also one of version 1, which has neither the opening's time nor whether the receiver is
    /// gone.
    ///
    /// - Throws: ``BinaryFormatError`` when bytes are missing or make no sense.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.expect(versions: 1...Self.version, of: "delivery")
        let sequence = try reader.readNumber()
        let incident = try reader.readNumber()
        let channel = try reader.readString()
        let event = try reader.readWord(Event.self)
        let update = try reader.readInt()
        let state = try reader.readWord(State.self)
        let created = try reader.readNumber()
        self.init(
            sequence: sequence, incident: incident, channel: channel, event: event, update: update,
            state: state, created: created, due: try reader.readNumber())
        attempts = try reader.readInt()
        lastError = try reader.readString()
        payload = try reader.readBlob()
        guard version > 1 else { return }
        opened = try reader.readNumber()
        isGone = try reader.readFlag()
    }
}
