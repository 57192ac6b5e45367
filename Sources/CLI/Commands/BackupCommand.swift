import Glibc
import Networking
import Service
import Storage

/// `bellwether backup DEST`: a consistent copy of the stored data, also while a service writes to it.
enum BackupCommand {
    static let command = Command(
        name: "backup", summary: "Copies the stored data to one new file, while a service runs.",
        operands: "DEST",
        options: ServiceConnection.options.filter { $0.name != "--url" }, run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let path = try arguments.operand("DEST")
        let configuration = try ServiceConnection.configuration(arguments, console)
        var status = stat()
        guard stat(path, &status) != 0 else { throw Failure("\(path) exists: name a new file") }
        let connection = try ServiceConnection.open(arguments, console)
        defer { connection.close() }
        // What was acknowledged before this moment is in the copy.
        let counts = try connection.askPatiently(.post, "/api/v1/checkpoint").json()
        do throws(StorageError) {
            try SQLiteStore.backup(database: configuration.data + "/bellwether.db", to: path)
        } catch {
            throw Failure("\(error)")
        }
        guard stat(path, &status) == 0 else { throw Failure("\(path) is not there after the backup") }
        let (series, points) = (counts["series"]?.integer ?? 0, counts["points"]?.integer ?? 0)
        try console.write("\(path): \(status.st_size) bytes, \(series) series, \(points) points\n")
        return .success
    }
}

/// `bellwether restore BACKUP --data DIR`: makes a backup the data of a new directory.
enum RestoreCommand {
    static let command = Command(
        name: "restore", summary: "Makes a backup the data of a new directory.", operands: "BACKUP",
        options: [Command.Option("--data", value: "DIR", "the directory, which must hold no data yet")],
        run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let backup = try arguments.operand("BACKUP")
        guard let directory = arguments.text("--data") else { throw UsageError("restore needs --data DIR") }
        do throws(StorageError) {
            try SQLiteStore.restore(backup: backup, into: directory)
        } catch {
            throw Failure("\(error)")
        }
        try console.write("restored into \(directory)\n")
        return .success
    }
}
