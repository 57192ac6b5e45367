import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct StoredModelTests {
    private static let names = ForecasterCatalog.entries.map(\.name)
    private let values: [Double] = {
        var random = SeededSeries(seed: 11)
        return random.holes(in: random.season(120, period: 7), share: 0.1)
    }()

    private func model(_ name: String) throws -> any ForecastModel {
        try ForecasterCatalog.entry(name).make(MethodSettings(season: [7], horizon: 5, seed: 3))
            .fit(Series(values: values))
    }

    @Test(arguments: names, ["", "auto/"])
    func `a model read by its name goes on to the last bit`(name: String, prefix: String) throws {
        var model: any ForecastModel = try model(name)
        let bytes = ForecasterCatalog.encode(model, name: prefix + name)
        #expect(bytes == ForecasterCatalog.encode(model, name: name))
        var again = try ForecasterCatalog.decode(name: prefix + name, bytes: bytes)
        #expect(type(of: again) == type(of: model))
        var random = SeededSeries(seed: 12)
        for value in random.holes(in: random.season(200, period: 7), share: 0.2) {
            #expect(again.next.bitPattern == model.next.bitPattern)
            model.observe(value)
            again.observe(value)
        }
        #expect(bits(again.mean(steps: 40)) == bits(model.mean(steps: 40)))
        #expect(
            bits(again.fitted(on: Series(values: values))) == bits(model.fitted(on: Series(values: values))))
        #expect(
            ForecasterCatalog.encode(again, name: name) == ForecasterCatalog.encode(model, name: name))
    }

    @Test(arguments: names)
    func `another method, a cut and a tail are refused`(name: String) throws {
        let bytes = try ForecasterCatalog.encode(model(name), name: name)
        for other in Self.names where other != name {
            #expect(throws: BinaryFormatError.self) {
                try ForecasterCatalog.decode(name: other, bytes: bytes)
            }
        }
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: BinaryFormatError.self, "\(count) bytes") {
                try ForecasterCatalog.decode(name: name, bytes: Array(bytes.prefix(count)))
            }
        }
        #expect(throws: BinaryFormatError.invalid(byte: bytes.count, reason: "1 bytes after a \(name) model"))
        {
            try ForecasterCatalog.decode(name: name, bytes: bytes + [0])
        }
    }

    @Test(arguments: ["auto", "nonsense", ""])
    func `a name that no method has is refused`(name: String) throws {
        let bytes = try ForecasterCatalog.encode(model("ridge"), name: "ridge")
        #expect(throws: BinaryFormatError.self) { try ForecasterCatalog.decode(name: name, bytes: bytes) }
    }
}
