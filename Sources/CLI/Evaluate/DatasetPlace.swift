import Evaluation
import Glibc

/// Where the files of a data set lie: a folder, an archive, or one file of its own.
struct DatasetPlace {
    enum Content {
        /// The names of the regular files, sorted.
        case folder([String])
        /// The archive unpacked, and where its files lie in it.
        case archive([UInt8], [TarArchive.Entry])
        /// What is no archive.
        case file([UInt8])
    }

    let path: String
    let content: Content

    /// - Throws: ``Failure`` for a path that cannot be read and an archive that is none.
    init(_ path: String) throws {
        self.path = path
        if Self.kind(path) == S_IFDIR {
            content = .folder(try Self.names(in: path))
            return
        }
        let bytes = try FileInput.read(path)
        guard Self.isArchive(path, bytes) else {
            content = .file(bytes)
            return
        }
        do throws(TarArchive.Failure) {
            content = .archive(bytes, try TarArchive.entries(of: bytes))
        } catch {
            throw Failure("\(path): \(error)")
        }
    }

    /// The path without its folders.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The names of the files.
    var names: [String] {
        switch content {
        case .folder(let names): names
        case .archive(_, let entries): entries.map(\.name)
        case .file: [name]
        }
    }

    /// Reads one of the files.
    func open(_ name: String) throws -> DatasetFile {
        switch content {
        case .folder: DatasetFile(name: name, bytes: try FileInput.read(path + "/" + name))
        case .archive(let bytes, let entries):
            DatasetFile(
                name: name, bytes: Array(bytes[entries.first { $0.name == name }?.range ?? 0..<0]))
        case .file(let bytes): DatasetFile(name: name, bytes: bytes)
        }
    }

    /// What is at a path; `nil` for nothing.
    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// By its ending or by the mark of ustar.
    private static func isArchive(_ path: String, _ bytes: [UInt8]) -> Bool {
        [".tar", ".tar.gz", ".tgz"].contains(where: path.hasSuffix)
            || bytes.dropFirst(257).starts(with: Array("ustar".utf8))
    }

    /// The regular files in a folder, sorted: opening a pipe would wait for ever.
    private static func names(in path: String) throws -> [String] {
        guard let stream = opendir(path) else {
            throw Failure("cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if Self.kind(path + "/" + name) == S_IFREG { names.append(name) }
        }
        return names.sorted()
    }
}
