extension ValueReader {
    /// A secret that stands in the configuration itself. No error repeats it.
    func secret(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> String {
        try checked(try text(node, name), node, "\(name) must be one line that is not empty")
    }

    /// The content of a file, without white space around it; its path is relative to the configuration file.
    ///
    /// - Throws: ``ConfigurationError`` where it cannot be read, is empty, has several lines, or others may write it.
    mutating func secret(inFile node: YAMLNode, _ name: String) throws(ConfigurationError) -> String {
        let path = beside(try text(node, name))
        let secret: SmallFile
        do throws(ConfigurationError) {
            secret = try SmallFile(path)
        } catch {
            throw node.error(in: file, "\(name) \(path) \(error.message)")
        }
        let bits = String(secret.mode, radix: 8)
        guard secret.mode & 0o022 == 0 else {
            throw node.error(in: file, "others may change \(name) \(path) (mode \(bits)); chmod 600 it")
        }
        guard let content = String(validating: secret.bytes, as: UTF8.self) else {
            throw node.error(in: file, "\(name) \(path) must hold text")
        }
        let tail = content.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }
        let text = try checked(
            String(tail.reversed()), node, "\(name) \(path) must hold one line that is not empty")
        if secret.mode & 0o004 != 0 {
            warnings.append(
                "\(path): every user of this machine can read the secret (mode \(bits)); chmod 600 it")
        }
        return text
    }

    /// A path as seen from the directory of the configuration file.
    func beside(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    private func checked(
        _ secret: String, _ node: YAMLNode, _ message: String
    ) throws(ConfigurationError) -> String {
        guard !secret.isEmpty, secret.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw node.error(in: file, message)
        }
        return secret
    }
}
