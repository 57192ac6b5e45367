import Foundation

/// Programs that tests start: our own, and those of Debian packages.
public enum Program {
    /// The program itself, beside the tests in the build folder; a filtered build may lack it.
    public static let bellwether: String? = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let places = [Bundle.main.bundleURL, folder].map { $0.appendingPathComponent("bellwether").path }
        return places.first(where: FileManager.default.isExecutableFile)
    }()

    /// The path of a program of a Debian package; `nil` when it is not installed.
    public static func installed(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/"].map { $0 + name }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}

/// A folder that lasts as long as this value.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes an empty one, which every user may enter.
    public init() throws {
        path = FileManager.default.temporaryDirectory.path + "/bellwether-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a name in it.
    public func callAsFunction(_ name: String) -> String { path + "/" + name }
}
