import Testing

@testable import CLI

@Suite struct OddTimesTests {
    private static let oneRow = "timestamp,value\n1764547200,13.31\n"
    private static let twoRows = "timestamp,value\n1764547200,13.31\n1764547260,14\n"
    private static let unsorted =
        "timestamp,value\n2026-01-01,9.88\n2026-01-05,12.54\n2026-01-03,11.5\n2026-01-04,3\n"

    @Test(arguments: [oneRow, twoRows], [["-o", "table"], ["-o", "csv"], ["-o", "json"]])
    func `a forecast without a known step has no times, and a picture by order`(
        text: String, form: [String]
    ) throws {
        let folder = try Folder()
        let picture = folder.path + "/x.svg"
        let outcome = bellwether(
            ["forecast", folder.file(text), "--horizon", "2", "--plot", picture] + form)
        #expect(outcome.code == .success, "\(outcome.errors)")
        if form[1] == "csv" {
            let rows = outcome.output.split(separator: "\n").dropFirst()
            #expect(rows.count == 2)
            for row in rows { #expect(row.hasSuffix(","), "\(row)") }
        }
    }

    @Test(arguments: [["-o", "table"], ["-o", "csv"]])
    func `rows out of order are scored in their order, with a picture`(form: [String]) throws {
        let folder = try Folder()
        let outcome = bellwether(
            ["detect", folder.file(Self.unsorted), "--plot", folder.path + "/x.svg"] + form)
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(outcome.errors.contains("scored in the order of the rows"))
        if form[1] == "csv" { #expect(outcome.output.split(separator: "\n").count == 5) }
    }
}
