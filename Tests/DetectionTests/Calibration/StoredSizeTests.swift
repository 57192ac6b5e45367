import Testing

@testable import Detection

@Test func `stored judges of this version have this size`() {
    // Another size is another version: a service would drop what it has stored without a word.
    #expect(CausalJudge.stateVersion == 7)
    #expect(MemoryLayout<CausalJudge>.size == 16_035)
}
