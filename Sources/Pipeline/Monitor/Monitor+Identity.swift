internal import Ingest
internal import TimeSeries

// Series that differ only in labels which rules leave out are one.

extension Monitor {
    /// The number of the series of each run, and its sender: -1 for one that is stored as it is sent.
    func resolve(
        _ decoded: DecodedPoints, _ core: inout Core, _ senders: inout SenderTable?,
        _ refusals: inout Refusals
    ) -> (ids: [UInt32?], senders: [Int32]) {
        guard var table = senders else { return ([], []) }
        // The only copy: the table is changed in place.
        senders = nil
        defer { senders = table }
        var added: [Shard.Registration] = []
        var ids: [UInt32?] = []
        var parts: [Int32] = []
        decoded.bytes.withUnsafeBytes { bytes in
            for place in decoded.series.indices {
                let raw = UnsafeRawBufferPointer(rebasing: bytes[decoded.series[place].labels])
                var part = table.find(raw)
                var id = part.map { table.series(of: $0) }
                if id == nil, let known = core.index.find(raw),
                    table.isPlain(known, labels: { core.index.labels(of: known) })
                {
                    id = known
                }
                if id == nil {
                    (id, part) = identify(raw, decoded, place, &core, &table, &refusals, &added)
                }
                ids.append(id)
                parts.append(part ?? -1)
            }
        }
        if !added.isEmpty { announce(added, &core) }
        return (ids, parts)
    }

    /// The series and the sender of labels that nobody knows.
    private func identify(
        _ raw: UnsafeRawBufferPointer, _ decoded: DecodedPoints, _ place: Int, _ core: inout Core,
        _ table: inout SenderTable, _ refusals: inout Refusals, _ added: inout [Shard.Registration]
    ) -> (id: UInt32?, sender: Int32?) {
        guard let labels = parsedLabels(decoded, place, &refusals) else { return (nil, nil) }
        let reduced = settings.identity.reduce(labels)
        guard reduced != nil || core.index.find(canonical: labels.encoded).map(table.isMixed) ?? false else {
            return (admit(labels, sentAs: raw, decoded, place, &core, &refusals, &added), nil)
        }
        guard table.hasRoom else {
            refusals.add(
                decoded.series[place].points.count, .maxSeries,
                DecodeError(
                    record: place + 1,
                    reason: "no more than \(table.count) senders of series with dropped labels"))
            return (nil, nil)
        }
        let whole = reduced?.labels ?? labels
        let canonical = whole.encoded
        let id =
            core.index.find(canonical: canonical)
            ?? canonical.withUnsafeBytes {
                admit(whole, sentAs: $0, decoded, place, &core, &refusals, &added)
            }
        guard let id else { return (nil, nil) }
        let name = whole[Labels.metricName] ?? ""
        let aggregation =
            core.index.definition(of: id)?.definition.aggregation(metricName: name)
            ?? (Counter.isCounter(metricName: name) ? .rate : .mean)
        return (id, table.add(raw, to: id, Mix.Kind(reduced?.combine, aggregation)))
    }

    /// Brings what senders make together on its way.
    func add(
        _ outcome: SenderTable.Outcome, _ outgoing: inout Outgoing, _ report: inout IngestReport,
        _ refusals: inout Refusals
    ) {
        for point in outcome.points { outgoing.append(point.series, point.time, point.value) }
        report.add(combined: outcome.combined)
        for (series, time, reason) in outcome.refused {
            let place =
                "\(self.series(series)?.labels ?? .none) at "
                + Timestamp(milliseconds: time).rfc3339(in: .utc)
            switch reason {
            case .differs:
                refusals.add(
                    1, .differs, DecodeError(reason: "\(place): its sender said something else before"))
            case .counterTooOld:
                refusals.add(
                    1, .outOfOrder,
                    DecodeError(reason: "\(place): too old for a counter whose senders are added up"))
            }
        }
    }
}
