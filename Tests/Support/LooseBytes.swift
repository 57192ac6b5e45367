@_spi(Reflection) import Swift

/// Finds bytes of a type's memory that belong to no field.
///
/// Swift has no public way to ask for the offset of a field; the one behind `Mirror` is used here, in tests alone.
public struct LooseBytes {
    private var end = 0
    private var found: [String] = []

    /// What lies before or behind which field of `type`, fields of fields and elements of arrays in place included; the
    /// bytes behind the last field up to the stride count for elements alone.
    public static func of(_ type: Any.Type) -> [String] {
        var walk = Self()
        walk.enter(type, at: 0, path: "\(type)")
        walk.close(at: size(of: type).size, path: "\(type)")
        return walk.found
    }

    private mutating func enter(_ type: Any.Type, at offset: Int, path: String) {
        if let array = type as? any ArrayInPlace.Type {
            for i in 0..<array.elements {
                enter(
                    array.element, at: offset + i * Self.size(of: array.element).stride, path: "\(path)[\(i)]"
                )
            }
            return
        }
        if "\(type)".hasPrefix("Optional<") { found.append("\(path): what lies in nothing") }
        var fields: [(name: String, offset: Int, type: Any.Type)] = []
        _ = _forEachField(of: type, options: []) { name, offset, type, _ in
            fields.append((String(cString: name), offset, type))
            return true
        }
        // A number's field is of the compiler's own, and fills it.
        guard let first = fields.first, !"\(first.type)".hasPrefix("Builtin.") else {
            close(at: offset, path: path)
            end = offset + Self.size(of: type).size
            return
        }
        for field in fields { enter(field.type, at: offset + field.offset, path: path + "." + field.name) }
    }

    private mutating func close(at offset: Int, path: String) {
        if offset > end { found.append("\(path): \(offset - end) bytes before it or at its end") }
        end = max(end, offset)
    }

    private static func size(of type: Any.Type) -> (size: Int, stride: Int) {
        func size<T>(_: T.Type) -> (size: Int, stride: Int) { (MemoryLayout<T>.size, MemoryLayout<T>.stride) }
        return _openExistential(type, do: size)
    }
}

private protocol ArrayInPlace {
    static var element: Any.Type { get }
    static var elements: Int { get }
}

extension InlineArray: ArrayInPlace {
    fileprivate static var element: Any.Type { Element.self }
    fileprivate static var elements: Int { count }
}
