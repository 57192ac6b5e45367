import Glibc
import Numerics
import Service

/// The program `bellwether`: runs one subcommand and ends with its exit code.
@main
enum Main {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files then counts as a full device instead of ending the process.
        signal(SIGXFSZ, SIG_IGN)
        // Parallelism is over series; the threads of OpenBLAS would only take turns with ours.
        BLAS.useOneThread()
        let code = run(
            Array(CommandLine.arguments.dropFirst()), console: Console(environment: Environment.current))
        exit(code.rawValue)
    }

    /// Runs a command line. Every error ends here, as one line.
    static func run(_ words: [String], console: Console) -> ExitCode {
        do {
            guard let name = words.first else {
                try console.write(CommandTable.help)
                return .usage
            }
            if ["help", "--help", "-h"].contains(name) {
                try console.write(CommandTable.help)
                return .success
            }
            let wanted = name == "--version" ? "version" : name
            guard let command = CommandTable.all.first(where: { $0.name == wanted }) else {
                let near = nearest(to: name, among: CommandTable.all.map(\.name))
                throw UsageError(
                    "unknown command '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                        + " ('bellwether help' lists them)")
            }
            let arguments = try Arguments(Array(words.dropFirst()), of: command)
            if arguments.asksForHelp {
                try console.write(command.help)
                return .success
            }
            return try command.run(arguments, console)
        } catch let error as UsageError {
            console.note(error.message)
            return .usage
        } catch let error as Failure {
            console.note(error.message)
            return error.code
        } catch {
            console.note("\(error)")
            return .failure
        }
    }
}
