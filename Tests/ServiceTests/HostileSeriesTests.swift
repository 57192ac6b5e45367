import Foundation
import Networking
import TestSupport
import Testing

@testable import Service

@Suite struct HostileSeriesTests {
    static let shapes: [(name: String, values: String)] = [
        ("one point", "[5]"), ("two points", "[5,6]"), ("one among missing", "[null,null,5,null]"),
        ("constant", json([Double](repeating: 5, count: 60))),
        ("zeros", json([Double](repeating: 0, count: 60))),
        ("minus zero", "[" + Array(repeating: "-0.0", count: 30).joined(separator: ",") + "]"),
        ("huge", json((0..<60).map { Double($0 % 7) * 1e300 })),
        ("both ends of the doubles", json((0..<60).map { $0 % 2 == 0 ? 1.7e308 : -1.7e308 })),
        ("subnormal", json((0..<60).map { Double($0 % 5) * Double.leastNonzeroMagnitude })),
        ("large integers", "[" + (0..<40).map { "\(Int64.max - Int64($0))" }.joined(separator: ",") + "]"),
        (
            "integers beyond 64 bits",
            "[" + (0..<40).map { "1234567890123456789012\($0)" }.joined(separator: ",") + "]"
        ),
        ("one spike", json((0..<60).map { $0 == 30 ? 1e300 : 1 })),
        ("half missing", "[" + (0..<80).map { $0 % 2 == 0 ? "null" : "\($0)" }.joined(separator: ",") + "]"),
    ]

    @Test(arguments: shapes.indices, ["causal", "delayed", "batch"])
    func `strange values are answered in JSON without a foreign token`(shape: Int, mode: String) throws {
        let values = Self.shapes[shape].values
        for path in ["predict", "forecast", "detect"] {
            let answer = post(#"{"mode":"\#(mode)","series":[{"values":\#(values)}]}"#, to: "/api/v1/\(path)")
            let result = try firstResult(answer)
            #expect(["ok", "warming"].contains(result["status"]?.string))
            for token in ["NaN", "Infinity", ":inf", ":nan", ",inf", ",nan"] {
                #expect(!answer.text.contains(token), "\(Self.shapes[shape].name)")
            }
            if path != "detect" {
                let mean = try #require(result["forecast"]?["mean"]?.numbers)
                #expect(!mean.isEmpty)
            }
        }
    }

    @Test(arguments: [
        (#"[0,1,90000000000]"#, #""step":"1ms","#), (#"[0,1,90000000000]"#, ""),
        (
            #"["0001-01-01T00:00:00Z","5000-01-01T00:00:00Z","9999-12-31T23:59:59Z"]"#,
            #""step":"P1Y","horizon":100,"#
        ),
        (#"["9999-12-29T00:00:00Z","9999-12-30T00:00:00Z","9999-12-31T00:00:00Z"]"#, #""horizon":100,"#),
        (#"[0,0.001,0.002]"#, ""), (#"[-62135596800,0,1]"#, #""timezone":"America/New_York","#),
        (#"[0,1,2]"#, #""step":"P9998Y","horizon":9,"#),
    ])
    func `strange times are answered`(times: String, wishes: String) throws {
        for path in ["predict", "detect"] {
            let answer = post(
                #"{\#(wishes)"series":[{"timestamps":\#(times),"values":[1,2,3]}]}"#, to: "/api/v1/\(path)")
            let result = try firstResult(answer)
            #expect(result["warnings"]?.count ?? 0 > 0)
            if path == "detect" { #expect(result["detection"]?["timestamps"]?.count == 3) }
        }
    }

    @Test func `one bad series does not spoil the others and keeps its labels`() throws {
        let bad = [
            #"{"labels":{"job":"b"},"values":[1,"x"]}"#, #"{"labels":{"job":"b"},"values":[null]}"#,
            #"{"labels":{"job":"b"},"timestamps":[2,1],"values":[1,2]}"#,
            #"{"labels":{"job":"b"},"value":[1]}"#,
        ]
        for series in bad {
            let answer = post(
                #"{"series":[{"values":[1,2]},\#(series),{"labels":{"job":"c"},"values":[3]}]}"#)
            #expect(answer.status == 200, "\(answer.text)")
            let results = try #require(JSONDocument(answer.body).root["results"]?.elements).map { $0 }
            #expect(results.map { $0["status"]?.string == "error" } == [false, true, false])
            #expect(results[1]["labels"]?["job"]?.string == "b")
            #expect(results[2]["labels"]?["job"]?.string == "c")
            let problem = try #require(results[1]["problem"])
            #expect(problem["status"]?.integer == 422)
            #expect(problem["detail"]?.string?.hasPrefix("/series/1") == true, "\(answer.text)")
            #expect(problem["type"]?.string?.hasPrefix(Problem.typePrefix) == true)
        }
        #expect(post("{\"series\":[\(bad[0])]}").status == 422)
        let all = post("{\"series\":[\(bad.joined(separator: ","))]}")
        expectProblem(all, 422, "/series/0/values/1")
        let errors = try #require(JSONDocument(all.body).root["errors"]?.elements).compactMap {
            $0["pointer"]?.string
        }
        #expect(
            errors == ["/series/0/values/1", "/series/1/values", "/series/2/timestamps/1", "/series/3/value"])
    }

    @Test func `limits are answered where there is history`() throws {
        let body =
            #"{"horizon":24,"series":[{"values":\#(json(seasonal(240)))}],"limits":[{"op":">","value":-1e308},"#
            + #"{"op":"<","value":-1e308},{"op":">=","value":59.5}]}"#
        for path in ["predict", "detect", "forecast"] {
            let limits = try #require(firstResult(post(body, to: "/api/v1/\(path)"))["limits"]?.elements).map
            { $0 }
            #expect(limits.map { $0["op"]?.string } == [">", "<", ">="])
            let shares = limits.compactMap { $0["probability"]?.double }
            #expect(shares[0] == 1 && shares[1] == 0 && (0...1).contains(shares[2]))
            #expect(limits[0]["cross_at"]?["p10"]?.integer == 240)
            #expect(limits[1]["cross_at"]?["p90"]?.isNull == true)
        }
    }

    // MARK: - Damage

    static let seeds = 0..<300 as Range<UInt64>

    @Test func `mutated bodies are answered or refused, never fatal`() throws {
        let times = (0..<30).map { "\(1_764_547_200 + $0 * 300)" }.joined(separator: ",")
        let whole =
            #"{"model":"auto","step":"5m","horizon":3,"levels":[80,95],"alpha":0.001,"detect":"all","#
            + #""mode":"batch","time":"rfc3339","season":6,"timezone":"Europe/Berlin","train":9,"#
            + #""series":[{"labels":{"__name__":"a"},"timestamps":[\#(times)],"values":\#(json(seasonal(30, period: 6)))}],"#
            + #""limits":[{"op":">","value":90}]}"#
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-", "0", "1e308", "1e-320",
            "9223372036854775808",
            "\\u0000", "\u{FFFD}", "\"P1M\"", "-1", "{}", "[]", "\"\"", "1.5", "1e400", " ", "NaN",
        ]
        let scalars = Array(whole.utf8)
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            var body = scalars
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let start = Int.random(in: 0..<body.count, using: &random)
                let length = min(Int.random(in: 0...12, using: &random), body.count - start)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: body.removeSubrange(start..<start + length)
                case 1:
                    body.insert(
                        contentsOf: pieces.randomElement(using: &random)?.utf8.map { $0 } ?? [], at: start)
                case 2: body.insert(contentsOf: body[start..<start + length], at: start)
                case 3: body[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                default:
                    // A whole token, so that most bodies stay JSON.
                    let mark = body[start...].firstIndex { $0 == 0x3A || $0 == 0x2C || $0 == 0x5B } ?? start
                    let end =
                        body[(mark + 1)...].firstIndex { $0 == 0x2C || $0 == 0x5D || $0 == 0x7D }
                        ?? body.count
                    let piece = pieces.randomElement(using: &random) ?? ""
                    if mark + 1 <= end { body.replaceSubrange(mark + 1..<end, with: Array(piece.utf8)) }
                }
                if body.isEmpty { body = [0x7B] }
            }
            let answer = post(body)
            #expect([200, 400, 413, 422].contains(answer.status), "seed \(seed): \(answer.text.prefix(300))")
            if answer.status != 200 { expectProblem(answer, answer.status) }
            #expect((try? JSONDocument(answer.body)) != nil, "seed \(seed)")
        }
    }

    @Test(arguments: seeds)
    func `members of the wrong kind are answered or refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let odd = [
            "null", "true", "{}", "[]", "\"\"", "-1", "0", "1e308", "0.5", "\"5m\"", "\"P1M\"", "[null]",
            "[[]]", "7",
            "100000", "\"auto\"", "\"last\"", "\"delayed\"", "\"unix\"", "[0]", "[99.9]", "\"UTC\"",
            "\"mlp\"", "\"ridge\"",
        ]
        let keys = [
            "model", "step", "horizon", "levels", "alpha", "detect", "mode", "time", "season", "timezone",
            "train",
            "limits", "series", "values",
        ]
        let members = keys.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
        let wishes = members.map { "\"\($0)\":\(odd.randomElement(using: &random) ?? "1")" }.joined(
            separator: ",")
        let count = Int.random(in: 1...40, using: &random)
        let values = json((0..<count).map { _ in Double(random.next() >> 50) })
        let answer = post("{\(wishes),\"series\":[{\"values\":\(values)}]}")
        #expect([200, 400, 413, 422].contains(answer.status), "seed \(seed): \(answer.text.prefix(300))")
        #expect((try? JSONDocument(answer.body)) != nil, "seed \(seed)")
    }
}
