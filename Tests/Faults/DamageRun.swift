import Foundation
import TestSupport

/// Files of a killed service, cut short or with a byte flipped: the next start must read them or refuse them.
enum DamageRun {
    /// One way to damage a file.
    private enum Way: CaseIterable {
        case journalCut, journalFlipped, databaseCut, databaseFlipped

        var name: String {
            switch self {
            case .journalCut: "journal cut short"
            case .journalFlipped: "journal, a byte flipped"
            case .databaseCut: "database cut short"
            case .databaseFlipped: "database, a byte flipped"
            }
        }

        func isMeant(_ path: String) -> Bool {
            switch self {
            case .journalCut, .journalFlipped: path.contains("journal")
            case .databaseCut, .databaseFlipped: path.hasSuffix("bellwether.db")
            }
        }
    }

    /// What came of the starts after one kind of damage.
    private struct Tally {
        var started = 0
        var refused = 0
        var unreadable = 0
        var faults: [String] = []
    }

    /// Whether no start crashed, hung or told of samples that were never sent; prints a table.
    static func run(_ wishes: Wishes) throws -> Bool {
        guard wishes.damages > 0 else { return true }
        let folder = try TemporaryFolder()
        let sender = try leaveData(in: folder)
        var generator = SeededGenerator(seed: wishes.seed)
        var isSound = true
        print("damage                     times  started  refused  export refused  faults")
        for way in Way.allCases {
            var tally = Tally()
            for _ in 0..<wishes.damages {
                let copy = folder("copy")
                try? FileManager.default.removeItem(atPath: copy)
                try FileManager.default.copyItem(atPath: folder("data"), toPath: copy)
                try damage(way, copy, with: &generator)
                try start(copy, log: folder("log-copy"), sender, &tally)
            }
            let counts = [
                wishes.damages, tally.started, tally.refused, tally.unreadable, tally.faults.count,
            ]
            let cells = zip(counts, [6, 9, 9, 16, 8]).map { count, width in
                String(repeating: " ", count: max(1, width - "\(count)".count)) + "\(count)"
            }
            print(way.name.padding(toLength: 26, withPad: " ", startingAt: 0) + cells.joined())
            for fault in tally.faults.prefix(5) { print("  " + fault) }
            if !tally.faults.isEmpty { isSound = false }
        }
        return isSound
    }

    /// A data directory with a database and a journal behind it, its service killed.
    private static func leaveData(in folder: TemporaryFolder) throws -> PersistentSender {
        let start = Int64(Date().timeIntervalSince1970 - 12 * 3600) * 1000
        let service = try RunningProgram.serve(data: folder("data"), log: folder("log"))
        let address = try service.address()
        let sender = PersistentSender(threads: 2, start: start, requests: [60, 60])
        sender.address = address
        let client = try PointClient(address)
        usleep(200_000)
        _ = try client.checkpoint()
        try sender.finish()
        service.kill()
        return sender
    }

    private static func damage(
        _ way: Way, _ path: String, with generator: inout SeededGenerator
    ) throws {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let files = names.sorted().map { path + "/" + $0 }.filter { file in
            let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
            let isFile = FileManager.default.contents(atPath: file) != nil
            return way.isMeant(file.dropFirst(path.count).lowercased()) && isFile && (size ?? 0) > 0
        }
        guard let file = files.randomElement(using: &generator),
            var bytes = FileManager.default.contents(atPath: file)
        else { throw FaultFailure(description: "there is no file for '\(way.name)': \(names)") }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch way {
        case .journalCut, .databaseCut: bytes = bytes.prefix(place)
        case .journalFlipped, .databaseFlipped: bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
        }
        try bytes.write(to: URL(fileURLWithPath: file))
    }

    private static func start(
        _ path: String, log: String, _ sender: PersistentSender, _ tally: inout Tally
    ) throws {
        let service = try RunningProgram.serve(data: path, log: log)
        guard let address = try? service.address() else {
            let code = try service.exitCode(within: 10)
            if code == 1 && service.lines.count == 1 {
                tally.refused += 1
            } else {
                tally.faults.append("exit code \(code): \(service.printed)")
            }
            return
        }
        tally.started += 1
        guard let exported = try? PointClient(address).exported() else {
            tally.unreadable += 1
            if !service.isRunning { tally.faults.append("the export ended it: \(service.printed)") }
            return service.kill()
        }
        tally.faults += sender.invented(in: exported).prefix(1)
        let code = try service.stop()
        if code != 0 { tally.faults.append("exit code \(code) at the end: \(service.printed)") }
    }
}
