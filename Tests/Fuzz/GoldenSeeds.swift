import Glibc
import Networking

/// The strings of one key in a golden file of the decoders.
struct GoldenSeeds: Sendable {
    /// Its name in the folder of the golden files.
    let file: String
    /// The key whose strings are inputs, wherever it stands.
    let key: String
    /// Whether the strings are bytes in hexadecimal.
    var isHex = false

    /// The inputs; none when the file is not there.
    func inputs(in folder: String) -> [[UInt8]] {
        guard let document = try? JSONDocument(FuzzFile.bytes(of: folder + "/" + file)) else { return [] }
        var found: [[UInt8]] = []
        collect(document.root, into: &found)
        return found
    }

    private func collect(_ value: JSONValue, into found: inout [[UInt8]]) {
        if let members = value.members {
            for (name, value) in members {
                if name == key, let text = value.string {
                    found.append(isHex ? Self.bytes(hex: text) : Array(text.utf8))
                } else {
                    collect(value, into: &found)
                }
            }
        } else if let elements = value.elements {
            for element in elements { collect(element, into: &found) }
        }
    }

    private static func bytes(hex: String) -> [UInt8] {
        let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

extension FuzzTarget {
    /// Every input to begin with.
    ///
    /// - Parameter folder: Where the golden files of the decoders are.
    public func inputs(golden folder: String) -> [[UInt8]] {
        seeds + golden.flatMap { $0.inputs(in: folder) }
    }
}

/// Files of the fuzzer.
enum FuzzFile {
    /// All bytes; none when there is no such file.
    static func bytes(of path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&block, 1, block.count, file), count > 0 { bytes += block[..<count] }
        return bytes
    }

    /// Writes a file; `false` when that fails.
    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        let count = fwrite(bytes, 1, bytes.count, file)
        return fclose(file) == 0 && count == bytes.count
    }
}
