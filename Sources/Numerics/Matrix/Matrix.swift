/// A dense row-major matrix of `Double` with value semantics.
///
/// Copies share their elements until one of them is written. `nan` is a value like any other here; the
/// factorisations refuse it.
public struct Matrix: Sendable {
    /// The number of rows, at least 0.
    public let rows: Int
    /// The number of columns, at least 0.
    public let columns: Int
    @usableFromInline var storage: AlignedStorage

    /// A matrix whose elements hold no value yet; the caller writes all of them.
    init(uninitializedRows rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a matrix of \(rows)x\(columns)")
        self.rows = rows
        self.columns = columns
        storage = AlignedStorage(uninitialized: rows * columns)
    }

    /// A matrix of zeros.
    ///
    /// - Precondition: Neither count is negative.
    public init(rows: Int, columns: Int) {
        self.init(uninitializedRows: rows, columns: columns)
        storage.elements.initialize(repeating: 0)
    }

    /// A matrix of the given elements in row-major order.
    ///
    /// - Precondition: `elements.count == rows * columns`.
    public init(rows: Int, columns: Int, elements: [Double]) {
        precondition(
            elements.count == rows * columns, "\(elements.count) elements for \(rows)x\(columns)")
        self.init(uninitializedRows: rows, columns: columns)
        _ = storage.elements.initialize(from: elements)
    }

    /// The element in a row and a column, both counted from 0.
    ///
    /// - Precondition: Both indices lie in the matrix.
    @inlinable
    public subscript(row: Int, column: Int) -> Double {
        get {
            checkIndices(row, column)
            return storage.elements[row &* columns &+ column]
        }
        set {
            checkIndices(row, column)
            if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
            storage.elements[row &* columns &+ column] = newValue
        }
    }

    @inlinable
    func checkIndices(_ row: Int, _ column: Int) {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "element (\(row), \(column)) of \(rows)x\(columns)")
    }

    /// Calls `body` with the elements in row-major order.
    @inlinable
    public func withElements<R, E: Error>(
        _ body: (UnsafeBufferPointer<Double>) throws(E) -> R
    ) throws(E) -> R {
        try withExtendedLifetime(storage) { storage throws(E) in
            try body(UnsafeBufferPointer(storage.elements))
        }
    }

    /// Calls `body` with the elements in row-major order, writable; copies first if shared.
    @inlinable
    public mutating func withMutableElements<R, E: Error>(
        _ body: (UnsafeMutableBufferPointer<Double>) throws(E) -> R
    ) throws(E) -> R {
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
        return try withExtendedLifetime(storage) { storage throws(E) in
            try body(storage.elements)
        }
    }
}

// MARK: - Equatable

extension Matrix: Equatable {
    /// Whether both have the same shape and equal elements; like `Double`, `nan` equals nothing.
    public static func == (a: Matrix, b: Matrix) -> Bool {
        a.rows == b.rows && a.columns == b.columns && a.storage.elements.elementsEqual(b.storage.elements)
    }
}
