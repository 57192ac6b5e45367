internal import Glibc

extension Configuration {
    /// Puts a configuration together, reading the file that flags or the environment name, or every `*.yaml` and
    /// `*.yml` in the directory that they name, in the order of the names.
    ///
    /// - Throws: ``ConfigurationError``, also when a file cannot be read.
    public static func load(
        flags: [(name: String, value: String)], environment: [String: String]
    ) throws(ConfigurationError) -> Configuration {
        var source = ConfigurationSource(flags: flags, environment: environment)
        return try source.read()
    }

    /// No directory may hold more files.
    private static let mostFiles = 1_000

    /// The path itself, or the configuration files of the directory that it is; hidden ones are none.
    static func paths(at path: String) throws(ConfigurationError) -> [String] {
        guard let directory = opendir(path) else { return [path] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(".yaml") || name.hasSuffix(".yml"), !name.hasPrefix(".") else { continue }
            names.append(name)
            guard names.count <= mostFiles else {
                throw ConfigurationError(
                    place: path, message: "the directory has more than \(mostFiles) files")
            }
        }
        guard !names.isEmpty else {
            throw ConfigurationError(
                place: path, message: "the directory has no file *.yaml or *.yml")
        }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { prefix + $0 }
    }

    /// The names and one sentence each of all settings, for the help of the command line.
    public static var settings: [(name: String, summary: String)] {
        Setting.all.map { ($0.name, $0.summary) }
    }
}
