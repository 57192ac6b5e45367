import Glibc
import Workload

/// What the command line asked for, and the servers that several benchmarks share; they end with it.
final class Session {
    var prefixes: [String] = []
    var connections = 4
    var seconds = 5.0
    var soakMinutes = 0.0
    /// The share of the series that a soak replaces by new ones every minute.
    var churn = 1.0
    var usesPeer = true
    var listsOnly = false

    private var server: Server?
    private var peerOutcome: Result<Peer, Failure>?

    static let usage = """
        usage: Benchmarks [PREFIX...] [--list] [--connections N] [--seconds S] [--soak MINUTES] [--churn SHARE] [--no-peer]
        """

    init(_ arguments: [String]) throws(Failure) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--list": listsOnly = true
            case "--no-peer": usesPeer = false
            case "--connections": connections = Int(try Self.number(of: word, &rest, in: 1...1000))
            case "--seconds": seconds = try Self.number(of: word, &rest, in: 0.1...3600)
            case "--soak": soakMinutes = try Self.number(of: word, &rest, in: 0...1440)
            case "--churn": churn = try Self.number(of: word, &rest, in: 0...1)
            case _ where word.hasPrefix("-"): throw Failure("unknown option \(word)\n" + Self.usage)
            default: prefixes.append(word)
            }
        }
    }

    private static func number(
        of option: String, _ rest: inout ArraySlice<String>, in range: ClosedRange<Double>
    ) throws(Failure) -> Double {
        guard let word = rest.popFirst(), let value = Double(word), range.contains(value) else {
            throw Failure("\(option) needs a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func selects(_ name: String) -> Bool {
        prefixes.isEmpty || prefixes.contains { name.hasPrefix($0) }
    }

    /// The service, started when first needed.
    func service() throws(Failure) -> Server {
        if let server { return server }
        let started = try Server()
        server = started
        return started
    }

    /// Ends the shared services, so that the two cores are somebody else's.
    func endServices() {
        server = nil
        peerOutcome = nil
    }

    /// The peer, started when first needed.
    func peer() throws(Failure) -> Peer {
        if let peerOutcome { return try peerOutcome.get() }
        server = nil  // The two cores are the peer's alone.
        let outcome = Result { () throws(Failure) in
            guard usesPeer else { throw Failure("--no-peer") }
            return try Peer()
        }
        peerOutcome = outcome
        return try outcome.get()
    }
}
