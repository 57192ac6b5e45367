public import TimeSeries

extension ForecasterCatalog {
    /// The stored form of a model: the name of its method, then the model's own versioned form, exact to
    /// the last bit.
    ///
    /// - Parameters:
    ///   - model: A model of the method `name`.
    ///   - name: A name of the catalogue, or the `auto/…` of a choice; the plain name is stored.
    public static func encode(_ model: any ForecastModel, name: String) -> [UInt8] {
        var writer = BinaryWriter()
        writer.write(plainName(name))
        model.write(to: &writer)
        return writer.bytes
    }

    /// Reads what ``encode(_:name:)`` wrote; the model goes on as the stored one would, to the last bit.
    ///
    /// - Parameters:
    ///   - name: The name it was stored under, with or without `auto/`.
    ///   - bytes: All of its bytes and no more.
    /// - Throws: ``BinaryFormatError``: the method is unknown or another one than the bytes say, bytes are
    ///   missing, left over or make no sense, or the model's version is not known.
    public static func decode(name: String, bytes: [UInt8]) throws(BinaryFormatError) -> any ForecastModel {
        let plain = plainName(name)
        guard let entry = entries.first(where: { $0.name == plain }) else {
            throw .invalid(byte: 0, reason: "a model of \(name), which no method is called")
        }
        var reader = BinaryReader(bytes)
        let stored = try reader.readString()
        guard stored == plain else {
            throw .invalid(byte: 0, reason: "a model of \(stored) where one of \(plain) was expected")
        }
        let model = try entry.read(&reader)
        guard reader.isAtEnd else {
            throw .invalid(
                byte: reader.byte, reason: "\(bytes.count - reader.byte) bytes after a \(plain) model")
        }
        return model
    }

    /// Reads a model of one kind.
    static func reading<Model: ForecastModel>(_ kind: Model.Type) -> ModelReading {
        { (reader: inout BinaryReader) throws(BinaryFormatError) -> any ForecastModel in
            try kind.init(from: &reader)
        }
    }
}
