import Networking
import Pipeline
import Testing

@testable import Service

@Suite struct FederateTests {
    private static let path = "/federate"

    /// A service with two quiet series whose newest points are of a minute ago.
    private func service() throws -> StoredService {
        let service = try StoredService(isFederating: true)
        let steps = (Int(StoredService.now) - StoredService.start) / 60
        for name in ["load", "web"] {
            service.feed(name, (0..<200).map { 50 + Double($0 % 3) }, from: steps - 202)
        }
        return service
    }

    private func samples(_ answer: HTTPResponse) -> [String] {
        answer.text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    @Test func `it is off unless it is switched on`() throws {
        let answer = try StoredService().get(Self.path, [("match[]", "up")])
        #expect(answer.status == 404 && answer.text.contains("federate: true"), "\(answer.text)")
    }

    @Test(
        arguments: [
            ([], 400, "match[]={job="), ([("match[]", "{a=")], 422, ""), ([("match", "up")], 422, "match[]"),
        ] as [([(name: String, value: String)], Int, String)])
    func `a question without a good selector is told what to do, in a line`(
        query: [(name: String, value: String)], status: Int, part: String
    ) throws {
        let answer = try StoredService(isFederating: true).get(Self.path, query)
        #expect(answer.status == status && answer.text.contains(part), "\(answer.text)")
        #expect(answer.header("Content-Type")?.hasPrefix("text/plain") == true)
    }

    @Test func `the newest scores are text with the times of their points`() throws {
        let service = try service()
        let both = [(name: "match[]", value: "load"), (name: "match[]", value: #"{__name__=~"load|web"}"#)]
        let time = (Int(StoredService.now) - 180) * 1000
        let first = service.get(Self.path, both)
        #expect(first.status == 200)
        #expect(first.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            samples(first) == [
                #"anomaly_state{for="load",host="0"} 0 \#(time)"#,
                #"anomaly_state{for="web",host="0"} 0 \#(time)"#,
            ])
        let steps = (Int(StoredService.now) - StoredService.start) / 60
        service.feed("load", [51, 900], from: steps - 2)
        let second = samples(service.get(Self.path, both))
        let newest = (Int(StoredService.now) - 60) * 1000
        #expect(second.filter { $0.contains(#"{for="load",host="0"} "#) }.count == 6)
        #expect(second.contains(#"anomaly_state{for="load",host="0"} 1 \#(newest)"#), "\(second)")
        let score = try #require(second.first { $0.hasPrefix("anomaly_score{") }?.split(separator: " "))
        #expect((Double(score[1]) ?? 0) > 1 && score[2] == "\(newest)")
        #expect(second.contains(#"anomaly_state{for="web",host="0"} 0 \#(time)"#))
        // No series of a name that nothing is known of, and none that nobody asked for.
        #expect(samples(service.get(Self.path, [("match[]", "nothing")])).isEmpty)
        #expect(!samples(service.get(Self.path, [("match[]", "web")])).contains { $0.contains("load") })
    }

    @Test func `too many series are refused with what to do`() {
        let problem = ExportError.tooManySeries(matching: 20_000, limit: 10_000).problem
        #expect(problem.status == 413 && problem.line.contains("20000 series match"))
        #expect(problem.line.contains("in several jobs"))
    }
}
