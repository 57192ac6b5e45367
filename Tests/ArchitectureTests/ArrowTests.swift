import Foundation
import TestSupport
import Testing

/// The arrows of Package.swift, read from its text: what each module says it depends on.
private struct DeclaredArrows {
    let dependencies: [String: Set<String>]

    init(manifest: String) throws {
        var found: [String: Set<String>] = [:]
        let calls = try Regex(#"(?:[mM]odule\(\s*|name: )"(\w+)",\s*(?:dependencies: )?\[([^\]]*)\]"#)
        for match in manifest.matches(of: calls) {
            guard let name = match.output[1].substring, let list = match.output[2].substring else { continue }
            let names = list.split(separator: ",").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: "\" \n\t"))
            }
            found[String(name)] = Set(names.filter { !$0.isEmpty })
        }
        dependencies = found
    }
}

/// C modules and the one module that may import each.
private let owners = [
    "COpenBLAS": "Numerics", "CLAPACKE": "Numerics", "CMicrohttpd": "Networking",
    "CSimdjson": "Networking", "CZlib": "Networking", "CZstd": "Networking", "CYAML": "Service",
    "CSnappy": "Networking",
    "CCurl": "Networking", "CCrypto": "Networking", "CSQLite": "Storage", "CRE2": "Query",
    "CDashboard": "Service", "CModels": "Forecasting", "CDetectionModels": "Detection",
]

private let layers = [
    "TimeSeries": 0, "Numerics": 0, "Networking": 0, "Ingest": 1, "Storage": 1, "Forecasting": 1,
    "Detection": 2, "Query": 2,
    "Alerting": 3, "Evaluation": 3, "Analysis": 3, "Pipeline": 4, "Service": 5, "Workload": 5, "CLI": 6,
]

/// The modules that a source file imports.
private func imports(of path: String) throws -> Set<String> {
    let lines = try Repository.text(path).split(separator: "\n")
    let words = lines.map { $0.split(separator: " ") }
    return Set(
        words.compactMap { words in
            guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1 else {
                return nil
            }
            return String(words[place + 1])
        })
}

@Test(arguments: layers.keys.sorted())
func `a module imports only what the map declares, and nothing of its own layer or above`(
    module: String
) throws {
    let declared = try DeclaredArrows(manifest: Repository.text("Package.swift"))
    let own =
        module == "TimeSeries" ? [] : try #require(declared.dependencies[module], "\(module) is not declared")
    let files = Repository.files(below: "Sources/" + module, suffix: ".swift")
    #expect(!files.isEmpty, "\(module) has no source")
    for file in files {
        for name in try imports(of: file) {
            if let owner = owners[name] {
                #expect(owner == module, "\(file) imports \(name), which belongs to \(owner)")
            }
            guard layers[name] != nil || owners[name] != nil else {
                #expect(["Glibc", "Synchronization"].contains(name), "\(file) imports \(name)")
                continue
            }
            #expect(own.contains(name), "\(file) imports \(name), which \(module) does not declare")
            if let from = layers[module], let to = layers[name] {
                #expect(to < from, "\(file): an arrow from layer \(from) to layer \(to)")
            }
        }
    }
}

@Test
func `every declared arrow is used`() throws {
    let declared = try DeclaredArrows(manifest: Repository.text("Package.swift")).dependencies
    for module in layers.keys {
        let used = try Repository.files(below: "Sources/" + module, suffix: ".swift")
            .reduce(into: Set<String>()) { try $0.formUnion(imports(of: $1)) }
        for name in declared[module] ?? [] {
            #expect(used.contains(name), "\(module) declares \(name) and does not import it")
        }
    }
}
