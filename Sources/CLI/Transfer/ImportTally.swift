import Networking

/// What became of the points of an import.
struct ImportTally {
    /// Why something was not taken, and where.
    struct Fault {
        let file: String
        /// Counted from 1; `nil` where no line is to blame.
        let line: Int?
        let reason: String
    }

    /// Faults that are told.
    static let mostFaults = 10

    private(set) var accepted = 0
    private(set) var rejected = 0
    private(set) var duplicates = 0
    private(set) var late = 0
    private(set) var faults: [Fault] = []

    /// Counts points that were not sent, for nobody could read them.
    mutating func refuse(_ count: Int) { rejected += count }

    /// Adds the answer to one part; `piece` is that of a file.
    mutating func add(_ answer: JSONValue, of piece: ImportPiece? = nil, from source: String) {
        accepted += answer["accepted"]?.integer ?? 0
        rejected += answer["rejected"]?.integer ?? 0
        duplicates += answer["duplicates"]?.integer ?? 0
        late += answer["late"]?.integer ?? 0
        guard let errors = answer["errors"]?.elements else { return }
        for error in errors where faults.count < Self.mostFaults {
            let line = piece.flatMap { piece in error["line"]?.integer.map(piece.lineOfFile) }
            faults.append(Fault(file: source, line: line, reason: error["reason"]?.string ?? ""))
        }
    }

    /// The sums in one line.
    var text: String {
        "accepted \(accepted), rejected \(rejected), duplicates \(duplicates), late \(late)"
    }

    /// The same as the service answers one request, each error with its file.
    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("accepted", accepted)
            json.member("rejected", rejected)
            json.member("duplicates", duplicates)
            json.member("late", late)
            json.key("errors")
            json.array { json in
                for fault in faults {
                    json.object { json in
                        json.member("file", fault.file)
                        if let line = fault.line { json.member("line", line) }
                        json.member("reason", fault.reason)
                    }
                }
            }
        }
        return json.bytes + [0x0A]
    }
}
