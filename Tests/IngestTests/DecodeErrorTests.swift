import Ingest
import Testing

@Suite struct DecodeErrorTests {
    @Test func `an error compares by line and reason`() {
        #expect(DecodeError(line: 2, reason: "a") == DecodeError(line: 2, reason: "a"))
        #expect(DecodeError(line: 2, reason: "a") != DecodeError(line: 3, reason: "a"))
    }

    @Test func `an error says where it is`() {
        #expect("\(DecodeError(line: 2, reason: "a"))" == "line 2: a")
        #expect("\(DecodeError(record: 3, byte: 7, reason: "a"))" == "record 3, byte 7: a")
        #expect("\(DecodeError(byte: 0, reason: "a"))" == "byte 0: a" && "\(DecodeError(reason: "a"))" == "a")
    }
}
