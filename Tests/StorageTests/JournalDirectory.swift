import Foundation
import Storage

/// A directory of its own for one test, gone afterwards.
final class JournalDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/bellwether-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ segment: Int) -> String { path + "/" + String(format: "%08d.journal", segment) }

    func bytes(_ segment: Int) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(segment))))
    }

    func write(_ bytes: [UInt8], _ segment: Int) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(segment)))
    }

    /// Every payload, and the end.
    func replay(from segment: Int = 0) throws -> (payloads: [[UInt8]], end: JournalEnd) {
        var payloads: [[UInt8]] = []
        let end = try Journal.replay(in: path, from: segment) { payloads.append($0) }
        return (payloads, end)
    }

    /// What a replay throws.
    func failure(from segment: Int = 0) -> StorageError? {
        do throws(StorageError) {
            _ = try Journal.replay(in: path, from: segment) { (_: [UInt8]) throws(StorageError) in }
            return nil
        } catch {
            return error
        }
    }
}

/// What an append throws.
func failure(_ writer: inout JournalWriter, _ frames: [[UInt8]]) -> StorageError? {
    do throws(StorageError) {
        try writer.append(frames)
        return nil
    } catch {
        return error
    }
}
