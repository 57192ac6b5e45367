import Networking
import Pipeline
import Storage
import TimeSeries

extension Handlers {
    /// Every version of every definition.
    @Sendable static func models(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let trainer = try context.requireTrainer()
        _ = try QueryParameters(request, knowing: [])
        let versions = try trainer.versions(of: nil)
        let champions = try trainer.champions()
        return .json { json in
            json.object { json in
                json.key("models")
                json.array { json in
                    for version in versions {
                        json.object {
                            write(
                                version, isChampion: champions[version.definition] == version.version, to: &$0
                            )
                        }
                    }
                }
            }
        }
    }

    /// The versions of one definition, or one of them with its series.
    @Sendable static func model(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let trainer = try context.requireTrainer()
        let query = try QueryParameters(request, knowing: ["selector", "version"])
        let name = try trainer.registeredName(request.definitionName())
        let champion = try trainer.champions()[name]
        guard request.query("version") != nil else {
            let versions = try trainer.versions(of: name)
            let history = try trainer.history(of: name)
            return .json { json in
                json.object { json in
                    json.member("definition", name)
                    json.key("champion")
                    if let champion { json.integer(champion) } else { json.null() }
                    json.key("history")
                    json.array { json in
                        for entry in history {
                            json.object { json in
                                json.member("version", entry.version)
                                json.time("since", entry.since, false)
                            }
                        }
                    }
                    json.key("versions")
                    json.array { json in
                        for version in versions {
                            json.object { write(version, isChampion: version.version == champion, to: &$0) }
                        }
                    }
                }
            }
        }
        let number = try query.whole("version", in: 1...Int(Int32.max), default: 1)
        let (version, parameters) = try trainer.version(number, of: name)
        return .json { json in
            json.object { json in
                write(version, isChampion: number == champion, to: &json)
                json.key("series")
                json.array { json in for series in parameters.series { write(series, to: &json) } }
            }
        }
    }

    /// Starts a training.
    @Sendable static func retrain(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let trainer = try context.requireTrainer()
        _ = try QueryParameters(request, knowing: ["selector"])
        let order = try TrainingOrder(request.body)
        let name = try trainer.train(request.definitionName(), order)
        return .json(status: 202) { json in
            json.object { json in
                json.member("definition", name)
                json.member("job", name)
            }
        }
    }

    /// How far the last training of a definition is.
    @Sendable static func training(_ request: Request, _ context: Context) throws -> HTTPResponse {
        _ = try QueryParameters(request, knowing: ["selector"])
        let name = try request.definitionName()
        let state = try context.requireTrainer().training(of: name)
        return .json { json in
            json.object { json in
                json.member("definition", state?.definition ?? name)
                json.member("state", state.map { $0.result == nil ? "running" : "done" } ?? "none")
                guard let state else { return }
                json.member("stage", state.stage.rawValue)
                json.member("done", state.done)
                json.member("of", state.total)
                guard let result = state.result else { return }
                json.key("result")
                write(result, to: &json)
            }
        }
    }

    /// Cancels the training of a definition; its champion stays.
    @Sendable static func cancelTraining(_ request: Request, _ context: Context) throws -> HTTPResponse {
        _ = try QueryParameters(request, knowing: ["selector"])
        let name = try request.definitionName()
        try context.requireTrainer().cancel(name)
        return .json(status: 202) { json in json.object { $0.member("definition", name) } }
    }

    /// Makes a version champion.
    @Sendable static func promote(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let trainer = try context.requireTrainer()
        _ = try QueryParameters(request, knowing: ["selector"])
        let document = try JSONDocument(request.body)
        let body = try BodyReader(document.root, at: "", knowing: ["version"])
        var version: Int?
        if body.member("version")?.string == nil {
            version = try body.integer("version", least: 1, most: Int(Int32.max))
            guard version != nil else {
                throw BodyError(pointer: "/version", detail: "a number, or \"previous\", is needed")
            }
        } else if body.member("version")?.string != "previous" {
            throw BodyError(pointer: "/version", detail: "a number, or \"previous\", is needed")
        }
        let name = try request.definitionName()
        let (champion, previous) = try trainer.promote(name, version: version)
        return .json { json in
            json.object { json in
                json.member("definition", name)
                json.member("champion", champion)
                json.key("previous")
                if let previous { json.integer(previous) } else { json.null() }
            }
        }
    }
}

// MARK: - As JSON

extension Handlers {
    private static func write(_ model: StoredModel, isChampion: Bool, to json: inout JSONWriter) {
        json.member("definition", model.definition)
        json.member("version", model.version)
        json.member("method", model.method)
        json.time("created", model.created, false)
        json.key("window")
        json.object { json in
            json.time("from", model.windowFirst, false)
            json.time("to", model.windowLast, false)
        }
        json.member("configuration_hash", model.configurationHash)
        json.key("metrics")
        json.object { json in for metric in model.metrics { json.member(metric.name, metric.value) } }
        json.key("parent")
        if let parent = model.parent { json.integer(parent) } else { json.null() }
        json.member("checksum", model.checksum)
        json.member("champion", isChampion)
    }

    private static func write(_ series: TrainedSeries, to json: inout JSONWriter) {
        json.object { json in
            json.key("labels")
            write((try? Labels(encoded: series.labels.span)) ?? .none, to: &json)
            json.member("method", series.method)
            json.key("season")
            json.integers(series.season)
            json.member("step", "\(series.step)")
            json.time("last_time", series.lastTime.milliseconds, false)
        }
    }

    private static func write(_ labels: Labels, to json: inout JSONWriter) {
        json.object { json in for pair in labels.pairs { json.member(pair.name, pair.value) } }
    }

    private static func write(_ result: TrainingState.Result, to json: inout JSONWriter) {
        json.object { json in
            json.member("decision", result.decision.rawValue)
            json.key("version")
            if let version = result.version { json.integer(version) } else { json.null() }
            json.member("detail", result.detail)
            json.key("metrics")
            json.object { json in for (name, value) in result.metrics { json.member(name, value) } }
            json.member("seconds", result.seconds)
            json.key("failures")
            json.array { json in
                for failure in result.failures {
                    json.object { json in
                        json.key("labels")
                        write(failure.labels, to: &json)
                        json.member("reason", failure.reason)
                    }
                }
            }
        }
    }
}

// MARK: - From requests

extension Request {
    /// The definition that the path names; `-` stands for the selector of the query.
    ///
    /// - Throws: ``Problem`` 422 for `-` without a selector.
    func definitionName() throws(Problem) -> String {
        let name = parameter("name")
        guard name == "-" else { return name }
        guard let selector = query("selector") else {
            throw QueryParameters.problem("the name \"-\" needs the parameter selector")
        }
        return selector
    }
}

extension TrainingOrder {
    /// What a body asks for; an empty one asks for nothing special.
    fileprivate init(_ bytes: [UInt8]) throws {
        self.init()
        guard !bytes.isEmpty else { return }
        let document = try JSONDocument(bytes)
        let body = try BodyReader(document.root, at: "", knowing: ["model", "window", "seed", "keep"])
        method = try body.string("model")
        if let text = try body.string("window") {
            do {
                window = try Step(parsing: text)
            } catch {
                throw BodyError(pointer: "/window", detail: "\(error)")
            }
        }
        if let seed = try body.integer("seed", least: 0, most: 1 << 53) { self.seed = UInt64(seed) }
        if let keep = body.member("keep") {
            guard let value = keep.bool else {
                throw BodyError(
                    pointer: "/keep", detail: "true or false is needed, not \(keep.kind.rawValue)")
            }
            keepsChallenger = value
        }
    }
}
