import TimeSeries

extension GeneratedSeries {
    /// The series as `timestamp,value,label`: RFC 3339 in UTC, shortest numbers that read back the same,
    /// an empty cell for a missing value, 0 or 1, LF.
    public var csv: [UInt8] {
        var bytes: [UInt8] = []
        writeCSV { bytes += $0 }
        return bytes
    }

    /// The same in blocks of some megabytes, for series that should not be in memory twice.
    public func writeCSV<E: Error>(_ emit: ([UInt8]) throws(E) -> Void) throws(E) {
        let labels = labels
        var bytes = Array("timestamp,value,label\n".utf8)
        for index in values.indices {
            bytes += grid.time(at: index).rfc3339.utf8
            bytes.append(0x2C)
            if values[index].isFinite {
                let text = values[index].description
                bytes += text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...]
            }
            bytes += labels[index] ? [0x2C, 0x31, 0x0A] : [0x2C, 0x30, 0x0A]
            if bytes.count >= Self.blockBytes {
                try emit(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try emit(bytes)
    }

    /// The incidents as `kind,first,last,note`: first and last count steps from 0.
    public var incidentsCSV: [UInt8] {
        var bytes = Array("kind,first,last,note\n".utf8)
        for incident in incidents {
            bytes += "\(incident.kind.rawValue),\(incident.first),\(incident.last),\(incident.note)\n".utf8
        }
        return bytes
    }

    private static let blockBytes = 1 << 22
}
