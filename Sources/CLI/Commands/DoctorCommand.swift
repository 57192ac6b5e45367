import Networking
import Service

/// `bellwether doctor`: whether this machine can run the service, and what to do where it cannot.
enum DoctorCommand {
    static let command = Command(
        name: "doctor", summary: "Checks this machine and this build.", operands: "",
        options: [
            Command.Option("--data", value: "DIR", "the data directory (\(Configuration().data))"),
            Command.Option("--listen", value: "HOST:PORT", "where to listen (\(Configuration().listen))"),
            Command.Option("--output", short: "-o", value: "FORM", "table or json (table)"),
        ], run: run)

    private enum Form: String, CaseIterable {
        case table
        case json
    }

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        guard arguments.operands.isEmpty else {
            throw UsageError("doctor takes options only, not '\(arguments.operands[0])'")
        }
        let form = try arguments.choice("--output", Form.self) ?? .table
        let environment = Environment.current
        let data = arguments.text("--data") ?? environment["BELLWETHER_DATA"] ?? Configuration().data
        guard !data.isEmpty else { throw UsageError("--data must be a directory, not empty") }
        let address = try address(arguments, environment)
        let checks = HostChecks.all() + [PlaceChecks.directory(data), StoreCheck.content(of: data), PlaceChecks.address(address)]
        switch form {
        case .table: try console.write(table(checks))
        case .json: try console.write(json(checks))
        }
        return checks.contains { $0.state == .fail } ? .failure : .success
    }

    private static func address(_ arguments: Arguments, _ environment: [String: String]) throws -> Address {
        let flag = arguments.text("--listen")
        guard let text = flag ?? environment["BELLWETHER_LISTEN"] else { return Configuration().listen }
        do {
            return try Address(parsing: text)
        } catch {
            throw UsageError("\(flag == nil ? "BELLWETHER_LISTEN" : "--listen"): \(error)")
        }
    }

    private static func table(_ checks: [Check]) -> String {
        let width = checks.map(\.name.count).max() ?? 0
        return checks.map { check in
            check.state.rawValue.padded(to: 4) + "  " + check.name.padded(to: width) + "  " + check.finding
                + (check.remedy.map { "; " + $0 } ?? "") + "\n"
        }.joined()
    }

    private static func json(_ checks: [Check]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("status", (checks.map(\.state).max() ?? .ok).rawValue)
            json.key("checks")
            json.array { json in
                for check in checks {
                    json.object { json in
                        json.member("name", check.name)
                        json.member("status", check.state.rawValue)
                        json.member("finding", check.finding)
                        json.member("remedy", check.remedy)
                    }
                }
            }
        }
        return json.bytes + [0x0A]
    }
}

/// What one look at the machine found.
struct Check {
    /// How bad it is.
    enum State: String, Comparable {
        case ok
        case warn
        case fail

        private var rank: Int { self == .ok ? 0 : self == .warn ? 1 : 2 }

        static func < (a: State, b: State) -> Bool { a.rank < b.rank }
    }

    let name: String
    let state: State
    /// What there is.
    let finding: String
    /// What to do about it.
    let remedy: String?

    init(_ name: String, _ finding: String) {
        self.init(name, .ok, finding)
    }

    init(_ name: String, _ state: State, _ finding: String, remedy: String? = nil) {
        self.name = name
        self.state = state
        self.finding = finding
        self.remedy = remedy
    }
}
