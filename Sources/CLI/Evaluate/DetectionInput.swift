import Evaluation
import Service

/// The labelled series that were named on the command line, read from a folder, an archive or one file.
struct DetectionInput {
    private(set) var series: [LabelledSeries] = []

    /// - Throws: ``UsageError`` for a data set that is not there, ``Failure`` for a file that is no labelled series.
    init(_ wishes: DetectionWishes, _ console: Console) throws {
        try self.init(path: wishes.path, datasets: wishes.datasets, first: wishes.first, console)
    }

    /// - Parameters:
    ///   - datasets: The data sets to take; `nil` for all.
    ///   - first: So many series of each; `nil` for all.
    init(path: String, datasets: [String]?, first: Int?, _ console: Console) throws {
        let place = try DatasetPlace(path)
        do {
            try read(place, path, datasets, first, console)
        } catch let error as DatasetError {
            throw Failure("\(path): \(error)")
        }
    }

    private mutating func read(
        _ place: DatasetPlace, _ path: String, _ datasets: [String]?, _ first: Int?, _ console: Console
    ) throws {
        let files = place.names.filter { $0.hasSuffix(".csv") && $0 != LabelledReader.manifest }
        guard !files.isEmpty else { throw Failure("\(path): no file NAME.csv in it") }
        let name = Self.set(place.name)
        let hasManifest = place.names.contains(LabelledReader.manifest)
        let manifest = hasManifest ? try place.open(LabelledReader.manifest) : nil
        let reader = try LabelledReader(manifest: manifest, name: name)
        let listed = reader.entries?.map { (file: $0.file, dataset: $0.dataset) }
        if let listed {
            let strays = files.count { file in !listed.contains { $0.file == file } }
            if strays > 0 { console.note("\(strays) files are not in \(LabelledReader.manifest): left out") }
        }
        let all = listed ?? files.map { (file: $0, dataset: name) }
        try check(datasets, among: all.map(\.dataset))
        var taken: [String: Int] = [:]
        for one in all where datasets?.contains(one.dataset) ?? true {
            guard taken[one.dataset, default: 0] < first ?? Int.max else { continue }
            taken[one.dataset, default: 0] += 1
            guard files.contains(one.file) else {
                throw Failure("\(path): \(one.file) of \(LabelledReader.manifest) is not there")
            }
            series.append(try reader.read(place.open(one.file)))
        }
    }

    private func check(_ wanted: [String]?, among all: [String]) throws {
        var known: [String] = []
        for name in all where !known.contains(name) { known.append(name) }
        for name in wanted ?? [] where !known.contains(name) {
            let near = nearest(to: name, among: known)
            throw UsageError(
                "--dataset: no set '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                    + " (there are: \(known.joined(separator: ", ")))")
        }
    }

    /// A folder, archive or file without its ending.
    private static func set(_ name: String) -> String {
        let stem = String(name.prefix { $0 != "." })
        return stem.isEmpty ? "series" : stem
    }
}
