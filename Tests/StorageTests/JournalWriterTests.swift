import Glibc
@testable import Storage
import Synchronization
import TestSupport
import Testing

/// A device with so much room that fails as it is told.
private final class Device: Sendable {
    struct State {
        var room = Int.max
        /// The most bytes that one call writes.
        var most = Int.max
        /// So many calls are interrupted first.
        var interruptions = 0
        var syncError: Int32 = 0
        var truncateError: Int32 = 0
        var fullError = ENOSPC
    }

    let state = Mutex(State())

    /// Real files on this device.
    var system: JournalSystem {
        JournalSystem(
            write: { [self] file, parts, place in write(file, parts, place) },
            sync: { [self] _ in state.withLock { $0.syncError } },
            truncate: { [self] file, length in
                let error = state.withLock { $0.truncateError }
                return error != 0 ? error : JournalSystem.real.truncate(file, length)
            })
    }

    private func write(_ file: Int32, _ parts: UnsafeBufferPointer<iovec>, _ place: Int) -> Int {
        state.withLock { state in
            if state.interruptions > 0 {
                state.interruptions -= 1
                return -Int(EINTR)
            }
            guard state.room > 0 else { return -Int(state.fullError) }
            var first = parts[0]
            first.iov_len = min(first.iov_len, state.room, state.most)
            let written = withUnsafePointer(to: first) {
                JournalSystem.real.write(file, UnsafeBufferPointer(start: $0, count: 1), place)
            }
            state.room -= max(written, 0)
            return written
        }
    }
}

struct JournalWriterTests {
    private let payloads: [[UInt8]] = (0..<5).map { [UInt8](repeating: UInt8($0 + 1), count: 1_000) }

    @Test(arguments: [ENOSPC, EDQUOT, EFBIG], [0, 1, 7, 8, 1_008, 1_500, 2_015])
    func `a full device takes none of a group, and the next once there is room`(error: Int32, room: Int)
        throws
    {
        let directory = try JournalDirectory()
        let device = Device()
        var writer = try JournalWriter(directory: directory.path, segment: 1, system: device.system)
        try writer.append([Journal.frame(payloads[0])])
        let length = writer.bytes
        device.state.withLock {
            $0.room = room
            $0.fullError = error
        }
        let frames = payloads[1...2].map(Journal.frame)
        #expect(failure(&writer, frames) == .full(path: directory.file(1)))
        #expect(writer.bytes == length)
        #expect(try directory.bytes(1).count == length)
        #expect(try directory.replay().end.tornBytes == 0)
        device.state.withLock { $0.room = .max }
        try writer.append([Journal.frame(payloads[3])])
        #expect(try directory.replay().payloads == [payloads[0], payloads[3]])
    }

    @Test(arguments: [1, 3, 500, 1_008, 1_009])
    func `short and interrupted writes go on`(most: Int) throws {
        let directory = try JournalDirectory()
        let device = Device()
        device.state.withLock {
            $0.most = most
            $0.interruptions = 3
        }
        var writer = try JournalWriter(directory: directory.path, segment: 1, system: device.system)
        device.state.withLock { $0.interruptions = 2 }
        try writer.append(payloads.map(Journal.frame))
        #expect(try directory.replay().payloads == payloads)
    }

    @Test
    func `after a failed sync nothing is accepted any more`() throws {
        let directory = try JournalDirectory()
        let device = Device()
        var writer = try JournalWriter(directory: directory.path, segment: 1, system: device.system)
        device.state.withLock { $0.syncError = EIO }
        let first = failure(&writer, [Journal.frame(payloads[0])])
        guard case .syncFailed(directory.file(1), _) = first else {
            Issue.record("\(String(describing: first))")
            return
        }
        device.state.withLock { $0.syncError = 0 }
        #expect(failure(&writer, [Journal.frame(payloads[1])]) == first)
        #expect(failure(&writer, []) == first)
        var rotation: StorageError?
        do throws(StorageError) { try writer.rotate(to: 2) } catch { rotation = error }
        #expect(rotation == first)
        #expect(try Journal.segments(in: directory.path) == [1])
    }

    @Test
    func `a write that cannot be undone ends the writer`() throws {
        let directory = try JournalDirectory()
        let device = Device()
        var writer = try JournalWriter(directory: directory.path, segment: 1, system: device.system)
        device.state.withLock {
            $0.room = 500
            $0.truncateError = EIO
        }
        let first = failure(&writer, [Journal.frame(payloads[0])])
        guard case .syncFailed = first else {
            Issue.record("\(String(describing: first))")
            return
        }
        device.state.withLock { $0.room = .max }
        #expect(failure(&writer, [Journal.frame(payloads[0])]) == first)
    }

    @Test
    func `a segment that cannot be begun leaves no file, and the writer where it was`() throws {
        let directory = try JournalDirectory()
        let device = Device()
        var writer = try JournalWriter(directory: directory.path, segment: 1, system: device.system)
        device.state.withLock { $0.room = 3 }
        var rotation: StorageError?
        do throws(StorageError) { try writer.rotate(to: 2) } catch { rotation = error }
        #expect(rotation == .full(path: directory.file(2)))
        #expect(try Journal.segments(in: directory.path) == [1])
        device.state.withLock { $0.room = .max }
        try writer.append([Journal.frame(payloads[0])])
        try writer.rotate(to: 2)
        try writer.append([Journal.frame(payloads[1])])
        #expect(try directory.replay().payloads == Array(payloads[...1]))
    }

    @Test
    func `the limit of the system on the size of a file is a full device`() async {
        // In a process of its own: the limit holds for all of it.
        await #expect(processExitsWith: .success) {
            let directory = try JournalDirectory()
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 100_000, rlim_max: 200_000)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            var writer = try JournalWriter(directory: directory.path, segment: 1)
            let large = Journal.frame([UInt8](repeating: 1, count: 60_000))
            try writer.append([large])
            #expect(failure(&writer, [large, large]) == .full(path: directory.file(1)))
            let small = [UInt8](repeating: 2, count: 20_000)
            try writer.append([Journal.frame(small)])
            #expect(try directory.bytes(1).count == writer.bytes)
            limit.rlim_cur = 200_000
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            try writer.append([large])
            let payloads = try directory.replay().payloads
            #expect(payloads.map(\.count) == [60_000, 20_000, 60_000] && payloads[1] == small)
        }
    }
}
