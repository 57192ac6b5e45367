import Storage
import Testing

@testable import Pipeline

@Suite struct SentenceTests {
    private func anomaly(_ value: Double, _ expected: Double, _ width: Double) -> StoredAnomaly {
        StoredAnomaly(
            series: 1, from: 0, to: 0, began: 0, count: 1, isOpen: false, peak: 0, value: value,
            expected: expected,
            lower: expected - width, upper: expected + width, score: 2, pValue: 1e-9, direction: 1,
            evidence: "residual", definition: "", definitionHash: "")
    }

    @Test func `great numbers that hardly differ are told apart`() {
        #expect(
            anomaly(1_000_000_000.2, 1_000_000_000.05, 0.05).sentence
                == "1000000000.2 is 0.15 above the expected 1000000000.05 "
                + "(usual range 1000000000 to 1000000000.1)."
        )
    }

    @Test func `other numbers have four digits`() {
        #expect(
            anomaly(550.1234, 66.12345, 6).sentence
                == "550.1 is 484 above the expected 66.12 (usual range 60.12 to 72.12).")
    }
}
