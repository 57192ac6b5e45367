import Detection
import Forecasting
import Pipeline
import Service
import TimeSeries

/// What `predict`, `forecast` and `detect` are asked for, apart from the series: what the command line alone says.
struct PredictionWishes {
    let format: OutputFormat
    let plotPath: String?
    var request: PredictionRequest
    let calendar: CalendarWishes

    init(_ arguments: Arguments) throws {
        var request = PredictionRequest()
        if let name = arguments.text("--timezone") {
            do {
                request.zone = try TimeZone(named: name)
            } catch {
                throw UsageError("--timezone: \(error)")
            }
        }
        calendar = try CalendarWishes(arguments, zone: request.zone)
        request.calendar = calendar.calendar
        if let name = arguments.text("--model") {
            guard ForecasterCatalog.names.contains(name) else {
                let near = nearest(to: name, among: ForecasterCatalog.names)
                throw UsageError(
                    "--model: no model '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                        + " (known: \(ForecasterCatalog.names.joined(separator: ", ")))")
            }
            request.method = name
        }
        request.season = try arguments.integer("--season", in: 1...PredictionRequest.mostPoints)
        request.step = try arguments.text("--step").map { try Self.step($0, "--step", request.zone) }
        if let seed = try arguments.integer("--seed", in: 0...Int.max) { request.seed = UInt64(seed) }
        if let levels = arguments.text("--levels") { request.levels = try Self.levels(levels) }
        if let text = arguments.text("--horizon") {
            if let steps = Int(text) {
                guard (1...PredictionRequest.longestHorizon).contains(steps) else {
                    throw UsageError("--horizon must be from 1 to \(PredictionRequest.longestHorizon) steps")
                }
                request.horizon = .steps(steps)
            } else {
                request.horizon = .span(try Self.step(text, "--horizon", request.zone))
            }
        }
        if let alpha = try arguments.share("--alpha") { request.alpha = alpha }
        request.trainingCount = try arguments.integer("--train", in: 1...Int(Int32.max))
        request.mode = try Self.mode(arguments)
        format = try arguments.choice("--output", OutputFormat.self) ?? .table
        plotPath = arguments.text("--plot")
        self.request = request
    }

    private static func mode(_ arguments: Arguments) throws -> DetectionMode {
        let given = DetectionMode.allCases.filter { arguments.has("--" + $0.rawValue) }
        guard given.count <= 1 else {
            throw UsageError("--causal, --delayed and --batch exclude each other")
        }
        return given.first ?? .causal
    }

    private static func step(_ text: String, _ option: String, _ zone: TimeZone) throws -> Step {
        do {
            return try Step(parsing: text, in: zone)
        } catch {
            throw UsageError("\(option): \(error)")
        }
    }

    private static func levels(_ text: String) throws -> [Double] {
        let levels = text.split(separator: ",", omittingEmptySubsequences: false).map { level in
            // Not the hexadecimal numbers and names of infinities that `Double` reads too.
            level.allSatisfy { $0 == "." || ("0"..."9").contains($0) } ? Double(level) ?? .nan : .nan
        }
        guard levels.count <= PredictionRequest.mostLevels, levels.allSatisfy({ $0 >= 0 && $0 < 100 }),
            Set(levels).count == levels.count
        else {
            throw UsageError(
                "--levels must be at most \(PredictionRequest.mostLevels) different percentages from 0 up to "
                    + "but not 100, such as 80,95, not '\(text)'")
        }
        return levels
    }
}
