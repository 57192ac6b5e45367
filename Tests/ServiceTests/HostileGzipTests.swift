import Foundation
import Networking
import Testing

@testable import Service

@Suite struct HostileGzipTests {
    private func send(_ body: [UInt8], _ limit: Int = 4096, coding: String = "gzip") -> HTTPResponse {
        productRouter(maxBodyBytes: limit).respond(
            to: HTTPRequest(
                method: "POST", path: "/api/v1/predict", headers: [("content-encoding", coding)], body: body))
    }

    /// A gzip member of one stored block, which needs no compressor.
    private func stored(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        func little(_ value: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(value >> (8 * UInt32($0)) & 0xFF) }
        }
        let count = UInt32(bytes.count)
        return [31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(count, 2) + little(~count, 2) + bytes
            + little(~crc, 4) + little(count, 4)
    }

    @Test func `a compressed body is answered as the plain one`() throws {
        let body = stored(#"{"series":[{"values":[1,2,3]}]}"#)
        _ = try firstResult(send(body))
        _ = try firstResult(send(body, coding: "x-gzip"))
        expectProblem(send(body, coding: "br"), 400, "gzip, zstd and identity")
        expectProblem(send(body, coding: "zstd"), 400, "not what it says")
    }

    @Test func `a body of Zstandard is answered as the plain one`() throws {
        let plain = Array(#"{"series":[{"values":[1,2,3]}]}"#.utf8)
        let body = try Zstandard.compress(plain)
        _ = try firstResult(send(body, coding: "zstd"))
        _ = try firstResult(send(body, coding: "ZSTD"))
        expectProblem(send(body, coding: "zstd, gzip"), 400, "gzip, zstd and identity")
        expectProblem(send(plain, coding: "zstd"), 400, "not what it says")
        for end in 0..<body.count {
            expectProblem(send(Array(body.prefix(end)), coding: "zstd"), 400)
        }
        // The size that a frame announces is refused before anything is decompressed; so is one that it does not.
        let spaces = try Zstandard.compress([UInt8](repeating: 0x20, count: 1 << 20))
        expectProblem(send(spaces, (1 << 20) - 1, coding: "zstd"), 413, "max-body, 1048575 bytes")
        expectProblem(send(spaces, 1 << 20, coding: "zstd"), 400, "the body is empty")
        expectProblem(send(spaces + spaces, 1 << 20, coding: "zstd"), 413, "max-body, 1048576 bytes")
    }

    @Test func `a bomb is refused with the limit`() {
        // A thousand spaces in 23 bytes, many members in a row: 40 KB that become 1.7 MB.
        let bomb = (0..<1700).flatMap { _ in gzippedSpaces }
        expectProblem(send(bomb, 1 << 20), 413, "The decoded body is larger than max-body, 1048576 bytes.")
        expectProblem(send(gzippedSpaces, 999), 413, "max-body, 999 bytes")
        expectProblem(send(gzippedSpaces, 1000), 400, "the body is empty")
    }

    @Test func `damaged compression is refused`() {
        let body = stored(#"{"series":[{"values":[1,2,3]}]}"#)
        for end in 0..<body.count { expectProblem(send(Array(body.prefix(end))), 400) }
        for index in body.indices {
            var damaged = body
            damaged[index] ^= 0x55
            let answer = send(damaged)
            #expect([200, 400].contains(answer.status), "byte \(index): \(answer.text)")
        }
        expectProblem(send(Array(#"{"series":[{"values":[1]}]}"#.utf8)), 400)
    }
}
