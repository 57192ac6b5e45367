import Ingest
import Testing

@Suite struct OTLPAnswerTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `all taken is an empty message`() {
        #expect(OTLPAnswer.success(rejected: 0, message: "", as: .protobuf) == [])
        #expect(text(OTLPAnswer.success(rejected: 0, message: "", as: .json)) == "{}")
    }

    @Test func `a partial success is what the official library writes`() {
        // opentelemetry-proto 1.45.2 and protobuf 7.36.2 (PyPI): SerializeToString, json_format.MessageToJson
        let message = #"ä "b""#
        #expect(
            OTLPAnswer.success(rejected: 300, message: message, as: .protobuf)
                == TestBytes.hex("0a0b08ac021206c3a420226222"))
        #expect(
            text(OTLPAnswer.success(rejected: 300, message: message, as: .json))
                == #"{"partialSuccess":{"rejectedDataPoints":"300","errorMessage":"ä \"b\""}}"#)
        #expect(OTLPAnswer.success(rejected: 0, message: "w", as: .protobuf) == TestBytes.hex("0a03120177"))
    }

    @Test func `a failure is a status`() {
        #expect(
            OTLPAnswer.failure(.invalidArgument, message: "no", as: .protobuf) == [8, 3, 0x12, 2, 0x6E, 0x6F])
        #expect(
            text(OTLPAnswer.failure(.unavailable, message: "later", as: .json))
                == #"{"code":14,"message":"later"}"#)
    }
}
