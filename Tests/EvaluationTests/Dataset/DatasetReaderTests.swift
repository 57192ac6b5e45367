import TestSupport
import Testing

@testable import Evaluation

@Suite struct DatasetReaderTests {
    private func file(_ text: String, _ name: String = "m9_monthly.csv") -> DatasetFile {
        DatasetFile(name: name, bytes: Array(text.utf8))
    }

    private let rows = """
        series_id,split,t,value
        b,train,0,1
        b,train,1,2.5
        b,test,2,3
        a,train,0,
        a,train,1,-4e2
        a,test,2,5
        a,test,3,nan

        """

    @Test func `series come in the order of the index, with its periods`() throws {
        let index = file(
            "dataset,series_id,n_train,h,m\nother,b,2,1,7\nm9_monthly,a,2,2,12\nm9_monthly,b,2,1,4\n",
            "series.csv")
        let manifest = [SetDescription(name: "m9_monthly", period: 12, seasons: [1, 168, 12])]
        let (set, notes) = try DatasetReader(index: index, manifest: manifest).read(file(rows))
        #expect(notes.isEmpty)
        #expect(set.name == "m9_monthly" && set.seasons == [12, 168])
        #expect(set.series.map(\.id) == ["a", "b"] && set.series.map(\.period) == [12, 4])
        #expect(set.series[1].train == [1, 2.5] && set.series[1].test == [3])
        #expect(set.series[0].train[0].isNaN && set.series[0].train[1] == -400)
        #expect(set.series[0].test.count == 2 && set.series[0].test[1].isNaN)
    }

    @Test func `what is not told is guessed from the name and noted`() throws {
        let (set, notes) = try DatasetReader(index: nil, manifest: nil).read(file(rows))
        #expect(set.seasons == [12] && set.series.allSatisfy { $0.period == 12 })
        #expect(set.series.map(\.id) == ["b", "a"])
        #expect(notes.count == 2 && notes[0].contains("no manifest.json; seasons of 12 are assumed"))
        let (plain, more) = try DatasetReader(index: nil, manifest: []).read(file(rows, "mine.csv"))
        #expect(plain.seasons.isEmpty && plain.series[0].period == 1)
        #expect(more[0].contains("not in the manifest; seasons of none"))
        #expect(FrequencyNames.seasons(of: "infra_5min") == [288, 2016])
        #expect(FrequencyNames.seasons(of: "m4-Hourly") == [24, 168])
        #expect(FrequencyNames.seasons(of: "x15min_hourlyish") == nil)
    }

    @Test(arguments: [
        ("series_id,part,t,value\na,train,0,1\n", "no column 'split'"),
        ("series_id,split,t,value\na,train,0,x\n", "line 2: 'x' is not a number"),
        ("series_id,split,t,value\na,train,0,inf\n", "line 2: 'inf' is not a number"),
        ("series_id,split,t,value\na,val,0,1\n", "line 2: split is 'val'"),
        (
            "series_id,split,t,value\na,test,0,1\na,train,1,1\n",
            "line 3: a train row after the test rows of a"
        ),
        ("series_id,split,t,value\na,train,0,1\n", "series a has no test rows"),
        ("series_id,split,t,value\na,test,0,1\n", "series a has no train rows"),
        ("series_id,split,t,value\na,train,0\n", "line 2"), ("series_id,split,t,value\n", "no rows"),
        ("", "empty"),
    ])
    func `a file that is no set is refused with its line`(text: String, reason: String) throws {
        let reader = try DatasetReader(index: nil, manifest: nil)
        let error = try #require(throws: DatasetError.self) { _ = try reader.read(file(text)) }
        #expect("\(error)".contains(reason) && "\(error)".hasPrefix("m9_monthly.csv: "), "\(error)")
    }

    @Test(arguments: ["dataset,series_id,m\ns,a,0\n", "dataset,series_id,m\ns,a,x\n", "dataset,m\n"])
    func `an index that makes no sense is refused`(text: String) {
        #expect(throws: DatasetError.self) {
            try DatasetReader(index: file(text, "series.csv"), manifest: nil)
        }
    }
}
