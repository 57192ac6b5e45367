import Networking
import Pipeline
import TimeSeries

/// The timestamps of one posted series, all in one form.
struct PostedTimes {
    let timestamps: [Timestamp]
    let form: PredictBody.TimeForm

    init(_ value: JSONValue, at pointer: String) throws(BodyError) {
        guard let elements = value.elements, let count = value.count else {
            throw BodyError(pointer: pointer, detail: "an array is needed, not \(value.kind.rawValue)")
        }
        guard count <= PredictionRequest.mostPoints else {
            throw BodyError(
                kind: .tooLarge, pointer: pointer,
                detail: "at most \(PredictionRequest.mostPoints) points a series, not \(count)")
        }
        var timestamps: [Timestamp] = []
        timestamps.reserveCapacity(count)
        var form: PredictBody.TimeForm?
        for (index, element) in elements.enumerated() {
            let place = "\(pointer)/\(index)"
            let isText = element.string != nil
            if let form, (form == .rfc3339) != isText {
                throw BodyError(
                    pointer: place, detail: "times are either all epoch seconds or all RFC 3339, not mixed")
            }
            do {
                if let text = element.string {
                    timestamps.append(try Timestamp(rfc3339: text))
                    form = .rfc3339
                } else if let seconds = element.double {
                    timestamps.append(try Timestamp(epochSeconds: seconds))
                    form = .unix
                } else {
                    throw BodyError(
                        pointer: place,
                        detail: "epoch seconds or RFC 3339 are needed, not \(element.kind.rawValue)")
                }
            } catch let error as BodyError {
                throw error
            } catch {
                throw BodyError(pointer: place, detail: "\(error)")
            }
        }
        self.timestamps = timestamps
        self.form = form ?? .unix
    }
}
