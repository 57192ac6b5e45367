import Networking
import TimeSeries

/// Reads what Prometheus answers to `query_range`: points of the past, to learn from.
///
/// ```
/// {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up"},"values":[[1764547200,"1"]]}]}}
/// ```
///
/// - Times are epoch seconds, fractions to the millisecond; values are texts with any `Double`, `NaN` and infinities too.
/// - Native histograms are counted and not kept. Unknown keys are skipped.
/// - The result of an expression has no name; one may be given.
///
/// - Source: Prometheus, *HTTP API*, range queries and range vectors.
public enum QueryRangeReader {
    /// Points, and what the server has to say of them.
    public struct Answer: Sendable {
        /// One run a series, in the order of the answer.
        public let points: DecodedPoints
        /// The server's warnings, at most ``DecodedPoints/errorLimit``.
        public let warnings: [String]
    }

    /// Reads a whole answer, with any status of HTTP.
    ///
    /// A series without a name, or with labels that are none, is rejected with its place among the series, counted
    /// from 1; a sample that is none is rejected by itself. The rest is read.
    ///
    /// - Parameter metric: The name of series that have none.
    /// - Throws: ``QueryRangeError``.
    /// - Complexity: O(*n*) in bytes; some 20 bytes of memory a byte of the answer.
    public static func decode(
        _ body: [UInt8], metric: String? = nil
    ) throws(QueryRangeError) -> Answer {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(body)
        } catch {
            throw .malformed(DecodeError(byte: error.byte, reason: "\(error.reason)"))
        }
        let root = document.root
        if root["status"]?.string == "error" {
            throw .refused(
                type: root["errorType"]?.string ?? "unknown",
                message: root["error"]?.string ?? "no reason told")
        }
        guard root["status"]?.string == "success", let data = root["data"] else {
            throw .malformed(
                DecodeError(reason: "this is no answer of Prometheus: no \"status\" and \"data\""))
        }
        guard data["resultType"]?.string == "matrix", let result = data["result"]?.elements else {
            let type = data["resultType"]?.string ?? "nothing"
            throw .malformed(DecodeError(reason: "a matrix is needed, not \(type); ask query_range"))
        }
        var decoded = DecodedPoints()
        for (index, series) in result.enumerated() {
            do throws(LineFault) {
                try read(series, record: index + 1, metric, into: &decoded)
            } catch {
                let count = max(series["values"]?.count ?? 1, 1)
                decoded.reject(count, DecodeError(record: index + 1, reason: error.reason))
            }
        }
        var warnings: [String] = []
        if let elements = root["warnings"]?.elements {
            for warning in elements.prefix(DecodedPoints.errorLimit) {
                if let text = warning.string { warnings.append(text) }
            }
        }
        return Answer(points: decoded, warnings: warnings)
    }

    private static func read(
        _ series: JSONValue, record: Int, _ metric: String?, into decoded: inout DecodedPoints
    ) throws(LineFault) {
        guard let members = series["metric"]?.members else { throw LineFault("the series has no \"metric\"") }
        var labels = try Labels(jsonMembers: members)
        if labels[Labels.metricName] == nil {
            guard let metric else { throw LineFault(DecodedPoints.nameMissing(labels)) }
            do throws(LabelsError) {
                labels = try labels.setting(Labels.metricName, to: metric)
            } catch {
                throw LineFault("\(error)")
            }
        }
        decoded.ignoredHistograms += series["histograms"]?.count ?? 0
        guard let values = series["values"]?.elements else {
            guard series["histograms"] != nil else { throw LineFault("the series has no \"values\"") }
            return
        }
        var points: [Point] = []
        for sample in values {
            if let point = Self.point(sample) {
                points.append(point)
            } else {
                let reason = "a sample is [seconds, \"value\"], with a time in the years 0001 to 9999"
                decoded.reject(1, DecodeError(record: record, reason: reason))
            }
        }
        decoded.append(labels, points)
    }

    /// A pair of a time and a text; `nil` for anything else.
    private static func point(_ sample: JSONValue) -> Point? {
        guard sample.count == 2, var parts = sample.elements, let seconds = parts.next()?.double,
            let time = try? Timestamp(epochSeconds: seconds), var text = parts.next()?.string
        else { return nil }
        let value = text.withUTF8 { TextNumber.decimalOrWord($0[...]) }
        return value.map { Point(milliseconds: time.milliseconds, value: $0) }
    }
}

/// Why an answer to `query_range` gives no points.
public enum QueryRangeError: Error, Equatable {
    /// Prometheus did not answer the query: its `errorType`, such as `bad_data` or `timeout`, and its `error`.
    case refused(type: String, message: String)
    /// The answer is not one of Prometheus.
    case malformed(DecodeError)
}

extension QueryRangeError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String {
        switch self {
        case .refused(let type, let message): "Prometheus refused the query (\(type)): \(message)"
        case .malformed(let error): "the answer cannot be read: \(error)"
        }
    }
}
