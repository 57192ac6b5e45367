import Networking
import Testing

@testable import Service

@Suite struct AbandonmentTests {
    @Test func `a start counts no answer that was never given`() throws {
        let app = try startProduct()
        defer { app.stop(grace: .seconds(1)) }
        let answer = Wire.ask(app, "GET /metrics")
        #expect(answer.text.contains("bellwether_build_info"))
        #expect(!answer.text.contains(#"code="408""#))
    }

    @Test func `a deadline is past once nobody waits`() {
        let readiness = Readiness()
        let deadline = Deadline(nanoseconds: .max, clock: { 0 }, isAbandoned: { readiness.isAbandoned })
        #expect(!deadline.isPast)
        readiness.abandon()
        #expect(deadline.isPast)
        #expect(throws: Problem.self) { try deadline.check() }
    }
}
