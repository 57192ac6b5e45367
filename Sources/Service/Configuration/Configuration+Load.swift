extension Configuration {
    /// Puts a configuration together, reading the file that flags or the environment name.
    ///
    /// - Throws: ``ConfigurationError``, also when the file cannot be read.
    public static func load(
        flags: [(name: String, value: String)], environment: [String: String]
    ) throws(ConfigurationError) -> Configuration {
        guard let path = filePath(flags: flags, environment: environment) else {
            return try resolve(flags: flags, environment: environment)
        }
        let file = try SmallFile(path)
        return try resolve(flags: flags, environment: environment, file: (path, file.bytes))
    }

    /// The names and one sentence each of all settings, for the help of the command line.
    public static var settings: [(name: String, summary: String)] {
        Setting.all.map { ($0.name, $0.summary) }
    }
}
