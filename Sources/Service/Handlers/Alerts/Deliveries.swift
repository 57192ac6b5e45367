import Alerting
import Networking
import Pipeline

extension Handlers {
    /// Messages in a state, in their order.
    @Sendable static func deliveries(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        let query = try QueryParameters(request, knowing: ["state", "limit", "time"])
        let words = Delivery.State.allCases.map(\.rawValue)
        let state = Delivery.State(rawValue: try query.choice("state", words)) ?? .waiting
        let limit = try query.whole("limit", in: 1...10_000, default: 1_000)
        let isUnix = try query.choice("time", ["rfc3339", "unix"]) == "unix"
        let found = try desk.deliveries(in: state, limit: limit)
        let form = IncidentJSON(isUnix: isUnix, silences: [], now: 0)
        return .json { json in
            json.object { json in
                json.key("deliveries")
                json.array { json in for delivery in found { form.write(delivery, to: &json) } }
            }
        }
    }

    /// Tries again what a receiver refused.
    @Sendable static func retryDelivery(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let isUnix = try request.wantsEpochSeconds()
        let delivery = try context.requireAlerts().retry(delivery: request.number("sequence"))
        let form = IncidentJSON(isUnix: isUnix, silences: [], now: 0)
        return .json { form.write(delivery, to: &$0) }
    }
}
