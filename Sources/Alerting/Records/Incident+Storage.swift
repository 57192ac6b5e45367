public import TimeSeries

extension Incident: BinaryStorable {
    private static let version = 2

    /// Appends the incident; exact for `nan`.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(id)
        for word in [state.rawValue, kind.rawValue, severity.rawValue, title] { writer.write(word) }
        for time in [opened, started, changed] { writer.write(time) }
        writer.write(resolved)
        writer.write(acknowledgement != nil)
        if let acknowledgement {
            writer.write(acknowledgement.by)
            writer.write(acknowledgement.comment)
            writer.write(acknowledgement.at)
            writer.write(acknowledgement.until)
        }
        writer.write(members) { writer, member in
            member.verdict.write(to: &writer)
            writer.write(member.joined)
        }
        writer.write(timeline) { writer, moment in
            writer.write(moment.time)
            for text in [moment.kind.rawValue, moment.text, moment.by] { writer.write(text) }
        }
        writer.write(givenLabels)
        writer.write(settledIdentity != nil)
        if let settledIdentity { writer.write(settledIdentity) }
        writer.write(recovered)
        writer.write(recoveryHold)
        writer.write(toldMembers)
        writer.write(naming != nil)
        guard let naming else { return }
        writer.write(naming.subject)
        writer.write(Int(naming.direction))
        writer.write(naming.count)
    }

    /// Reads an incident back, also one of version 1, whose title was not settled.
    ///
    /// - Throws: ``BinaryFormatError`` when bytes are missing or make no sense.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.expect(versions: 1...Self.version, of: "incident")
        let id = try reader.readNumber()
        let state = try reader.readWord(State.self)
        let kind = try reader.readWord(Kind.self)
        let severity = try reader.readWord(Severity.self)
        let title = try reader.readString()
        let opened = try reader.readNumber()
        let started = try reader.readNumber()
        self.init(
            id: id, state: state, kind: kind, severity: severity, title: title, opened: opened,
            started: started)
        changed = try reader.readNumber()
        resolved = try reader.readOptional()
        if try reader.readFlag() {
            acknowledgement = Acknowledgement(
                by: try reader.readString(), comment: try reader.readString(), at: try reader.readNumber(),
                until: try reader.readOptional())
        }
        members = try reader.readAll { (reader) throws(BinaryFormatError) in
            Member(verdict: try Verdict(from: &reader), joined: try reader.readNumber())
        }
        timeline = try reader.readAll { (reader) throws(BinaryFormatError) in
            let time = try reader.readNumber()
            let kind = try reader.readWord(Moment.Kind.self)
            return Moment(time: time, kind: kind, text: try reader.readString(), by: try reader.readString())
        }
        givenLabels = try reader.readLabels()
        settledIdentity = try reader.readFlag() ? try reader.readLabels() : nil
        recovered = try reader.readOptional()
        recoveryHold = try reader.readNumber()
        toldMembers = try reader.readInt()
        guard version > 1, try reader.readFlag() else { return }
        let subject = try reader.readString()
        let start = reader.byte
        guard let direction = Int8(exactly: try reader.readInt()) else {
            throw .invalid(byte: start, reason: "a direction")
        }
        naming = Naming(subject: subject, direction: direction, count: try reader.readInt())
    }
}

extension Verdict: BinaryStorable {
    private static let version = 1

    /// Appends the verdict; exact for `nan`.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(Int(key.series))
        writer.write(key.kind.rawValue)
        writer.write(key.from)
        writer.write(isOver)
        writer.write(time)
        writer.write(labels)
        writer.write(definition)
        writer.write(severity.rawValue)
        writer.write(peak.time)
        for value in [peak.value, peak.expected, peak.lower, peak.upper, peak.score, peak.pValue] {
            writer.write(value)
        }
        writer.write(Int(peak.direction))
        writer.write(peak.evidence)
        writer.write(sentence)
        writer.write(lateness)
        writer.write(leastOpen)
    }

    /// Reads a verdict back.
    ///
    /// - Throws: ``BinaryFormatError`` when bytes are missing or make no sense.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        try reader.expect(version: Self.version, of: "verdict")
        let start = reader.byte
        guard let series = UInt32(exactly: try reader.readInt()) else {
            throw .invalid(byte: start, reason: "the number of a series")
        }
        let kind = try reader.readWord(Kind.self)
        let key = Key(series: series, kind: kind, from: try reader.readNumber())
        let isOver = try reader.readFlag()
        let time = try reader.readNumber()
        let labels = try reader.readLabels()
        let definition = try reader.readString()
        let severity = try reader.readWord(Severity.self)
        let peak = try Peak(from: &reader)
        self.init(
            key: key, isOver: isOver, time: time, labels: labels, definition: definition, severity: severity,
            peak: peak, sentence: try reader.readString(), lateness: try reader.readNumber(),
            leastOpen: try reader.readNumber())
    }
}

extension Verdict.Peak {
    fileprivate init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let time = try reader.readNumber()
        let value = try reader.readDouble()
        let expected = try reader.readDouble()
        let lower = try reader.readDouble()
        let upper = try reader.readDouble()
        let score = try reader.readDouble()
        let pValue = try reader.readDouble()
        let start = reader.byte
        guard let direction = Int8(exactly: try reader.readInt()) else {
            throw .invalid(byte: start, reason: "a direction")
        }
        self.init(
            time: time, value: value, expected: expected, lower: lower, upper: upper, score: score,
            pValue: pValue, direction: direction, evidence: try reader.readString())
    }
}
