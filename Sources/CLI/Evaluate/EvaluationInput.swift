import Evaluation
import Glibc
import Networking
import Service

/// The sets that were named on the command line, read from a folder, an archive or a CSV file.
struct EvaluationInput {
    private(set) var sets: [EvaluationSet] = []
    /// Whether a series could not be read and was named on standard error.
    private(set) var isIncomplete = false

    /// - Throws: ``UsageError`` for a set that is not there, ``Failure`` for a file that is no set.
    init(_ wishes: EvaluationWishes, _ console: Console) throws {
        if Self.isFolder(wishes.path) {
            try Self.refuseFileOptions(wishes)
            let names = try Self.names(in: wishes.path)
            try read(names, wishes, console) { name in
                DatasetFile(name: name, bytes: try FileInput.read(wishes.path + "/" + name))
            }
        } else {
            let bytes = try FileInput.read(wishes.path)
            if Self.isArchive(wishes.path, bytes) {
                try Self.refuseFileOptions(wishes)
                try readArchive(bytes, wishes, console)
            } else {
                guard wishes.sets == nil else {
                    throw UsageError("--dataset is for folders and archives: \(wishes.path) is a file")
                }
                let file = try OwnSeries(bytes, wishes, console)
                sets = [file.set]
                isIncomplete = file.isIncomplete
            }
        }
        if let first = wishes.first {
            for place in sets.indices { sets[place].series = Array(sets[place].series.prefix(first)) }
        }
    }

    private mutating func readArchive(
        _ bytes: [UInt8], _ wishes: EvaluationWishes, _ console: Console
    ) throws {
        let entries: [TarArchive.Entry]
        do throws(TarArchive.Failure) {
            entries = try TarArchive.entries(of: bytes)
        } catch {
            throw Failure("\(wishes.path): \(error)")
        }
        try read(entries.map(\.name), wishes, console) { name in
            let range = entries.first { $0.name == name }?.range ?? 0..<0
            return DatasetFile(name: name, bytes: Array(bytes[range]))
        }
    }

    /// Reads the sets out of files; one that is not asked for is not opened.
    private mutating func read(
        _ names: [String], _ wishes: EvaluationWishes, _ console: Console,
        open: (String) throws -> DatasetFile
    ) throws {
        let known = names.filter { $0.hasSuffix(".csv") && $0 != DatasetReader.index }
            .map(DatasetReader.setName)
        guard !known.isEmpty else { throw Failure("\(wishes.path): no file NAME.csv in it") }
        let wanted = try wishes.sets.map { try Self.checked($0, among: known) } ?? known
        let manifest = try names.contains(Self.manifest) ? Manifest.read(open(Self.manifest)) : nil
        let index = try names.contains(DatasetReader.index) ? open(DatasetReader.index) : nil
        do {
            let reader = try DatasetReader(index: index, manifest: manifest)
            // In the order of the manifest, else of the files.
            let order = wishes.sets ?? (manifest?.map(\.name).filter(known.contains) ?? [])
            for name in order + wanted.filter({ !order.contains($0) }) {
                let (set, notes) = try reader.read(open(name + ".csv"))
                for note in notes { console.note(note) }
                sets.append(set)
            }
        } catch let error as DatasetError {
            throw Failure("\(wishes.path): \(error)")
        }
    }

    private static let manifest = "manifest.json"

    private static func checked(_ names: [String], among known: [String]) throws -> [String] {
        for name in names where !known.contains(name) {
            let near = nearest(to: name, among: known)
            throw UsageError(
                "--dataset: no set '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                    + " (there are: \(known.joined(separator: ", ")))")
        }
        return names
    }

    /// What only a CSV of one's own needs to be told.
    private static func refuseFileOptions(_ wishes: EvaluationWishes) throws {
        for (name, value) in [("--horizon", wishes.horizon), ("--season", wishes.season)] where value != nil {
            throw UsageError("\(name) is for a CSV of series: sets come with their own")
        }
    }

    private static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }

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

/// The file `manifest.json`: an array of objects with the keys `name`, `m` and `periods`; others are notes.
enum Manifest {
    /// - Throws: ``Failure`` when it is no such array.
    static func read(_ file: DatasetFile) throws(Failure) -> [SetDescription] {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(file.bytes)
        } catch {
            throw Failure("\(file.name): \(error)")
        }
        guard let elements = document.root.elements else { throw Failure("\(file.name) is no array") }
        var sets: [SetDescription] = []
        for element in elements {
            guard let name = element["name"]?.string else {
                throw Failure("\(file.name): element \(sets.count + 1) has no name")
            }
            guard !sets.contains(where: { $0.name == name }) else {
                throw Failure("\(file.name): \(name) stands in it twice")
            }
            var set = SetDescription(name: name)
            if let value = element["m"], !value.isNull { set.period = try steps(value, "m", name, file) }
            if let value = element["periods"], !value.isNull {
                guard let periods = value.elements else {
                    throw Failure("\(file.name): the periods of \(name) are no array")
                }
                set.seasons = []
                for period in periods { set.seasons?.append(try steps(period, "a period", name, file)) }
            }
            sets.append(set)
        }
        return sets
    }

    private static func steps(
        _ value: JSONValue, _ what: String, _ name: String, _ file: DatasetFile
    ) throws(Failure) -> Int {
        guard let steps = value.integer, (1...1_000_000).contains(steps) else {
            throw Failure("\(file.name): \(what) of \(name) is no number of steps")
        }
        return steps
    }
}
