import Foundation
import Testing

@testable import CLI

@Suite(.timeLimit(.minutes(2)))
struct FormulaTests {
    private static let good = """
        metrics:
          - {name: basket, expr: 'revenue / orders', step: 1m}
          - name: error_share
            expr: 'sum by (service) (errors_total{job="x"}) / sum by(service) (rate(hits))'
          - {name: doubled, expr: 2*basket}

        """

    @Test func `check tells what formulas make and read, for people and for programs`() throws {
        let folder = try Folder()
        let path = folder.file(Self.good, "b.yaml")
        let outcome = bellwether("check", path)
        #expect(outcome.code == .success && outcome.errors.isEmpty, "\(outcome.errors)")
        let output = outcome.output.replacing("\n              ", with: " ")
        for text in [
            "basket\n  expr        revenue / orders\n",
            "  makes       basket, one series for each set of labels that all operands have\n",
            "  reads       revenue, mean of each step orders, mean of each step\n  step        1m\n",
            #"  expr        sum by (service) (errors_total{job="x"}) / sum by (service) (rate(hits))"#,
            "  makes       error_share, one series for each (service)\n",
            #"  reads       errors_total{job="x"}, rate of each step hits, rate of each step"#,
            "  makes       doubled, one series for each that is read, with its labels\n",
            "  warning     rate_of_gauge: hits is no counter by its name;",
        ] {
            #expect(output.contains(text), "\(text) in \(output)")
        }
        let json = bellwether("check", path, "-o", "json").output
        #expect(
            json.contains(
                #""expr":"revenue / orders","makes":"one series for each set of labels that all operands have","group_by":null,"reads":[{"selector":"revenue","aggregate":"mean"},"#
            ), "\(json)")
        #expect(json.contains(#""group_by":["service"]"#))
    }

    @Test func `check refuses a circle with its place`() throws {
        let folder = try Folder()
        let path = folder.file(Self.good.replacing("revenue / orders", with: "revenue / doubled"), "b.yaml")
        let outcome = bellwether("check", path)
        #expect(outcome.code == .usage)
        #expect(
            outcome.errors.contains(
                "b.yaml:2:26: formulas read each other in a circle: basket reads doubled reads basket"),
            "\(outcome.errors)")
    }

    @Test func `of an imported month a service has the formula's series soon after its start`() throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let rows = (0..<(30 * 24 * 12)).map {
            "\(1_764_547_200 + 300 * $0),\(3 * ($0 % 50 + 1)),\($0 % 50 + 1)"
        }
        let file = folder.file("timestamp,revenue,orders\n" + rows.joined(separator: "\n") + "\n", "two.csv")
        #expect(bellwether("import", file, "--data", data).output.hasPrefix("accepted 17280, rejected 0"))
        let config = folder.file(Self.good.replacing("1m", with: "5m"), "b.yaml")
        for _ in 0..<2 {
            let service = try RunningService(data, config: config)
            var lines: [Substring] = []
            for _ in 0..<500 where lines.count < 8_640 {
                usleep(20_000)
                lines = bellwether("export", "basket", "-o", "csv", "--url", service.url).output.split(
                    separator: "\n")
            }
            // A header, and every step but the last, whose end no input has passed.
            #expect(lines.count == 8_640)
            #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(",3") }, "\(lines.prefix(3))")
        }
        // What is stored is exported without a service too, once each.
        #expect(
            bellwether("export", "basket", "-o", "csv", "--data", data).lines.filter { !$0.isEmpty }.count
                == 8_640)
    }
}
