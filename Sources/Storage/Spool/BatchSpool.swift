import Glibc

/// Batches of bytes that wait to be sent elsewhere, the oldest first: each a file of its own, durable before it counts
/// as waiting, so that a stop, a crash or a power cut loses none of them.
///
/// Their sizes are bounded: one too many and the oldest go. A batch that cannot be written waits in memory.
public struct BatchSpool: Sendable {
    /// One batch.
    public struct Batch: Sendable, Equatable {
        /// Its place in the order of all.
        public var number: UInt64
        /// How many samples are in it, as its maker said.
        public var samples: Int
        /// Its content.
        public var bytes: [UInt8]
    }

    /// A batch as far as it is known without its file.
    private struct Waiting {
        let number: UInt64
        let samples: Int
        let size: Int
        /// Its content where no file has it.
        var held: [UInt8]?
    }

    private let directory: String?
    private let limit: Int
    private var waiting: [Waiting] = []
    private var next: UInt64 = 1
    /// The batch that was last read, and may be on its way.
    private var taken: UInt64?
    /// Samples that wait, and the bytes of their batches.
    public private(set) var samples = 0, bytes = 0
    /// Whether whoever filled it last did not close it: a process that was killed.
    public private(set) var wasLeftOpen = false

    private static let suffix = ".batch", draftSuffix = ".draft", mark = "open"

    /// Opens a directory, which is made if it is not there, with the batches that wait in it.
    ///
    /// - Parameters:
    ///   - directory: In memory alone when `nil`: nothing outlives the process then.
    ///   - limit: The most bytes of all batches.
    public init(directory: String?, limit: Int) throws(StorageError) {
        self.directory = directory
        self.limit = limit
        guard let directory else { return }
        guard mkdir(directory, 0o750) == 0 || errno == EEXIST else {
            throw DataFiles.error("make the directory", directory)
        }
        for name in try DataFiles.names(in: directory) {
            if name.hasSuffix(Self.draftSuffix) { try DataFiles.remove(directory + "/" + name) }
            guard let found = Self.parse(name) else { continue }
            waiting.append(found)
            samples += found.samples
            bytes += found.size
            next = found.number + 1
        }
        let mark = directory + "/" + Self.mark
        wasLeftOpen = DataFiles.bytes(mark) != nil
        try DataFiles.write([], to: mark)
    }

    /// Batches that wait.
    public var count: Int { waiting.count }

    /// Samples that wait in memory alone, since no file could be written or there is no directory.
    public var heldSamples: Int { waiting.reduce(0) { $0 + ($1.held == nil ? 0 : $1.samples) } }

    /// Adds a batch behind the others.
    ///
    /// - Returns: How many samples of older batches had to go, and why the batch waits in memory, if it does.
    public mutating func append(
        _ content: [UInt8], samples count: Int
    ) -> (dropped: Int, failure: StorageError?) {
        var entry = Waiting(number: next, samples: count, size: content.count, held: nil)
        next += 1
        var failure: StorageError?
        if let path = path(of: entry) {
            do throws(StorageError) {
                let draft = path + Self.draftSuffix
                try DataFiles.write(content, to: draft)
                try DataFiles.rename(draft, to: path)
            } catch {
                failure = error
                entry.held = content
            }
        } else {
            entry.held = content
        }
        waiting.append(entry)
        samples += count
        bytes += content.count
        var dropped = 0
        while bytes > limit, let oldest = waiting.firstIndex(where: { $0.number != taken }),
            oldest < waiting.count - 1
        {
            dropped += waiting[oldest].samples
            do throws(StorageError) {
                try remove(at: oldest)
            } catch {
                failure = failure ?? error
            }
        }
        return (dropped, failure)
    }

    /// The oldest batch, which stays until it is removed; `nil` when none waits.
    ///
    /// - Throws: ``StorageError`` when its file cannot be read or is not what was written; ``taken`` says which, so that
    ///   it can be removed.
    public mutating func first() throws(StorageError) -> Batch? {
        guard let oldest = waiting.first else { return nil }
        taken = oldest.number
        if let held = oldest.held {
            return Batch(number: oldest.number, samples: oldest.samples, bytes: held)
        }
        guard let path = path(of: oldest) else { return nil }
        let content = try DataFiles.read(path, atMost: oldest.size + 1)
        guard content.count == oldest.size else {
            throw .corrupt(path: path, detail: "\(content.count) bytes, \(oldest.size) were written")
        }
        return Batch(number: oldest.number, samples: oldest.samples, bytes: content)
    }

    /// Removes the batch that ``first()`` gave or could not read; nothing when it is gone already.
    ///
    /// - Returns: Its samples.
    @discardableResult
    public mutating func removeTaken() throws(StorageError) -> Int {
        guard let number = taken, let place = waiting.firstIndex(where: { $0.number == number }) else {
            return 0
        }
        taken = nil
        let samples = waiting[place].samples
        try remove(at: place)
        return samples
    }

    /// Notes that nothing more is added: what waits is sent by the next who opens the directory.
    public func close() throws(StorageError) {
        guard let directory else { return }
        try DataFiles.remove(directory + "/" + Self.mark)
    }

    private mutating func remove(at place: Int) throws(StorageError) {
        let entry = waiting.remove(at: place)
        samples -= entry.samples
        bytes -= entry.size
        guard entry.held == nil, let path = path(of: entry) else { return }
        try DataFiles.remove(path)
    }

    // MARK: - Names

    /// Number, samples and size stand in the name, so that no file is read before it is sent.
    private func path(of entry: Waiting) -> String? {
        directory.map { $0 + "/" + Self.fileName(of: entry) }
    }

    private static func fileName(of entry: Waiting) -> String {
        let digits = String(entry.number, radix: 16)
        let number = String(repeating: "0", count: 16 - digits.count) + digits
        return "\(number)-\(entry.samples)-\(entry.size)\(suffix)"
    }

    private static func parse(_ name: String) -> Waiting? {
        guard name.hasSuffix(suffix) else { return nil }
        let parts = name.dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 16, let number = UInt64(parts[0], radix: 16),
            number < mostNumber,
            let samples = Int(parts[1]), let size = Int(parts[2]), (0...mostSize).contains(samples),
            (0...mostSize).contains(size)
        else { return nil }
        let entry = Waiting(number: number, samples: samples, size: size, held: nil)
        return fileName(of: entry) == name ? entry : nil
    }

    /// Far more batches than there will ever be; a file with a greater number is none of ours.
    private static let mostNumber = UInt64.max / 2
    /// No batch has more samples or bytes.
    private static let mostSize = 1 << 30
}
