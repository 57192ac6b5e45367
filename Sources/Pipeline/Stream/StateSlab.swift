import Glibc

/// The states of the light tier of one shard, side by side: they grow without being moved, and lie on large pages where
/// the system has them, since every point touches another five kilobytes.
///
/// The shard's thread alone uses it.
struct StateSlab: ~Copyable {
    /// States in one piece of memory, about ten megabytes.
    private static let pieceStates = 2_048
    /// Pieces begin where a large page does.
    private static let alignment = 2 << 20

    private var pieces: [UnsafeMutablePointer<StreamSeries>] = []
    /// How many states there are.
    private(set) var count = 0

    init() {}

    deinit {
        for piece in pieces { free(piece) }
    }

    /// Appends a state.
    mutating func append(_ state: StreamSeries) {
        if count == pieces.count * Self.pieceStates { pieces.append(Self.makePiece()) }
        (pieces[count / Self.pieceStates] + count % Self.pieceStates).initialize(to: state)
        count += 1
    }

    /// The state of a slot, 0 ..< ``count``.
    subscript(slot: Int) -> StreamSeries {
        @inline(__always) _read { yield place(slot).pointee }
        @inline(__always) _modify { yield &place(slot).pointee }
    }

    @inline(__always)
    private func place(_ slot: Int) -> UnsafeMutablePointer<StreamSeries> {
        precondition(UInt(bitPattern: slot) < UInt(bitPattern: count), "slot \(slot) of \(count)")
        return pieces[slot / Self.pieceStates] + slot % Self.pieceStates
    }

    private static func makePiece() -> UnsafeMutablePointer<StreamSeries> {
        let bytes = pieceStates * MemoryLayout<StreamSeries>.stride
        guard let memory = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment) else {
            preconditionFailure("no memory for \(bytes) bytes of states")
        }
        // A wish: where there are no large pages, small ones do.
        _ = madvise(memory, bytes, MADV_HUGEPAGE)
        return memory.bindMemory(to: StreamSeries.self, capacity: pieceStates)
    }
}
