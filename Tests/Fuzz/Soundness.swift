import Ingest

/// Ends the program with a message, in optimised builds too, unless something holds.
func require(_ holds: Bool, _ message: @autoclosure () -> String) {
    guard !holds else { return }
    fatalError(message())
}

/// What holds of every decoded body, whatever its bytes were; a body that breaks it stops the fuzzer.
enum Soundness {
    /// Every range is inside, runs follow each other, errors are bounded and labels can be asked for.
    static func check(_ decoded: DecodedPoints) {
        var next = 0
        for (index, entry) in decoded.series.enumerated() {
            require(
                entry.labels.lowerBound >= 0 && entry.labels.upperBound <= decoded.bytes.count,
                "the labels \(entry.labels) are not in \(decoded.bytes.count) bytes")
            require(
                entry.points.lowerBound == next && !entry.points.isEmpty,
                "the run \(entry.points) does not begin at \(next)")
            next = entry.points.upperBound
            // Labels that are none are an error of the series, met when it is new.
            _ = try? decoded.labels(at: index)
        }
        require(next == decoded.points.count, "\(decoded.points.count - next) points have no series")
        require(
            decoded.errors.count <= DecodedPoints.errorLimit && decoded.rejected >= decoded.errors.count,
            "\(decoded.errors.count) errors of \(decoded.rejected) rejected points")
    }
}
