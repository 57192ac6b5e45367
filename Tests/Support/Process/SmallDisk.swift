import Foundation
import Glibc

/// A small file system in memory, gone with the value; `nil` where this process may not mount one.
public final class SmallDisk: @unchecked Sendable {  // Nothing is written after `init`.
    /// Where it is mounted.
    public let path: String

    /// Mounts one.
    ///
    /// - Parameter path: Of a directory, which is made.
    public init?(_ path: String, kibibytes: Int) {
        self.path = path
        guard mkdir(path, 0o777) == 0, mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else {
            print("skipped: no right to mount a file system")
            return nil
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Refuses every write from now on, or takes them again.
    public func setReadOnly(_ isReadOnly: Bool) -> Bool {
        mount("tmpfs", path, "tmpfs", isReadOnly ? UInt(MS_REMOUNT | MS_RDONLY) : UInt(MS_REMOUNT), nil) == 0
    }

    /// Fills it with a file until only so much is free; ``makeRoom()`` takes the file away.
    public func fill(leaving bytes: Int = 0) {
        let file = open(path + "/ballast", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        let block = [UInt8](repeating: 5, count: 4096)
        var system = statvfs()
        while statvfs(path, &system) == 0, Int(system.f_bfree) * Int(system.f_bsize) > bytes {
            guard write(file, block, block.count) > 0 else { return }
        }
    }

    /// Takes away what ``fill(leaving:)`` wrote.
    public func makeRoom() { unlink(path + "/ballast") }
}

/// The bytes of every file below a directory, by path; directories have `nil`.
public func filesBelow(_ path: String) throws -> [String: [UInt8]?] {
    var files: [String: [UInt8]?] = [:]
    for name in FileManager.default.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? [] {
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isDirectory)
        let place = URL(fileURLWithPath: path + "/" + name)
        files[name] = isDirectory.boolValue ? .some(nil) : [UInt8](try Data(contentsOf: place))
    }
    return files
}
