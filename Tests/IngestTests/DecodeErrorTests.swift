import Ingest
import Testing

@Suite struct DecodeErrorTests {
    @Test func `an error compares by line and reason`() {
        #expect(DecodeError(line: 2, reason: "a") == DecodeError(line: 2, reason: "a"))
        #expect(DecodeError(line: 2, reason: "a") != DecodeError(line: 3, reason: "a"))
    }
}
