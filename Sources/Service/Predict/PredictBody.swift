import Analysis
import Detection
import Forecasting
import Networking
import Pipeline
import Query
import TimeSeries

/// The body of `POST /api/v1/predict`, `/forecast` and `/detect`.
struct PredictBody {
    /// How times are written in the answer.
    enum TimeForm: String, CaseIterable {
        case rfc3339
        case unix
    }

    /// What is asked of every series.
    var request: PredictionRequest
    /// The series, each read or refused by itself.
    var series: [(labels: Labels, result: Result<PostedSeries, BodyError>)]
    /// Which stored series are asked about instead, and in which times.
    var stored: (selector: Selector, times: ClosedRange<Int64>)?
    /// The form asked for; each series' own when `nil`.
    var timeForm: TimeForm?

    /// Whether the zone is said; else that of a stored series' definition counts.
    var hasZone = false
    /// Whether the values of stored series come with the answer: who asked does not have them.
    var wantsHistory = false

    static let keys =
        [
            "model", "step", "horizon", "levels", "alpha", "detect", "mode", "time", "season", "timezone",
            "train",
            "series", "selector", "start", "end", "history", "limits",
        ] + CalendarBody.keys

    /// Reads a body.
    ///
    /// - Throws: ``BodyError`` for what concerns the request; a bad series is kept as its error.
    init(_ root: JSONValue) throws(BodyError) {
        let body = try BodyReader(root, at: "", knowing: Self.keys)
        if body.member("selector") != nil {
            self = try Self.stored(body)
            return
        }
        for key in ["start", "end", "history"] where body.member(key) != nil {
            throw BodyError(pointer: "/" + key, detail: "\"\(key)\" needs \"selector\"")
        }
        request = try Self.request(body)
        hasZone = body.member("timezone") != nil
        timeForm = try body.choice("time", TimeForm.self)
        guard let posted = try body.elements("series", most: PredictionRequest.mostSeries) else {
            throw BodyError(
                pointer: "/series", detail: "the series to predict are missing: [{\"values\": […]}]")
        }
        guard !posted.isEmpty else {
            throw BodyError(pointer: "/series", detail: "at least one series is needed")
        }
        series = try posted.enumerated().map { index, value throws(BodyError) in
            do throws(BodyError) {
                let posted = try PostedSeries(value, at: "/series/\(index)")
                return (posted.observations.labels, .success(posted))
            } catch  where error.kind == .tooLarge {
                throw error
            } catch {
                return (PostedSeries.labels(of: value), .failure(error))
            }
        }
    }

    /// A body that asks about stored series.
    private init(
        request: PredictionRequest, stored: (selector: Selector, times: ClosedRange<Int64>),
        timeForm: TimeForm?
    ) {
        self.request = request
        self.stored = stored
        self.timeForm = timeForm
        series = []
    }

    private static func stored(_ body: BodyReader) throws(BodyError) -> PredictBody {
        guard body.member("series") == nil else {
            throw BodyError(
                pointer: "/selector", detail: "either \"selector\" or \"series\" is needed, not both")
        }
        var request = try request(body)
        if body.member("mode") == nil { request.mode = .causal }
        let text = try body.string("selector") ?? ""
        let selector: Selector
        do throws(SelectorError) {
            selector = try Selector(parsing: text)
        } catch {
            throw BodyError(pointer: "/selector", detail: "\(error)")
        }
        let start = try time(body, "start") ?? .min
        let end = try time(body, "end") ?? .max
        guard start <= end else { throw BodyError(pointer: "/start", detail: "it lies after \"end\"") }
        var read = PredictBody(
            request: request, stored: (selector, start...end),
            timeForm: try body.choice("time", TimeForm.self))
        read.hasZone = body.member("timezone") != nil
        if let wish = body.member("history") {
            guard let wantsHistory = wish.bool else {
                throw BodyError(
                    pointer: "/history", detail: "true or false is needed, not \(wish.kind.rawValue)")
            }
            read.wantsHistory = wantsHistory
        }
        return read
    }

    private static func time(_ body: BodyReader, _ key: String) throws(BodyError) -> Int64? {
        guard let member = body.member(key) else { return nil }
        do throws(TimestampError) {
            if let text = member.string { return try Timestamp(rfc3339: text).milliseconds }
            if let seconds = member.double { return try Timestamp(epochSeconds: seconds).milliseconds }
        } catch {
            throw BodyError(pointer: "/" + key, detail: "\(error)")
        }
        throw BodyError(
            pointer: "/" + key,
            detail: "RFC 3339 or epoch seconds are needed, not \(member.kind.rawValue)")
    }

    private static func request(_ body: BodyReader) throws(BodyError) -> PredictionRequest {
        var request = PredictionRequest()
        if let model = try body.string("model") {
            guard ForecasterCatalog.names.contains(model) else {
                let near = nearest(to: model, among: ForecasterCatalog.names)
                throw BodyError(
                    pointer: "/model",
                    detail: "no model \"\(model.prefix(80))\"; "
                        + (near.map { "did you mean \"\($0)\"? " } ?? "")
                        + "known: " + ForecasterCatalog.names.joined(separator: ", "))
            }
            request.method = model
        }
        if let name = try body.string("timezone") {
            do {
                request.zone = try TimeZone(named: name)
            } catch {
                throw BodyError(pointer: "/timezone", detail: "\(error)")
            }
        }
        request.calendar = try CalendarBody.read(body, zone: request.zone)
        if let text = try body.string("step") { request.step = try step(text, at: "/step", request.zone) }
        request.horizon = try horizon(body, request.zone)
        if let levels = try levels(body) { request.levels = levels }
        if let alpha = try body.number("alpha", "a number between 0 and 1", where: { $0 > 0 && $0 < 1 }) {
            request.alpha = alpha
        }
        if let extent = try body.choice("detect", PredictionRequest.Extent.self) { request.extent = extent }
        if let mode = try body.choice("mode", DetectionMode.self) { request.mode = mode }
        request.season = try body.integer("season", least: 1, most: PredictionRequest.mostPoints)
        request.trainingCount = try body.integer("train", least: 1, most: PredictionRequest.mostPoints)
        request.limits = try limits(body)
        return request
    }

    private static func horizon(_ body: BodyReader, _ zone: TimeZone) throws(BodyError) -> PredictionRequest
        .Horizon?
    {
        if let text = body.member("horizon")?.string { return .span(try step(text, at: "/horizon", zone)) }
        let steps = try body.integer("horizon", least: 1, most: PredictionRequest.longestHorizon)
        return steps.map { .steps($0) }
    }

    private static func step(_ text: String, at pointer: String, _ zone: TimeZone) throws(BodyError) -> Step {
        do {
            return try Step(parsing: text, in: zone)
        } catch {
            throw BodyError(pointer: pointer, detail: "\(error)")
        }
    }

    private static func levels(_ body: BodyReader) throws(BodyError) -> [Double]? {
        guard let elements = try body.elements("levels", most: PredictionRequest.mostLevels) else {
            return nil
        }
        var levels: [Double] = []
        for (index, element) in elements.enumerated() {
            guard let level = element.double, level >= 0, level < 100 else {
                throw BodyError(
                    pointer: "/levels/\(index)", detail: "a percentage from 0 up to but not 100 is needed")
            }
            guard !levels.contains(level) else {
                throw BodyError(
                    pointer: "/levels/\(index)", detail: "the level \(NumberText.exact(level)) is given twice"
                )
            }
            levels.append(level)
        }
        return levels
    }

    private static func limits(_ body: BodyReader) throws(BodyError) -> [Limit] {
        var limits: [Limit] = []
        for (index, element) in (try body.elements("limits", most: 20) ?? []).enumerated() {
            let limit = try BodyReader(element, at: "/limits/\(index)", knowing: ["op", "value"])
            guard let comparison = try limit.choice("op", Limit.Comparison.self) else {
                throw BodyError(
                    pointer: "/limits/\(index)/op", detail: "\">\", \">=\", \"<\" or \"<=\" is needed")
            }
            guard let value = try limit.number("value", "a number", where: \.isFinite) else {
                throw BodyError(pointer: "/limits/\(index)/value", detail: "a number is needed")
            }
            limits.append(Limit(comparison, value))
        }
        return limits
    }
}

extension PredictBody {
    /// No answer has more numbers: some 150 MB of text.
    static let mostNumbers = 10_000_000
    /// Arrays of scores and times, each as long as the series.
    private static let arraysOfScores = 8

    /// Returns when the answer will not be out of all proportion.
    ///
    /// - Throws: ``BodyError`` of kind tooLarge.
    func checkAnswerSize() throws(BodyError) {
        var numbers = 0
        for (_, posted) in series {
            guard case .success(let posted) = posted else { continue }
            if request.extent == .all { numbers += Self.arraysOfScores * posted.observations.values.count }
            guard request.wantsForecast else { continue }
            var steps = PredictionRequest.longestDefaultHorizon
            switch request.horizon {
            case .steps(let wanted): steps = wanted
            case .span(let span): steps = posted.observations.stepsCovering(span)
            case nil: break
            }
            numbers += steps * 2 * (1 + request.levels.count)
        }
        guard numbers <= Self.mostNumbers else {
            throw BodyError(
                kind: .tooLarge, pointer: "/series",
                detail:
                    "the answer would have about \(numbers) numbers, at most \(Self.mostNumbers) are given; "
                    + "post fewer series, or ask for a shorter horizon, fewer levels, or \"detect\": \"last\""
            )
        }
    }
}

extension Observations {
    /// About how many steps a span takes, by the mean distance of the points.
    fileprivate func stepsCovering(_ span: Step) -> Int {
        guard let timestamps, timestamps.count > 1, let first = timestamps.first, let last = timestamps.last
        else { return 1 }
        let distance = max(last.milliseconds(since: first) / Int64(timestamps.count - 1), 1)
        return min(Int(span.nominalMilliseconds / distance) + 1, PredictionRequest.longestHorizon)
    }
}

/// One posted series and how its times were written.
struct PostedSeries {
    var observations: Observations
    var timeForm: PredictBody.TimeForm?
    /// The JSON pointer to it.
    var pointer: String
    /// What is known of the metric, where it is a stored one.
    var definition: MetricDefinition?
    /// What is to be said of a stored series whose older points are rollups.
    var remark: String?

    static let mostLabels = 64

    init(
        observations: Observations, timeForm: PredictBody.TimeForm, pointer: String,
        definition: MetricDefinition? = nil
    ) {
        self.definition = definition
        self.observations = observations
        self.timeForm = timeForm
        self.pointer = pointer
    }

    init(_ value: JSONValue, at pointer: String) throws(BodyError) {
        let body = try BodyReader(value, at: pointer, knowing: ["labels", "timestamps", "values"])
        self.pointer = pointer
        let labels = try Self.labels(body)
        guard let given = body.member("values") else {
            throw BodyError(pointer: pointer + "/values", detail: "the values are missing")
        }
        guard let count = given.count else {
            throw BodyError(
                pointer: pointer + "/values", detail: "an array is needed, not \(given.kind.rawValue)")
        }
        guard count > 0 else {
            throw BodyError(pointer: pointer + "/values", detail: "at least one value is needed")
        }
        guard count <= PredictionRequest.mostPoints else {
            throw BodyError(
                kind: .tooLarge, pointer: pointer + "/values",
                detail: "at most \(PredictionRequest.mostPoints) points a series, not \(count)")
        }
        let values: [Double]
        do {
            values = try given.doubles(nullAsNaN: true)
        } catch .notANumber(let index, let kind) {
            throw BodyError(
                pointer: "\(pointer)/values/\(index)",
                detail: "a number or null is needed, not \(kind.rawValue)")
        } catch {
            throw BodyError(pointer: pointer + "/values", detail: "an array of numbers is needed")
        }
        var timestamps: [Timestamp]?
        if let given = body.member("timestamps") {
            let read = try PostedTimes(given, at: pointer + "/timestamps")
            timestamps = read.timestamps
            timeForm = read.form
        }
        do {
            observations = try Observations(labels: labels, timestamps: timestamps, values: values)
        } catch {
            let place =
                switch error {
                case .notAscending(let index, _, _): "/timestamps/\(index)"
                case .infinite(let index): "/values/\(index)"
                case .countsDiffer: "/timestamps"
                }
            throw BodyError(pointer: pointer + place, detail: "\(error)")
        }
    }

    /// The labels of a series that was refused, as far as they can be read.
    static func labels(of value: JSONValue) -> Labels {
        let members = value["labels"]?.members.map(Array.init) ?? []
        let pairs = members.prefix(mostLabels).compactMap { name, value in
            value.string.map { (name: name, value: $0) }
        }
        return (try? Labels(pairs)) ?? .none
    }

    private static func labels(_ body: BodyReader) throws(BodyError) -> Labels {
        guard let given = body.member("labels") else { return .none }
        let pointer = body.pointer(to: "labels")
        guard let members = given.members else {
            throw BodyError(pointer: pointer, detail: "an object of strings is needed")
        }
        var pairs: [(name: String, value: String)] = []
        for (name, value) in members {
            guard pairs.count < mostLabels else {
                throw BodyError(
                    kind: .tooLarge, pointer: pointer, detail: "at most \(mostLabels) labels a series")
            }
            guard let text = value.string else {
                throw BodyError(
                    pointer: pointer + "/" + JSONPointer.escaped(name),
                    detail: "a string is needed, not \(value.kind.rawValue)")
            }
            pairs.append((name, text))
        }
        do {
            return try Labels(pairs)
        } catch {
            throw BodyError(pointer: pointer, detail: "\(error)")
        }
    }
}
