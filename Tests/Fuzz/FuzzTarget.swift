/// One decoder that is fed with bytes nobody should send.
public struct FuzzTarget: Sendable {
    /// Its permanent name, by which `make fuzz ONLY=…` chooses it.
    public let name: String
    /// Bytes to begin with, beside those of golden files.
    public let seeds: [[UInt8]]
    /// Where golden files have more of them.
    let golden: [GoldenSeeds]
    /// Reads an input; traps when what comes out contradicts itself.
    public let read: @Sendable ([UInt8]) -> Void

    init(
        _ name: String, seeds: [[UInt8]] = [], golden: [GoldenSeeds] = [],
        read: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.name = name
        self.seeds = seeds
        self.golden = golden
        self.read = read
    }
}

/// The decoders that are fuzzed; to add one, write a line here.
public enum FuzzCatalog {
    /// Every decoder.
    public static let all: [FuzzTarget] = wireTargets + textTargets + storedTargets

    /// The decoder with this name.
    public static func target(named name: String) -> FuzzTarget? {
        all.first { $0.name == name }
    }
}
