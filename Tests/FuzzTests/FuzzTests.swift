import Foundation
import Fuzz
import TestSupport
import Testing

/// The short form of `make fuzz`: a trap ends the test program, and with it the run.
@Suite struct FuzzTests {
    private static let golden = Repository.root.appendingPathComponent("Tests/IngestTests/Golden").path

    @Test(arguments: FuzzCatalog.all.map(\.name))
    func `a decoder takes what it is made for, and bytes that are changed, without a contradiction`(
        name: String
    ) throws {
        let target = try #require(FuzzCatalog.target(named: name))
        let inputs = target.inputs(golden: Self.golden).filter { $0.count <= 4096 }
        try #require(!inputs.isEmpty, "\(name) has nothing to begin with")
        for input in inputs { target.read(input) }
        var random = SeededGenerator(seed: 7)
        for round in 0..<300 {
            var bytes = inputs[round % inputs.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) { change(&bytes, with: &random) }
            target.read(bytes)
        }
    }

    @Test func `every decoder of the catalogue has a name of its own`() {
        let names = FuzzCatalog.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(FuzzCatalog.target(named: "none") == nil)
    }

    /// Writes, flips, takes out or doubles some bytes.
    private func change(_ bytes: inout [UInt8], with random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
        let place = Int.random(in: bytes.indices, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...8, using: &random))
        switch random.next() % 5 {
        case 0: bytes[place] = [0, 0x7F, 0x80, 0xFF, 0x0A][Int.random(in: 0..<5, using: &random)]
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        default: bytes.removeSubrange(end...)
        }
    }
}
