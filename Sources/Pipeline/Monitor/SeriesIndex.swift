import Alerting
import Query
import Storage
import TimeSeries

/// From labels to the dense number of a series, and from series to definitions.
struct SeriesIndex {
    /// By the canonical bytes of labels; a number is a series.
    private var table: ByteTable
    /// By the bytes of senders that write labels in another way.
    private var aliases: ByteTable
    private var aliased: [UInt32] = []
    /// The most ways of writing that are remembered: further ones are read as new labels are.
    private static let fewestAliases = 1_024
    private static let aliasesPerSeries = 4
    var definitions: [Entry]
    /// Per definition, how many series it matches.
    var matched: [Int]
    /// Per series, its definition; -1 for none.
    var definitionOf: [Int32] = []
    /// Whether a series is judged at all: scores of scores, and of what the service says of itself, would have no end.
    private(set) var isScored: [Bool] = []

    /// Which scores are handed over as they come.
    private let export: ExportRule?

    /// The events that declare something of the values of series.
    private(set) var declared: [ChangeEvent] = []

    /// A definition with what is computed of it once.
    struct Entry: Sendable {
        let definition: MetricDefinition
        let hash: String

        init(_ definition: MetricDefinition) {
            self.definition = definition
            hash = definition.configurationHash
        }
    }

    init(definitions: [MetricDefinition], seed: UInt64, export: ExportRule? = nil) {
        self.export = export
        table = ByteTable(seed: seed)
        aliases = ByteTable(seed: seed)
        self.definitions = definitions.map(Entry.init)
        matched = definitions.map { _ in 0 }
    }

    /// How many series there are.
    var count: Int { table.count }

    /// Bytes of memory.
    var bytes: Int { table.bytes + aliases.bytes + aliased.capacity * 4 + definitionOf.capacity * 4 }

    /// The number of a series by the bytes of its labels as they came.
    func find(_ labels: UnsafeRawBufferPointer) -> UInt32? {
        table.find(labels) ?? (aliases.count > 0 ? aliases.find(labels).map { aliased[Int($0)] } : nil)
    }

    /// The number of each of many series by the bytes of their labels; `nil` also for one sent in another way, which
    /// ``find(_:)`` may know.
    func find(count: Int, _ labels: (Int) -> UnsafeRawBufferPointer) -> [UInt32?] {
        table.find(count: count, labels)
    }

    /// The number of a series by the canonical bytes of its labels.
    func find(canonical bytes: [UInt8]) -> UInt32? { bytes.withUnsafeBytes { table.find($0) } }

    /// Takes in labels that ``find(_:)`` does not know.
    ///
    /// - Returns: The number, and what its shard is to know when the series is new.
    mutating func add(
        _ labels: Labels, sentAs raw: UnsafeRawBufferPointer
    ) -> (id: UInt32, registration: Shard.Registration?) {
        let canonical = labels.encoded
        let known = canonical.withUnsafeBytes { table.find($0) }
        if let known {
            note(raw, of: known)
            return (known, nil)
        }
        let registration = add(canonical, labels)
        if !canonical.elementsEqual(raw) { note(raw, of: registration.id) }
        return (registration.id, registration)
    }

    /// Remembers another way to write the labels of a series, as long as senders do not invent ever more.
    private mutating func note(_ raw: UnsafeRawBufferPointer, of id: UInt32) {
        guard aliases.count < max(Self.fewestAliases, Self.aliasesPerSeries * count) else { return }
        aliased.append(id)
        _ = aliases.add(raw)
    }

    /// Takes in a stored series, whose number must be the next one.
    mutating func restore(_ series: StoredSeries) throws(StorageError) -> Shard.Registration {
        let labels: Labels
        do throws(LabelBytesError) {
            labels = try Labels(encoded: series.labels.span)
        } catch {
            throw .corrupt(path: "series \(series.id)", detail: "\(error)")
        }
        guard Int(series.id) == count else {
            throw .corrupt(path: "series \(series.id)", detail: "\(count) was to come next")
        }
        return add(series.labels, labels)
    }

    private mutating func add(_ canonical: [UInt8], _ labels: Labels) -> Shard.Registration {
        let id = canonical.withUnsafeBytes { table.add($0) }
        let name = labels[Labels.metricName] ?? ""
        isScored.append(!name.hasPrefix("anomaly_") && !name.hasPrefix("bellwether_"))
        let place =
            !isScored[Int(id)]
            ? nil
            // What a formula makes is its definition's, whatever others match it.
            : definitions.firstIndex { $0.definition.formula != nil && $0.definition.match.matches(labels) }
                ?? definitions.firstIndex { $0.definition.match.matches(encoded: canonical.span) }
        definitionOf.append(place.map(Int32.init) ?? -1)
        if let place { matched[place] += 1 }
        return Shard.Registration(
            id: id, isCounter: Counter.isCounter(metricName: name),
            isScored: isScored[Int(id)],
            isExported: export.map { $0.match?.matches(encoded: canonical.span) ?? true } ?? false,
            delay: StreamSeries.delay(of: canonical), policy: place.map { policy($0, labels) })
    }

    /// Adds a definition behind the others; it takes over the series that it matches and no other does.
    ///
    /// - Returns: These series with their policy; `nil` when there is a definition of this name.
    mutating func add(_ definition: MetricDefinition) -> [(UInt32, FullPolicy)]? {
        guard !definitions.contains(where: { $0.definition.name == definition.name }) else { return nil }
        let place = definitions.count
        definitions.append(Entry(definition))
        let taken = judged(definition.match).filter { definitionOf[Int($0)] < 0 }
        matched.append(taken.count)
        for id in taken { definitionOf[Int(id)] = Int32(place) }
        return taken.map { ($0, policy(place, labels(of: $0))) }
    }

    func policy(_ place: Int, _ labels: Labels) -> FullPolicy {
        var policy = FullPolicy(
            definitions[place].definition, hash: definitions[place].hash,
            metricName: labels[Labels.metricName] ?? "",
            series: AlertBudget.journalledSeries(matched[place]), labels: labels)
        if !declared.isEmpty {
            policy.windows = Self.windows(declared, labels, definitions[place].definition.name)
        }
        return policy
    }

    /// Lets other events declare what they do.
    ///
    /// - Returns: The windows of each series of a definition for which they are others now. O(series · events).
    mutating func declare(_ events: [ChangeEvent]) -> [(series: UInt32, windows: [LearningWindow])] {
        let changes = changes(with: events)
        declared = events
        return changes
    }

    /// The windows of each series of a definition for which other events would declare something else.
    func changes(with events: [ChangeEvent]) -> [(series: UInt32, windows: [LearningWindow])] {
        let before = declared
        guard !before.isEmpty || !events.isEmpty else { return [] }
        return definitionOf.indices.compactMap { id in
            guard definitionOf[id] >= 0 else { return nil }
            let name = definitions[Int(definitionOf[id])].definition.name
            let labels = labels(of: UInt32(id))
            let windows = Self.windows(events, labels, name)
            guard windows.mark != Self.windows(before, labels, name).mark else { return nil }
            return (UInt32(id), windows)
        }
    }

    private static func windows(
        _ events: [ChangeEvent], _ labels: Labels, _ definition: String
    ) -> [LearningWindow] {
        events.flatMap { $0.windows(of: labels, definition: definition) }
    }

    /// The canonical bytes of the labels of a series.
    func encoded(_ id: UInt32) -> [UInt8] { table[id] }

    /// Reads the canonical bytes of the labels of a series in place.
    func withText<R>(_ id: UInt32, _ body: (Span<UInt8>) -> R) -> R { table.withText(id, body) }

    /// The labels of a series.
    func labels(of id: UInt32) -> Labels {
        table.withText(id) { (try? Labels(encoded: $0)) ?? .none }
    }

    /// The definition of a series; `nil` when none matches it.
    func definition(of id: UInt32) -> Entry? {
        let place = definitionOf[Int(id)]
        return place < 0 ? nil : definitions[Int(place)]
    }

    /// The series that a selector matches, by number. O(series).
    func matching(_ selector: Selector) -> [UInt32] {
        (0..<UInt32(count)).filter { id in table.withText(id) { selector.matches(encoded: $0) } }
    }

    /// The matching series that a definition can judge, by number.
    func judged(_ selector: Selector) -> [UInt32] { matching(selector).filter { isScored[Int($0)] } }

    /// The series of a definition, by number.
    func series(ofDefinition name: String) -> [UInt32] {
        guard let place = definitions.firstIndex(where: { $0.definition.name == name }) else { return [] }
        return definitionOf.indices.filter { definitionOf[$0] == place }.map { UInt32($0) }
    }
}
