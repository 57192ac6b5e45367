import Foundation
import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

/// The specifications in `Models/`, compared with the catalogue, the code and the datasets.
@Suite struct ShippedModelsTests {
    private static let names = held.keys.sorted()

    /// A `model.json`.
    struct Specification: Decodable {
        struct HyperParameter: Decodable {
            let name: String
            let value: Number
            let meaning: String
        }
        struct StoredForm: Decodable {
            let name: String
            let version: Int
        }
        struct Check: Decodable {
            struct Row: Decodable {
                let dataset: String
                let season: [Int]
                let origins: Int
                let points: Int
                let scaledError: Double
                let seasonalNaiveScaledError: Double
                let coverage95: Double
            }
            let command: String
            let tolerance: Double
            let datasets: [Row]
        }
        /// One number or a list of them.
        struct Number: Decodable, Equatable {
            let values: [Double]

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                values = try (try? container.decode([Double].self)) ?? [container.decode(Double.self)]
            }
        }

        let name: String
        let version: Int
        let kind: String
        let summary: String
        let source: String
        let hyperParameters: [HyperParameter]
        let minimumHistory: Int
        let missingValues: String
        let intervals: String
        let storedForm: StoredForm
        let learnedWeights: String
        let licence: String
        let check: Check

        init(of name: String) throws {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            self = try decoder.decode(
                Self.self, from: Data(Repository.bytes("Models/\(name)/1/model.json")))
        }
    }

    @Test func `every folder is a method with its specification and card`() {
        let learned = ["auto/1", "fusion-causal/1", "fusion-batch/2"]
        let folders = Self.names.map { $0 + "/1" } + learned
        let specifications = Repository.files(below: "Models", suffix: "/model.json")
        let cards = Repository.files(below: "Models", suffix: "/card.md")
        #expect(specifications == folders.map { "Models/\($0)/model.json" }.sorted())
        #expect(cards == folders.map { "Models/\($0)/card.md" }.sorted())
        // A folder, a version and two files each, and the learned numbers of some.
        #expect(Repository.files(below: "Models", suffix: "").count == 4 * folders.count + learned.count)
    }

    @Test(arguments: names)
    func `a specification says what the catalogue says`(name: String) throws {
        let specification = try Specification(of: name)
        let entry = try ForecasterCatalog.entry(name)
        #expect(specification.name == name && specification.version == 1)
        #expect(specification.kind == "forecaster" && specification.licence == "Apache-2.0")
        #expect(specification.summary == entry.summary)
        #expect(specification.source == entry.source)
        #expect(specification.minimumHistory == entry.make(MethodSettings(season: [4])).minimumHistory)
        #expect(specification.learnedWeights == "none")
        #expect(!specification.missingValues.isEmpty && !specification.intervals.isEmpty)
        #expect(specification.check.command == "swift test --filter ShippedModelsTests")
        #expect(specification.hyperParameters.allSatisfy { !$0.meaning.isEmpty })
    }

    @Test(arguments: names)
    func `a stored model has the form that its specification names`(name: String) throws {
        let form = try Specification(of: name).storedForm
        var random = SeededSeries(seed: 1)
        let model: any ForecastModel = try ForecasterCatalog.entry(name).make(MethodSettings())
            .fit(Series(values: random.noise(60)))
        var reader = BinaryReader(ForecasterCatalog.encode(model, name: name))
        #expect(try reader.readString() == form.name)
        #expect(try reader.readInt() == form.version)
    }

    /// The hyper-parameters that the code holds, by the names of the specifications.
    private static let held: [String: [String: [Double]]] = [
        "seasonal-naive": [:],
        "holt-winters": [
            "level_weight": [HoltWinters.lower[0], HoltWinters.upper[0]],
            "trend_weight_share": [HoltWinters.lower[1], HoltWinters.upper[1]],
            "season_weight_share": [HoltWinters.lower[2], HoltWinters.upper[2]],
            "damping": [HoltWinters.lower[3], HoltWinters.upper[3]],
            "least_gain": [HoltWinters.leastGain],
            "rounds": [Double(HoltWinters.rounds.fewest), Double(HoltWinters.rounds.most)],
            "longest_estimation_values": [Double(HoltWinters.longestEstimation.values)],
            "longest_estimation_seasons": [Double(HoltWinters.longestEstimation.seasons)],
            "refinement_budget": [Double(HoltWinters.refinementBudget)],
        ],
        "ridge": [
            "penalties": RidgeAutoregression.penalties,
            "longest_period_with_dummies": [Double(RidgeAutoregression.longestPeriodWithDummies)],
            "harmonics": [Double(RidgeAutoregression.harmonics)],
            "phase_scale": [RidgeAutoregression.phaseScale],
            "constant_scale": [RidgeAutoregression.constantScale],
            "bound": [RidgeAutoregression.bound],
        ],
        "mlp": [
            "hidden": [Double(MultilayerPerceptron.hidden)],
            "longest_block": [Double(MultilayerPerceptron.longestBlock)],
            "longest_input": [Double(MultilayerPerceptron.longestInput)],
            "phase_harmonics": [Double(PerceptronWindows.harmonics)],
            "batch": [Double(MultilayerPerceptron.batch)],
            "most_epochs": [Double(MultilayerPerceptron.mostEpochs)],
            "patience": [Double(MultilayerPerceptron.patience)],
            "learning_rate": [MultilayerPerceptron.learningRate],
            "weight_decay": [MultilayerPerceptron.weightDecay],
            "most_windows": [Double(MultilayerPerceptron.mostWindows)],
            "validation_share": [PerceptronTraining.validationShare],
        ],
    ]

    @Test(arguments: names)
    func `hyper-parameters are those of the code`(name: String) throws {
        let written = try Specification(of: name).hyperParameters
        let held = try #require(Self.held[name])
        #expect(Set(written.map(\.name)) == Set(held.keys) && written.count == held.count)
        for each in written { #expect(each.value.values == held[each.name], "\(name) \(each.name)") }
    }

    @Test(arguments: names)
    func `figures on the datasets are those of the specification and of the card`(name: String) throws {
        let check = try Specification(of: name).check
        let card = try Repository.text("Models/\(name)/1/card.md")
        #expect(check.datasets.count == 10)
        for row in check.datasets {
            let measured = try DatasetCheck(name, on: row.dataset)
            let metrics = measured.metrics
            let what = "\(name) on \(row.dataset): \(metrics)"
            #expect(measured.season == row.season, "\(what)")
            #expect(metrics.origins == row.origins && metrics.points == row.points, "\(what)")
            #expect(
                abs(metrics.challengerScaledError - row.scaledError) <= check.tolerance * row.scaledError,
                "\(what)")
            #expect(
                abs(metrics.championScaledError - row.seasonalNaiveScaledError)
                    <= 1e-4 * row.seasonalNaiveScaledError, "\(what)")
            // A value at the edge of its interval may change sides.
            let coverage = try #require(metrics.coverage95)
            #expect(abs(coverage - row.coverage95) <= max(0.02, check.tolerance / 4), "\(what)")
            let line = card.split(separator: "\n").first { $0.hasPrefix("| `\(row.dataset)` |") }
            let cells = try #require(line, "\(row.dataset) in the card of \(name)").split(separator: "|")
            #expect(cells[2].contains(String(format: "%.2f", row.scaledError)), "\(row.dataset) in the card")
        }
    }
}
