/// The elements of one matrix: owned memory, 64-byte aligned so that a vector register never splits a cache line.
///
/// `@unchecked Sendable`: ``Matrix`` alone holds it, and writes only when it is the sole holder; memory that
/// two threads can see is therefore never written.
@usableFromInline
final class AlignedStorage: @unchecked Sendable {
    @usableFromInline let elements: UnsafeMutableBufferPointer<Double>

    /// Memory for `count` elements that hold no value yet; the caller initialises all of them.
    init(uninitialized count: Int) {
        // Never empty, so that BLAS always gets an address.
        let capacity = max(count, 1)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: capacity * MemoryLayout<Double>.stride, alignment: 64)
        let start = memory.bindMemory(to: Double.self, capacity: capacity)
        elements = UnsafeMutableBufferPointer(start: start, count: count)
    }

    @usableFromInline
    func copy() -> AlignedStorage {
        let copy = AlignedStorage(uninitialized: elements.count)
        _ = copy.elements.initialize(from: elements)
        return copy
    }

    deinit {
        UnsafeMutableRawPointer(elements.baseAddress)?.deallocate()
    }
}
