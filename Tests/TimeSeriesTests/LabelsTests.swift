import TestSupport
import TimeSeries
import Testing

@Suite struct LabelsTests {
    @Test func `labels are sorted and empty values absent`() throws {
        let labels = try Labels([
            (name: "zone", value: "a"), (name: "empty", value: ""), (name: "job", value: "b"),
        ])
        #expect(labels.pairs.map(\.name) == ["job", "zone"])
        #expect(labels["zone"] == "a")
        #expect(labels["empty"] == nil)
        #expect(labels["other"] == nil)
        #expect(try labels == Labels([(name: "job", value: "b"), (name: "zone", value: "a")]))
    }

    @Test(arguments: ["", "0a", "a-b", "a.b", "ä", "a b", "a:b"])
    func `a name that is no word is refused`(name: String) {
        #expect(throws: LabelsError.invalidName(name)) { try Labels([(name: name, value: "x")]) }
        #expect(throws: LabelsError.invalidName(name)) { try Labels.none.setting(name, to: "x") }
    }

    @Test(arguments: ["a", "_", "__name__", "A9", "a_b"])
    func `a word is a name`(name: String) {
        #expect(Labels.isValidName(name))
    }

    @Test func `a name comes once`() {
        #expect(throws: LabelsError.duplicateName("a")) {
            try Labels([(name: "a", value: "x"), (name: "b", value: ""), (name: "a", value: "")])
        }
    }

    @Test func `the description is that of Prometheus`() throws {
        func text(_ labels: [(name: String, value: String)]) throws -> String {
            try Labels(labels).description
        }
        #expect(try text([]) == "{}")
        #expect(try text([(name: "__name__", value: "up")]) == "up")
        #expect(try text([(name: "__name__", value: "job:up:sum")]) == "job:up:sum")
        #expect(try text([(name: "b", value: "2"), (name: "a", value: "1")]) == #"{a="1", b="2"}"#)
        #expect(try text([(name: "a", value: "1"), (name: "__name__", value: "up")]) == #"up{a="1"}"#)
        #expect(try text([(name: "a", value: "x\"\\\n")]) == #"{a="x\"\\\n"}"#)
        #expect(
            try text([(name: "__name__", value: "cpu, %"), (name: "a", value: "1")]) == #"{"cpu, %", a="1"}"#)
        #expect(Labels(metric: "up").description == "up")
        #expect(Labels(metric: "") == .none)
    }

    @Test func `labels are set and removed`() throws {
        let labels = try Labels(metric: "up").setting("job", to: "x").setting("a", to: "y")
        #expect(labels.description == #"up{a="y", job="x"}"#)
        #expect(try labels.setting("job", to: "z")["job"] == "z")
        #expect(try labels.setting("job", to: "").setting("a", to: "") == Labels(metric: "up"))
        #expect(try labels.setting("nothing", to: "") == labels)
    }

    @Test func `labels have an order`() throws {
        let sorted = try [
            .none, Labels([(name: "a", value: "1")]),
            Labels([(name: "a", value: "1"), (name: "b", value: "1")]),
            Labels([(name: "a", value: "2")]), Labels([(name: "b", value: "1")]),
        ]
        var generator = SeededGenerator(seed: 1)
        #expect(sorted.shuffled(using: &generator).sorted() == sorted)
    }

    @Test func `one label is read from the bytes of all`() throws {
        let labels = try Labels([
            (name: "__name__", value: "up"), (name: "instance", value: "wörld:9100"),
            (name: "job", value: "x"),
            (name: "jobs", value: "y"),
        ])
        for name in ["__name__", "instance", "job", "jobs", "jo", "", "zone"] {
            #expect(Labels.value(of: Array(name.utf8), in: labels.encoded) == labels[name], "\(name)")
        }
        #expect(Labels.value(of: Array("job".utf8), in: []) == nil)
        for length in 0..<labels.encoded.count {
            let value = Labels.value(of: Array("jobs".utf8), in: Array(labels.encoded.prefix(length)))
            #expect(value == nil, "cut to \(length) bytes")
        }
    }
}
