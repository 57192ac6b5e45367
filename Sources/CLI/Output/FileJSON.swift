import Ingest
import Networking
import Pipeline
import Service
import TimeSeries

/// The answers for a file as the service would give them.
enum FileJSON {
    static func bytes(_ answers: [FileAnswer], of question: FileQuestion) -> [UInt8] {
        let writer = PredictionJSON(levels: question.request.levels, writesEpochSeconds: false)
        var json = JSONWriter()
        json.object { json in
            json.key("results")
            json.array { json in
                for answer in answers {
                    let labels = Labels(metric: answer.series.id)
                    writer.write(.prediction(answer.prediction), labels: labels, to: &json)
                }
            }
        }
        return json.bytes + [0x0A]
    }
}

/// The times of an answer in the words of a file.
enum FileTime {
    /// RFC 3339 with the offset of the zone; a number where rows count as steps, nothing where the step is unknown.
    static func text(_ time: StepTime, _ zone: TimeZone) -> String {
        switch time {
        case .index(let index): "\(index)"
        case .unknown: ""
        case .moment(let moment): moment.rfc3339(in: zone)
        }
    }
}
