import Networking
import Testing

@testable import Service

/// Epoch seconds of 2025-12-01T00:00:00Z.
private let december = 1_764_547_200

private func times(_ count: Int, every seconds: Int) -> String {
    "[" + (0..<count).map { "\(december + $0 * seconds)" }.joined(separator: ",") + "]"
}

private func texts(_ days: [String]) -> String { "[" + days.map { "\"\($0)\"" }.joined(separator: ",") + "]" }

private let months = (0..<36).map { month in
    let number = month % 12 + 1
    return "\(2020 + month / 12)-\(number < 10 ? "0" : "")\(number)-01T00:00:00Z"
}

private func ask(_ wishes: String, times: String?, _ values: [Double], to path: String = "predict") throws
    -> JSONValue
{
    let stamps = times.map { "\"timestamps\":\($0)," } ?? ""
    let comma = wishes.isEmpty ? "" : ","
    return try firstResult(
        post("{\(wishes)\(comma)\"series\":[{\(stamps)\"values\":\(json(values))}]}", to: "/api/v1/\(path)"))
}

@Suite struct GoodInputTests {
    @Test func `times are answered in the form of the request or as asked`() throws {
        let values = seasonal(48)
        let seconds = times(48, every: 3600)
        let own = try ask("", times: seconds, values)
        #expect(own["forecast"]?["timestamps"]?.numbers.first == Double(december + 48 * 3600))
        #expect(own["detection"]?["timestamps"]?.numbers.first == Double(december))
        let text = try ask(#""time":"rfc3339""#, times: seconds, values)
        #expect(text["forecast"]?["timestamps"]?.strings.first == "2025-12-03T00:00:00Z")
        #expect(text["detection"]?["timestamps"]?.strings.first == "2025-12-01T00:00:00Z")
        let days = texts([
            "2025-12-01T00:00:00+01:00", "2025-12-02T00:00:00+01:00", "2025-12-03T00:00:00+01:00",
        ])
        #expect(
            try ask("", times: days, [1, 2, 3])["forecast"]?["timestamps"]?.strings.first
                == "2025-12-03T23:00:00Z")
        let unix = try ask(#""time":"unix""#, times: days, [1, 2, 3])
        #expect(unix["forecast"]?["timestamps"]?.numbers.first == Double(december + 3 * 86400 - 3600))
        let fractions = "[0.25,0.5,0.75,1]"
        #expect(
            try ask("", times: fractions, [1, 2, 3, 4])["forecast"]?["timestamps"]?.numbers.first == 1.25)
        #expect(try ask("", times: nil, [1, 2, 3])["forecast"]?["timestamps"]?.numbers.first == 3)
    }

    @Test(arguments: [
        ("6", 6), (#""6h""#, 6), (#""90m""#, 2), (#""1d""#, 24), (#""P1D""#, 24), (#""PT1H""#, 1),
        (#""1s""#, 1),
        (#""P1M""#, 744),
    ])
    func `a horizon counts steps or time`(horizon: String, steps: Int) throws {
        let result = try ask("\"horizon\":\(horizon)", times: times(48, every: 3600), seasonal(48))
        #expect(result["step"]?.string == "1h")
        #expect(result["forecast"]?["timestamps"]?.count == steps)
        for key in ["mean"] { #expect(result["forecast"]?[key]?.count == steps) }
        for level in ["80", "95"] {
            #expect(result["forecast"]?["lower"]?[level]?.count == steps)
            #expect(result["forecast"]?["upper"]?[level]?.count == steps)
        }
    }

    @Test func `forecasts of months land on month starts`() throws {
        for wishes in [#""horizon":14"#, #""horizon":14,"step":"P1M""#, #""horizon":"P14M""#] {
            let result = try ask(wishes, times: texts(months), seasonal(36, period: 12))
            #expect(result["step"]?.string == "P1M", "\(wishes)")
            let stamps = try #require(result["forecast"]?["timestamps"]?.strings)
            #expect(stamps.count == 14)
            #expect(stamps.first == "2023-01-01T00:00:00Z" && stamps.last == "2024-02-01T00:00:00Z")
            #expect(stamps.allSatisfy { $0.hasSuffix("-01T00:00:00Z") })
        }
    }

    @Test func `levels are keys as they were asked`() throws {
        let result = try ask(#""levels":[97.5,80,0,99.99]"#, times: nil, seasonal(60))
        let lower = try #require(result["forecast"]?["lower"])
        let upper = try #require(result["forecast"]?["upper"])
        #expect(lower.keys == ["97.5", "80", "0", "99.99"] && upper.keys == lower.keys)
        let mean = try #require(result["forecast"]?["mean"]?.numbers)
        for level in lower.keys {
            let low = try #require(lower[level]?.numbers)
            let high = try #require(upper[level]?.numbers)
            #expect(zip(low, mean).allSatisfy { $0 <= $1 } && zip(high, mean).allSatisfy { $0 >= $1 })
        }
        let narrow = try #require(lower["80"]?.numbers)
        #expect(try zip(#require(lower["97.5"]?.numbers), narrow).allSatisfy { $0 <= $1 })
        #expect(try ask(#""levels":[]"#, times: nil, [1, 2, 3])["forecast"]?["lower"]?.keys == [])
    }

    @Test func `detect chooses the rows that are scored`() throws {
        let values = seasonal(96)
        let all = try ask("", times: nil, values)
        let last = try ask(#""detect":"last""#, times: nil, values)
        for key in [
            "timestamps", "expected", "lower", "upper", "score", "p_value", "is_anomaly", "rank_score",
        ] {
            #expect(all["detection"]?[key]?.count == 96, "\(key)")
            #expect(last["detection"]?[key]?.count == 1, "\(key)")
        }
        #expect(last["detection"]?["timestamps"]?.numbers == [95])
        #expect(last["detection"]?["score"]?.numbers.last == all["detection"]?["score"]?.numbers.last)
        #expect(try ask(#""detect":"none""#, times: nil, values)["detection"] == nil)
        #expect(try ask("", times: nil, values, to: "forecast")["detection"] == nil)
        let detected = try ask("", times: nil, values, to: "detect")
        #expect(detected["forecast"] == nil && detected["detection"]?["mode"]?.string == "batch")
    }

    @Test func `a causal score does not change with what comes after`() throws {
        var values = seasonal(144)
        values[120] += 60
        let whole = try ask(#""mode":"causal""#, times: nil, values, to: "detect")
        #expect(whole["detection"]?["mode"]?.string == "causal")
        let before = try ask(#""mode":"causal""#, times: nil, Array(values.prefix(130)), to: "detect")
        for key in ["expected", "score", "p_value"] {
            let long = try #require(whole["detection"]?[key]?.numbers)
            let short = try #require(before["detection"]?[key]?.numbers)
            #expect(zip(short, long).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(key)")
        }
        let scores = try #require(whole["detection"]?["score"]?.numbers)
        let flags = try #require(whole["detection"]?["is_anomaly"]?.elements).map(\.bool)
        for (score, flag) in zip(scores, flags) { #expect(flag == (score > 1)) }
        #expect(flags[120] == true)
    }

    @Test(arguments: [("7", [7]), ("1", []), ("24", [24])])
    func `a season is taken as given`(season: String, expected: [Int]) throws {
        let result = try ask("\"season\":\(season)", times: nil, seasonal(120))
        #expect(result["season"]?.numbers.map { Int($0) } == expected)
        let horizon = result["forecast"]?["mean"]?.count
        #expect(horizon == (expected.first ?? 24))
    }

    @Test func `days keep their hour when clocks change`() throws {
        // Midnights of Berlin around 29 March 2026, on which the day has 23 hours.
        let days = (20...27).map { "2026-03-\($0)T00:00:00+01:00" }
        let result = try ask(
            #""timezone":"Europe/Berlin","horizon":4,"time":"rfc3339""#, times: texts(days),
            [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(
            result["forecast"]?["timestamps"]?.strings == [
                "2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z",
                "2026-03-30T22:00:00Z",
            ])
        let utc = try ask(#""horizon":4"#, times: texts(days), [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(utc["forecast"]?["timestamps"]?.strings.last == "2026-03-30T23:00:00Z")
        let across = (27...31).map { "2026-03-\($0)T00:00:00\($0 < 30 ? "+01:00" : "+02:00")" }
        let seen = try ask(#""timezone":"Europe/Berlin","horizon":1"#, times: texts(across), [1, 2, 3, 4, 5])
        #expect(seen["forecast"]?["timestamps"]?.strings == ["2026-03-31T22:00:00Z"])
        #expect(
            (seen["warnings"]?.elements).map(Array.init)?.contains { $0["code"]?.string == "gaps" } == false)
    }

    @Test func `labels and the request come back`() throws {
        let answer = post(#"{"series":[{"labels":{"__name__":"rps","job":"a\"b\\c😀"},"values":[1,2,3]}]}"#)
        let result = try firstResult(answer)
        #expect(result["labels"]?.keys == ["__name__", "job"])
        #expect(result["labels"]?["job"]?.string == "a\"b\\c😀")
        let id = try JSONDocument(answer.body).root["request_id"]?.string
        #expect(id?.hasPrefix("bad-") == true && id == answer.header("X-Request-Id"))
    }

    @Test func `a gap is a missing value and is counted`() throws {
        let stamps = (0..<60).filter { $0 != 30 }.map { "\(december + $0 * 60)" }.joined(separator: ",")
        let result = try ask("", times: "[\(stamps)]", (0..<59).map { Double($0 % 4) })
        #expect(result["detection"]?["score"]?.count == 59)
        let codes = (result["warnings"]?.elements).map(Array.init)?.map { $0["code"]?.string }
        #expect(codes?.contains("gaps") == true)
    }
}
