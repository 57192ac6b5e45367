import Evaluation
import Networking
import Service

/// The sets that were named on the command line, read from a folder, an archive or a CSV file.
struct EvaluationInput {
    private(set) var sets: [EvaluationSet] = []
    /// Whether a series could not be read and was named on standard error.
    private(set) var isIncomplete = false

    /// - Throws: ``UsageError`` for a set that is not there, ``Failure`` for a file that is no set.
    init(_ wishes: EvaluationWishes, _ console: Console) throws {
        let place = try DatasetPlace(wishes.path)
        if case .file(let bytes) = place.content {
            guard wishes.sets == nil else {
                throw UsageError("--dataset is for folders and archives: \(wishes.path) is a file")
            }
            let file = try OwnSeries(bytes, wishes, console)
            sets = [file.set]
            isIncomplete = file.isIncomplete
        } else {
            try Self.refuseFileOptions(wishes)
            try read(place, wishes, console)
        }
        if let first = wishes.first {
            for place in sets.indices { sets[place].series = Array(sets[place].series.prefix(first)) }
        }
    }

    /// Reads the sets out of files; one that is not asked for is not opened.
    private mutating func read(
        _ place: DatasetPlace, _ wishes: EvaluationWishes, _ console: Console
    ) throws {
        let names = place.names
        let known = names.filter { $0.hasSuffix(".csv") && $0 != DatasetReader.index }
            .map(DatasetReader.setName)
        guard !known.isEmpty else { throw Failure("\(wishes.path): no file NAME.csv in it") }
        let wanted = try wishes.sets.map { try Self.checked($0, among: known) } ?? known
        let manifest = try names.contains(Self.manifest) ? Manifest.read(place.open(Self.manifest)) : nil
        let index = try names.contains(DatasetReader.index) ? place.open(DatasetReader.index) : nil
        do {
            let reader = try DatasetReader(index: index, manifest: manifest)
            // In the order of the manifest, else of the files.
            let order = wishes.sets ?? (manifest?.map(\.name).filter(known.contains) ?? [])
            for name in order + wanted.filter({ !order.contains($0) }) {
                let (set, notes) = try reader.read(place.open(name + ".csv"))
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
