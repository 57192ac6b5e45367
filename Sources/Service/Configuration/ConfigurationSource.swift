internal import Networking

/// Where a configuration comes from: flags, variables and the files that they name, so that it can be read again.
public struct ConfigurationSource: Sendable {
    private let flags: [(name: String, value: String)]
    private let environment: [String: String]
    /// What the files held when they were last read, as a digest; the reason when they could not be.
    private(set) var digest = ""

    /// A source of these flags and variables; nothing is read yet.
    public init(flags: [(name: String, value: String)], environment: [String: String]) {
        self.flags = flags
        self.environment = environment
    }

    /// The path of the file or directory, if one is named.
    public var path: String? { Configuration.filePath(flags: flags, environment: environment) }

    /// Reads the files, once, and puts a configuration together.
    ///
    /// - Throws: ``ConfigurationError``, also when a file cannot be read; what was read before stays what counts.
    public mutating func read() throws(ConfigurationError) -> Configuration {
        let files: [(name: String, bytes: [UInt8])]
        do throws(ConfigurationError) {
            files = try self.files()
        } catch {
            digest = "\(error)"
            throw error
        }
        digest = Self.digest(files)
        return try Configuration.resolve(flags: flags, environment: environment, files: files)
    }

    /// A digest of what the files hold now; that of the reason when they cannot be read.
    var digestNow: String {
        do throws(ConfigurationError) {
            return Self.digest(try files())
        } catch {
            return "\(error)"
        }
    }

    private func files() throws(ConfigurationError) -> [(name: String, bytes: [UInt8])] {
        guard let path else { return [] }
        var files: [(name: String, bytes: [UInt8])] = []
        for name in try Configuration.paths(at: path) { files.append((name, try SmallFile(name).bytes)) }
        return files
    }

    private static func digest(_ files: [(name: String, bytes: [UInt8])]) -> String {
        guard !files.isEmpty else { return "" }
        let parts = files.map {
            Digest.hexadecimal(Digest.sha256(Array($0.name.utf8)))
                + Digest.hexadecimal(Digest.sha256($0.bytes))
        }
        return Digest.hexadecimal(Digest.sha256(Array(parts.joined().utf8)))
    }
}
