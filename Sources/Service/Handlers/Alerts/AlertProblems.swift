public import Pipeline

extension AlertError: ProblemConvertible {
    /// 404 for what there is not, 409 for what does not fit, and what storage says of itself.
    public var problem: Problem {
        switch self {
        case .unknownIncident(let id):
            Problem("unknown-incident", 404, "Unknown incident", detail: "There is no incident \(id).")
        case .unknownSilence(let id):
            Problem(
                "unknown-silence", 404, "Unknown silence",
                detail: "There is no silence \"\(id.prefix(100))\".")
        case .unknownEvent(let id):
            Problem(
                "unknown-event", 404, "Unknown event", detail: "There is no event \"\(id.prefix(100))\".")
        case .unknownDelivery(let sequence):
            Problem(
                "unknown-delivery", 404, "Unknown delivery", detail: "There is no delivery \(sequence).")
        case .conflict(let reason): Problem("conflict", 409, "Conflict", detail: reason)
        case .storage(let error): error.problem
        }
    }
}

extension Context {
    /// Who keeps incidents and tells of them; `nil` in a service that stores nothing.
    var alerts: AlertDesk? { monitor?.alerts }

    /// The wall clock, milliseconds since 1970.
    var nowMilliseconds: Int64 { Int64((clocks.wall() * 1_000).rounded()) }

    /// Who keeps incidents and tells of them.
    ///
    /// - Throws: ``Problem`` 503 in a service without one.
    func requireAlerts() throws(Problem) -> AlertDesk { try requireMonitor().alerts }
}

extension Request {
    /// The whole number in a hole of the route's pattern.
    ///
    /// - Throws: ``Problem`` 422.
    func number(_ name: String) throws(Problem) -> Int64 {
        let text = parameter(name)
        guard let number = Int64(text), number >= 0, String(number) == text else {
            throw QueryParameters.problem("\(name) must be a whole number, not \"\(text.prefix(40))\"")
        }
        return number
    }

    /// Whether times are wanted as epoch seconds; no other parameter of the query is known.
    func wantsEpochSeconds() throws(Problem) -> Bool {
        try QueryParameters(self, knowing: ["time"]).choice("time", ["rfc3339", "unix"]) == "unix"
    }
}
