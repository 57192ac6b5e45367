import Forecasting
import TestSupport
import TimeSeries

/// The model after a trip through its stored bytes.
func restored<Model: ForecastModel>(_ model: Model) throws -> Model {
    try restored(model, from: stored(model))
}

func stored(_ model: some ForecastModel) -> [UInt8] {
    var writer = BinaryWriter()
    model.write(to: &writer)
    return writer.bytes
}

/// A model of the kind of `model` read from `bytes`.
func restored<Model: ForecastModel>(_ model: Model, from bytes: [UInt8]) throws -> Model {
    var reader = BinaryReader(bytes)
    return try Model(from: &reader)
}

/// The values of a golden case; those of a dataset are read from its file.
func goldenValues(_ golden: GoldenObject) throws -> [Double] {
    let inputs = golden.object("inputs")
    if inputs.has("values") { return inputs.numbers("values") }
    let name = golden.object("series").text("dataset")
    let rows = try Repository.text("datasets/\(name)/data.csv").split(separator: "\n").dropFirst()
    return rows.prefix(Int(inputs.number("count"))).map { row in
        Double(row.split(separator: ",", omittingEmptySubsequences: false)[1]) ?? .nan
    }
}

func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }
