import Detection
import Forecasting
import Ingest
import Networking
import Numerics
import Pipeline
import Service
import TimeSeries

/// Functions of our modules, in the order of the layers.
enum Kernels {
    static let all: [Benchmark] =
        numerics + ["seasonal-naive", "holt-winters", "ridge", "auto", "mlp"].map(fit) + detection + bytes
        + SelectorBenchmarks.all

    private static let points = 1000
    private static let settings = MethodSettings(season: [24], horizon: 48)

    private static let numerics: [Benchmark] = [
        .kernel("matrix/gram/1000x34") {
            let matrix = Matrix(rows: 1000, columns: 34, elements: SampleData.values(34_000))
            return { sink(matrix.gram()) }
        },
        .kernel("matrix/eigen/34") {
            let matrix = Matrix(rows: 1000, columns: 34, elements: SampleData.values(34_000)).gram()
            return { sink(try? SymmetricEigen(matrix)) }
        },
        .kernel("fft/1024") {
            let transform = FourierTransform(count: 1024)
            let values = SampleData.values(1024)
            let zeros = [Double](repeating: 0, count: 1024)
            return {
                var (real, imaginary) = (values, zeros)
                transform.forward(real: &real, imaginary: &imaginary)
                sink(real)
            }
        },
    ]

    /// The model and its errors at rolling origins: all that a forecast needs.
    private static func fit(_ name: String) -> Benchmark {
        .kernel("forecast/fit/\(name)/n=1000") {
            let series = Series(values: SampleData.values(points))
            return { sink(try? ForecasterCatalog.fit(name, to: series, settings: settings)) }
        }
    }

    private static let detection: [Benchmark] = [
        .kernel("season/detect/n=1000") {
            let values = SampleData.values(points)
            let detector = SeasonDetector(natural: [])
            return { sink(detector.periods(of: values)) }
        },
        .kernel("detect/batch/n=1000") {
            let series = Series(values: SampleData.values(points))
            let fitted = try? ForecasterCatalog.fit("ridge", to: series, settings: settings)
            let detector = SeriesDetector(DetectionSettings(mode: .batch, method: "ridge", season: [24]))
            return { sink(try? detector.scores(of: series, fitted: fitted)) }
        },
        .kernel("detect/causal/n=1000/point", unit: points) {
            let series = Series(values: SampleData.values(points))
            let detector = SeriesDetector(DetectionSettings(mode: .causal, method: "ridge", season: [24]))
            return { sink(try? detector.scores(of: series)) }
        },
        .kernel("detect/stream/n=10000/value", unit: 10 * points) {
            let values = SampleData.values(10 * points)
            return { sink(StreamRanking.ranks(of: values)) }
        },
        .kernel("detect/full/n=10000/value", unit: 10 * points) {
            let values = SampleData.values(10 * points)
            return { sink(FullValues(values).anomalous) }
        },
        .streamRankings(series: 1_000),
        .streamRankings(series: 100_000),
    ]

    private static let bytes: [Benchmark] = [
        .kernel("json/parse/predict/n=1000") {
            let body = Array(ServiceBenchmarks.body(model: "ridge").utf8)
            return { sink(try? JSONDocument(body).root["series"]?.elements?.map { $0["values"]?.count }) }
        },
        .kernel("json/encode/prediction/n=1000") {
            var request = PredictionRequest()
            request.method = "ridge"
            request.horizon = .steps(48)
            let answer =
                (try? Observations(labels: .none, timestamps: nil, values: SampleData.values(points)))
                .flatMap { try? Predictor(request).predict($0) }
            let writer = PredictionJSON(levels: request.levels, writesEpochSeconds: false)
            return {
                var json = JSONWriter()
                if let answer { writer.write(.prediction(answer), labels: .none, to: &json) }
                sink(json)
            }
        },
        .kernel("csv/read/rows=100000") {
            let text = SampleData.csv(rows: 100_000)
            return { sink(try? TableReader().read(text)) }
        },
    ]
}

/// What the full tier does with the values of one series, but for its model: a value is expected to stay.
private struct FullValues {
    private(set) var anomalous = 0

    init(_ values: [Double]) {
        let known = Array(values.prefix(100))
        var judge = CausalJudge(
            residuals: zip(known.dropFirst(), known).map { $0 - $1 }, values: known, period: 24,
            threshold: 1e-4)
        var (evidence, levels) = (FusedEvidence(), LevelWatch(season: 24))
        for (expected, value) in zip(values, values.dropFirst()) {
            let fused = evidence.push(value)
            sink(levels.push(value))
            let judgement = judge.judge(value, expected: expected, fused: fused)
            sink(judge.band(around: expected))
            judge.learn(value, expected: expected, judgement)
            anomalous += judgement.isAnomalous ? 1 : 0
        }
    }
}

extension Benchmark {
    /// Each value goes to another series, in no order of their places in memory.
    fileprivate static func streamRankings(series: Int) -> Benchmark {
        kernel("detect/stream/fleet=\(series)/value", unit: series) {
            let values = SampleData.values(1_000)
            var random = Xoshiro256StarStar(seed: 5)
            let order = Array(0..<series).shuffled(using: &random)
            var known = StreamRanking()
            for value in values { _ = known.push(value) }
            var rankings = [StreamRanking](repeating: known, count: series)
            var step = 0
            return {
                for place in order { sink(rankings[place].push(values[step])) }
                step = (step + 1) % values.count
            }
        }
    }
}
