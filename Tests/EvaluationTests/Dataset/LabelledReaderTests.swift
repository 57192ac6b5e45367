import Testing
import TimeSeries

@testable import Evaluation

@Suite struct LabelledReaderTests {
    private func file(_ text: String, _ name: String = "a.csv") -> DatasetFile {
        DatasetFile(name: name, bytes: Array(text.utf8))
    }

    private let manifest = """
        file,split,dataset,licence,train_prefix,windows_inclusive
        b.csv,dev,UCR,"free, they say",2,1-2;4-4
        a.csv,dev,NAB,x,0,

        """

    @Test func `a series has the values of its file and the facts of the manifest`() throws {
        let reader = try LabelledReader(manifest: file(manifest, "manifest.csv"), name: "mine")
        #expect(reader.entries?.map(\.file) == ["b.csv", "a.csv"])
        let text = "timestamp_or_index,value,label\n10,1,0\n11,,1\n12,-2e3,1\n13,nan,0\n14,5,1\n"
        let series = try reader.read(file(text, "b.csv"))
        #expect(series.name == "b" && series.dataset == "UCR" && series.trainPrefix == 2)
        #expect(series.values[0] == 1 && series.values[1].isNaN && series.values[2] == -2000)
        #expect(series.values[3].isNaN && series.windows == [1...2, 4...4] && series.timestamps == nil)
        #expect(series.labels == [false, true, true, false, true] && series.naturalSeasons.isEmpty)
        let other = try reader.read(file("value,label\n1,false\n2,true\n", "c.csv"))
        #expect(other.dataset == "mine" && other.windows == [1...1] && other.trainPrefix == 0)
    }

    @Test(arguments: [
        ("1501241280", "1501241340", 60_000), ("2014-04-01 00:00:00", "2014-04-01 00:05:00", 300_000),
        ("2017-11-01T00:00:00Z", "2017-11-01T01:00:00Z", 3_600_000),
    ])
    func `times are moments`(first: String, second: String, distance: Int64) throws {
        let reader = try LabelledReader(manifest: nil, name: "mine")
        #expect(reader.entries == nil)
        let text = "timestamp_or_index,value,label\n\(first),1,0\n\(second),2,0\n"
        let times = try #require(try reader.read(file(text)).timestamps)
        #expect(times[1].milliseconds(since: times[0]) == distance)
        #expect(
            try reader.read(file(text)).naturalSeasons
                == SeasonalHints.periods(of: .fixed(milliseconds: distance)))
    }

    @Test(arguments: [
        ("timestamp_or_index,value\n0,1\n", "a.csv: no column 'label'"),
        ("timestamp_or_index,value,label\n0,1,0\n1,x,0\n", "a.csv: line 3: 'x' is not a number"),
        ("timestamp_or_index,value,label\n0,inf,0\n", "a.csv: line 2: 'inf' is not a number"),
        ("timestamp_or_index,value,label\n0,1,0\n1,1,2\n", "a.csv: line 3: label is '2', neither 0 nor 1"),
        ("timestamp_or_index,value,label\n0,1,\n", "a.csv: line 2: label is ''"),
        ("timestamp_or_index,value,label\nMay,1,0\n", "a.csv: line 2: 'May' is not a time"),
        ("timestamp_or_index,value,label\n2014-04-01,1,0\n2014-13-01,1,0\n", "a.csv: line 3: "),
        ("timestamp_or_index,value,label\n", "a.csv: no rows"),
        (
            "timestamp_or_index,value,label\n0,1,1\n",
            "manifest.csv: line 3: window none, the labels of a.csv say 0-0"
        ),
        ("", "a.csv: "),
    ])
    func `a file that is no labelled series is refused with its line`(text: String, reason: String) throws {
        let reader = try LabelledReader(manifest: file(manifest, "manifest.csv"), name: "mine")
        let error = try #require(throws: DatasetError.self) { _ = try reader.read(file(text)) }
        #expect("\(error)".hasPrefix(reason), "\(error)")
    }

    @Test(arguments: [
        ("file,split\na,b\n", "no column 'dataset'"),
        ("file,dataset\na.csv,x\na.csv,y\n", "line 3: a.csv stands in it twice"),
        ("file,dataset\n,x\n", "line 2: no file is named"), ("file,dataset\na.csv,\n", "line 2: no data set"),
        ("file,dataset,train_prefix\na.csv,x,-1\n", "line 2: train_prefix is '-1'"),
        ("file,dataset,windows_inclusive\na.csv,x,3-\n", "line 2: '3-' is no window"),
        ("file,dataset,windows_inclusive\na.csv,x,9-3\n", "line 2: '9-3' is no window"),
        ("file,dataset\n", "no rows"),
    ])
    func `a manifest that makes no sense is refused`(text: String, reason: String) throws {
        let error = try #require(throws: DatasetError.self) {
            _ = try LabelledReader(manifest: file(text, "manifest.csv"), name: "mine")
        }
        #expect("\(error)".hasPrefix("manifest.csv: " + reason), "\(error)")
    }

    @Test func `a prefix beyond the series is refused`() throws {
        let text = "file,dataset,train_prefix\na.csv,x,9\n"
        let reader = try LabelledReader(manifest: file(text, "manifest.csv"), name: "mine")
        #expect(throws: DatasetError.self) { try reader.read(file("value,label\n1,0\n")) }
    }
}
