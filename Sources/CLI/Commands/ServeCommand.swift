import Glibc
import Networking
import Service

/// `bellwether serve`: the service, until it is told to stop.
enum ServeCommand {
    static let command = Command(
        name: "serve", summary: "Runs the service.", operands: "",
        options: Configuration.settings.map { Command.Option("--" + $0.name, value: "VALUE", $0.summary) }
            + [
                Command.Option(
                    "--config", value: "FILE",
                    "A YAML file of settings and metrics, or a directory.")
            ],
        run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        guard arguments.operands.isEmpty else {
            throw UsageError("serve takes options only, not '\(arguments.operands[0])'")
        }
        let environment = Environment.current
        let flags = (Configuration.settings.map(\.name) + ["config"]).compactMap { name in
            arguments.text("--" + name).map { (name: name, value: $0) }
        }
        let rereads = Configuration.filePath(flags: flags, environment: environment) != nil
        // Before any thread is made, so that all of them leave the signals to the one that waits.
        StopSignals.block(rereads: rereads)
        var source = ConfigurationSource(flags: flags, environment: environment)
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try source.read()
        } catch {
            for finding in error.all { console.note("\(finding)") }
            return .usage
        }
        let surroundings = App.Surroundings(
            version: Version.number, clocks: .system, requestIDPrefix: RequestIDs.randomPrefix(),
            log: .standardError(), store: .directory, seed: UInt64.random(in: .min ... .max))
        let code = App.run(
            configuration, source: source, routes: Routes.all, schemas: Routes.schemas, in: surroundings
        ) { StopSignals.wait(rereads: rereads) }
        return ExitCode(rawValue: code) ?? .failure
    }
}
