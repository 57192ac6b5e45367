import Glibc
import Ingest
import Networking

/// A part of a file that can be read by itself.
struct ImportPiece {
    /// What to send: whole lines, for CSV after the header of the file.
    let body: [UInt8]
    /// The line of the file with which the part begins, counted from 1.
    let firstLine: Int
    /// How many lines of ``body`` are the repeated header.
    let headerLines: Int

    /// The line of the file that a line of the body is.
    func lineOfFile(_ line: Int) -> Int {
        line <= headerLines ? line : firstLine + line - headerLines - 1
    }
}

/// A file, or standard input for `-`, cut into parts at its line ends; gzip is undone.
final class ImportSource {
    /// How the points are written.
    enum Format: String, CaseIterable, Sendable {
        case csv
        case json

        /// What to say of a body.
        var contentType: String {
            switch self {
            case .csv: "text/csv"
            case .json: "application/x-ndjson"
            }
        }
    }

    /// The most bytes of one part; more only where a line is longer.
    static let pieceBytes = 8 << 20
    /// The longest line, below what a service takes in one body.
    private static let longestLine = 28 << 20

    /// The file as the user names it.
    let name: String
    /// The bytes of the file; `nil` when nobody knows.
    private(set) var total: Int?
    /// The bytes that the parts so far came from.
    private(set) var done = 0
    /// How the points are written; known after the first part.
    private(set) var format: Format?
    private let file: CInt
    private let isOwned: Bool
    private let pieceBytes: Int
    private var buffer: [UInt8] = []
    private var isAtEnd = false
    private var line = 1
    private var header: CSVHeader?

    /// - Throws: ``Failure`` when it cannot be opened.
    init(
        _ path: String, format: Format?, pieceBytes: Int = ImportSource.pieceBytes
    ) throws(Failure) {
        name = path == "-" ? "standard input" : path
        isOwned = path != "-"
        self.format = format
        self.pieceBytes = pieceBytes
        file = isOwned ? Glibc.open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard file >= 0 else { throw Failure("cannot read \(name): \(String(cString: strerror(errno)))") }
        var status = stat()
        if fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG { total = Int(status.st_size) }
    }

    deinit { if isOwned { close(file) } }

    /// The next part; `nil` after the last. None is small unless the file is: what the columns hold shows itself in
    /// many rows only.
    func next() throws(Failure) -> ImportPiece? {
        let isFirst = line == 1
        if isFirst { try begin() }
        let cut = try nextCut()
        guard cut.end > 0 else { return nil }
        let part = cut.end == buffer.count ? buffer : Array(buffer[..<cut.end])
        let piece = ImportPiece(
            body: (header?.bytes ?? []) + part, firstLine: line, headerLines: header?.lines ?? 0)
        if isFirst, format == .csv { header = PointsCSV.headerRow(of: part) }
        buffer.removeFirst(cut.end)
        line += max(cut.lines, 1)
        done += cut.end
        return piece
    }

    private func nextCut() throws(Failure) -> (end: Int, lines: Int) {
        var limit = max(pieceBytes - (header?.bytes.count ?? 0), pieceBytes / 2)
        while true {
            try fill(limit)
            if isAtEnd, buffer.count <= limit { return (buffer.count, 1) }
            // The rest of the buffer goes with the next part, which so is no sliver.
            if let cut = lastEnd(within: limit / 4 * 3) { return cut }
            guard limit < Self.longestLine else {
                throw Failure(
                    "\(name): line \(line) is longer than \(Self.longestLine >> 20) MiB; is it one point a line?"
                )
            }
            limit = min(limit * 2, Self.longestLine)
        }
    }

    private func lastEnd(within limit: Int) -> (end: Int, lines: Int)? {
        if format == .csv {
            return PointsCSV.lastRowEnd(in: buffer, limit: limit, start: header?.bytes ?? buffer)
        }
        let part = buffer[..<min(limit, buffer.count)]
        guard let last = part.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
        return (last + 1, part[...last].count { $0 == UInt8(ascii: "\n") })
    }

    /// Looks at the first bytes: whether they are compressed, and what they are.
    private func begin() throws(Failure) {
        try fill(pieceBytes)
        if buffer.starts(with: [0x1F, 0x8B]) {
            try fill(FileInput.mostBytes)
            guard isAtEnd else { throw Failure("\(name) is larger than \(FileInput.mostBytes >> 20) MiB") }
            do throws(CompressionError) {
                buffer = try ContentCoding.gzip.decode(buffer, limit: FileInput.mostBytes)
            } catch {
                throw Failure("cannot decompress \(name): \(error)")
            }
            total = buffer.count
        }
        guard format == nil else { return }
        let mark = buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let first = buffer[mark...].first { $0 > 0x20 }
        format = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : .csv
    }

    private func fill(_ count: Int) throws(Failure) {
        var block = [UInt8](repeating: 0, count: isAtEnd ? 0 : 1 << 20)
        while buffer.count < count, !isAtEnd {
            let read = block.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if read < 0 {
                if errno == EINTR { continue }
                throw Failure("cannot read \(name): \(String(cString: strerror(errno)))")
            }
            if read == 0 { isAtEnd = true }
            buffer += block[..<read]
        }
    }
}
