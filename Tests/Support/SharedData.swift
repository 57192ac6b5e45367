public import Foundation

/// The development series and golden numbers that may lie beside the repository. They are not part of it:
/// a test that uses them is skipped where they are not.
public enum SharedData {
    /// The folder: `SHARED_DATA`, else `../shared/data` beside the repository.
    public static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["SHARED_DATA"] {
            return URL(fileURLWithPath: path)
        }
        return Repository.root.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    /// Whether a file or folder is there.
    public static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
    }

    /// The object in a JSON file.
    public static func object(_ path: String) throws -> GoldenObject {
        let data = try Data(contentsOf: folder.appendingPathComponent(path))
        return GoldenObject(cells: try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:])
    }
}
