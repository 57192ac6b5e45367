import Alerting
import Testing

@Test func `severities rise from info to critical`() {
    #expect(Severity.allCases == Severity.allCases.sorted())
    #expect(Severity.info < .warning && Severity.error < .critical)
}
