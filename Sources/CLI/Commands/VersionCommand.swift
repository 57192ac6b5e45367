/// `bellwether version`: one line that a bug report needs.
enum VersionCommand {
    static let command = Command(
        name: "version", summary: "Prints the version.", operands: "", options: []
    ) { arguments, console in
        guard arguments.operands.isEmpty else {
            throw UsageError("version takes nothing, not '\(arguments.operands[0])'")
        }
        try console.write("bellwether \(Version.number)\n")
        return .success
    }
}

/// The version of this build.
enum Version {
    static let number = "0.1.0"
}
