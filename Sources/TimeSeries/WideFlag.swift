/// A Bool of eight bytes, for states that are stored as the bytes of their memory: behind a Bool there would be padding,
/// which holds anything, and two equal states would have different bytes.
public struct WideFlag: BitwiseCopyable, Sendable, Equatable {
    private var word: UInt64

    /// A flag.
    public init(_ isSet: Bool) {
        word = isSet ? 1 : 0
    }

    /// Whether it is set.
    public var isSet: Bool {
        get { word != 0 }
        set { word = newValue ? 1 : 0 }
    }
}
