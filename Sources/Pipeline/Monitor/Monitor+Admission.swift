internal import Ingest
internal import TimeSeries

// Which points and which series are taken.

extension Monitor {
    /// After so long without a refusal the limit of series is logged again.
    private static let tellAgainNanoseconds: UInt64 = 3_600_000_000_000

    /// The times of points that are taken now, milliseconds since 1970.
    var acceptedTimes: ClosedRange<Int64> {
        let now = surroundings.wall()
        let earliest = Timestamp.earliest.milliseconds
        let first = settings.retention.points.map { max(now - $0, earliest) } ?? earliest
        return first...max(now + settings.mostAhead, first)
    }

    /// What to say of a point outside of ``acceptedTimes``.
    func outside(_ point: Point) -> DecodeError {
        let now = surroundings.wall()
        guard point.milliseconds > now else {
            guard point.milliseconds >= Timestamp.earliest.milliseconds else {
                return DecodeError(reason: "\(point.milliseconds) ms is before the year 1")
            }
            let kept = settings.retention.points.map { " of \(Step.fixed(milliseconds: $0))" } ?? ""
            return DecodeError(
                reason:
                    "\(point.time.rfc3339(in: .utc)) is older than the retention\(kept): it would go at once")
        }
        let seconds = (point.milliseconds - max(now, 0)) / 1000
        return DecodeError(
            reason: "a time \(seconds) s ahead of this machine's clock, \(point.time.rfc3339(in: .utc)); "
                + "check the clock of its source")
    }

    /// The labels of a run whose series may be new; `nil` when they are none.
    func parsedLabels(_ decoded: DecodedPoints, _ place: Int, _ refusals: inout Refusals) -> Labels? {
        do throws(DecodeError) {
            return try decoded.labels(at: place)
        } catch {
            refusals.add(decoded.series[place].points.count, .labels, error)
            return nil
        }
    }

    /// The number of the series of labels, which is a new one as long as there is room.
    ///
    /// - Parameter added: Gets what shards are to know of a new series.
    func admit(
        _ labels: Labels, sentAs raw: UnsafeRawBufferPointer, _ decoded: DecodedPoints, _ place: Int,
        _ core: inout Core, _ refusals: inout Refusals, _ added: inout [Shard.Registration]
    ) -> UInt32? {
        if core.index.count >= settings.mostSeries, core.index.find(canonical: labels.encoded) == nil {
            tellLimit(&core)
            refusals.add(
                decoded.series[place].points.count, .maxSeries,
                DecodeError(record: place + 1, reason: "no more than \(settings.mostSeries) series"))
            return nil
        }
        let (id, registration) = core.index.add(labels, sentAs: raw)
        if let registration { added.append(registration) }
        return id
    }

    /// Logs that the limit of series is reached: once, and again when it was not for long.
    private func tellLimit(_ core: inout Core) {
        let now = surroundings.steady()
        defer { core.limited = now }
        if let last = core.limited, now - min(last, now) < Self.tellAgainNanoseconds { return }
        surroundings.log(
            true,
            "\(settings.mostSeries) series are stored, the most that are allowed (max-series): "
                + "samples of new ones are refused")
    }
}
