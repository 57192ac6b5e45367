/// `bellwether version`: one line that a bug report needs.
enum VersionCommand {
    static let command = Command(
        name: "version", summary: "Prints the version.", operands: "", options: []
    ) { _, console in
        try console.write("bellwether \(Version.number)\n")
        return .success
    }
}

/// The version of this build.
enum Version {
    static let number = "0.1.0"
}
