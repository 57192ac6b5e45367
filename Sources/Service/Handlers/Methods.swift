import Detection
import Forecasting
import Networking

extension Handlers {
    /// Every method by name, from the catalogues.
    @Sendable static func methods(_ request: Request, _ context: Context) -> HTTPResponse {
        .json { json in
            json.object { json in
                json.key("forecasters")
                json.array { json in
                    json.object { json in
                        json.member("name", ForecasterCatalog.automatic)
                        json.member("summary", ForecasterCatalog.automaticSummary)
                        json.member("source", ForecasterCatalog.automaticSource)
                        json.key("candidates")
                        json.strings(ForecasterCatalog.entries.filter(\.isCandidate).map(\.name))
                    }
                    for entry in ForecasterCatalog.entries {
                        json.object { json in
                            json.member("name", entry.name)
                            json.member("summary", entry.summary)
                            json.member("source", entry.source)
                        }
                    }
                }
                json.key("evidence")
                json.array { json in
                    for entry in DetectorCatalog.entries {
                        json.object { json in
                            json.member("name", entry.name)
                            json.member("summary", entry.summary)
                            json.member("source", entry.source)
                            json.member("share", entry.share)
                        }
                    }
                }
                json.key("detectors")
                json.array { json in
                    for method in RankingMethod.all {
                        json.object { json in
                            json.member("name", method.name)
                            json.member("mode", method.mode.rawValue)
                            json.member("summary", method.summary)
                            json.member("source", method.source)
                            json.member("state_bytes", method.stateBytes)
                        }
                    }
                }
            }
        }
    }
}
