import Networking
import Testing

@testable import Service

@Suite struct ProportionTests {
    @Test func `an answer out of all proportion is refused before it is made`() {
        let series = Array(repeating: #"{"values":[1,2,3,4,5]}"#, count: 200).joined(separator: ",")
        let levels = (1...20).map { "\($0)" }.joined(separator: ",")
        let body = #"{"horizon":10000,"levels":[\#(levels)],"series":[\#(series)]}"#
        expectProblem(post(body), 413, "the answer would have about")
        #expect(post(body, to: "/api/v1/detect").status == 200)
    }

    @Test func `days of a zone are civil days when the step is given`() throws {
        // Midnights in Berlin before the clocks go forward on 29 March 2026.
        let times = (22...28).map { "\"2026-03-\($0)T00:00:00+01:00\"" }.joined(separator: ",")
        let body = """
            {"timezone":"Europe/Berlin","step":"1d","horizon":3,"detect":"none",
             "series":[{"timestamps":[\(times)],"values":[1,2,3,4,5,6,7]}]}
            """
        let forecast = try #require(firstResult(post(body))["forecast"])
        #expect(
            forecast["timestamps"]?.strings
                == ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"])
    }

    @Test func `a dated series without a step has no forecast times`() throws {
        let body = #"{"horizon":2,"series":[{"timestamps":[1764547200],"values":[41.2]}]}"#
        let forecast = try #require(firstResult(post(body))["forecast"])
        let times = try #require(forecast["timestamps"]?.elements.map(Array.init))
        #expect(times.count == 2)
        for time in times { #expect(time.isNull) }
    }

    @Test func `a limit below zero is not reached by what never was below`() throws {
        let values = (0..<300).map { "\(($0 * 7919) % 7)" }.joined(separator: ",")
        let body = #"{"horizon":24,"limits":[{"op":"<","value":0}],"series":[{"values":[\#(values)]}]}"#
        let limits = try #require(firstResult(post(body))["limits"]?.elements.map(Array.init))
        #expect(limits.first?["probability"]?.double == 0)
    }
}
