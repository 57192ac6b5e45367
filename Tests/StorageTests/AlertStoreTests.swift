import Foundation
import Testing

@testable import Storage

@Suite
struct AlertStoreTests {
    private func incident(_ id: Int64, _ state: String, _ life: ClosedRange<Int64>) -> StoredIncident {
        StoredIncident(
            id: id, state: state, opened: life.lowerBound, changed: life.lowerBound,
            resolved: state == "resolved" ? life.upperBound : nil, bytes: [UInt8(id), 0, 255])
    }

    private func delivery(_ sequence: Int64, of incident: Int64, _ state: String) -> StoredDelivery {
        StoredDelivery(
            sequence: sequence, incident: incident, channel: "ops/webhook", state: state, due: 5,
            bytes: [7, UInt8(sequence)])
    }

    @Test(arguments: StoreKind.allCases)
    func `a new store has no incident and counts from nothing`(kind: StoreKind) throws {
        try kind.with { store in
            #expect(try store.incidents(IncidentFilter()).isEmpty)
            #expect(try store.incident(1) == nil)
            #expect(try store.deliveries(in: "waiting", limit: 9).isEmpty)
            #expect(try store.silences().isEmpty)
            #expect(try store.events(in: Int64.min...Int64.max, limit: 9).isEmpty)
            #expect(try store.lastNumbers() == (0, 0))
            try store.commit(AlertChanges())
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `incidents are filtered by state and life, the latest first`(kind: StoreKind) throws {
        try kind.with { store in
            var changes = AlertChanges()
            let early = incident(1, "resolved", 10...20)
            let twin = incident(3, "open", 30...30)
            let late = incident(2, "acknowledged", 30...30)
            changes.incidents = [late, early, twin]
            try store.commit(changes)
            var filter = IncidentFilter()
            #expect(try store.incidents(filter) == [twin, late, early])
            filter.limit = 2
            #expect(try store.incidents(filter) == [twin, late])
            filter.states = ["open", "resolved"]
            #expect(try store.incidents(filter) == [twin, early])
            filter.limit = 1
            #expect(try store.incidents(filter) == [twin])
            filter = IncidentFilter()
            filter.after = IncidentFilter.Place(opened: 30, id: 3)
            #expect(try store.incidents(filter) == [late, early])
            filter.states = ["open", "resolved"]
            #expect(try store.incidents(filter) == [early])
            filter.after = IncidentFilter.Place(opened: 10, id: 1)
            #expect(try store.incidents(filter).isEmpty)
            filter = IncidentFilter()
            filter.times = 20...29
            #expect(try store.incidents(filter) == [early])
            filter.times = 21...29
            #expect(try store.incidents(filter).isEmpty)
            filter.times = 1_000...2_000
            #expect(try store.incidents(filter) == [twin, late], "what is not resolved lives on")
            filter.states = []
            #expect(try store.incidents(filter).isEmpty)

            changes = AlertChanges()
            changes.incidents = [incident(3, "resolved", 30...40)]
            try store.commit(changes)
            #expect(try store.incident(3) == changes.incidents[0])
            #expect(try store.incidents(filter).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `deliveries come in their order and replace themselves`(kind: StoreKind) throws {
        try kind.with { store in
            var changes = AlertChanges()
            changes.incidents = [incident(4, "open", 1...1)]
            changes.deliveries = [
                delivery(12, of: 4, "waiting"), delivery(2, of: 4, "waiting"), delivery(7, of: 5, "waiting"),
            ]
            try store.commit(changes)
            #expect(try store.deliveries(in: "waiting", limit: 9).map(\.sequence) == [2, 7, 12])
            #expect(try store.deliveries(in: "waiting", limit: 2).map(\.sequence) == [2, 7])
            changes = AlertChanges()
            changes.deliveries = [delivery(2, of: 4, "delivered")]
            try store.commit(changes)
            #expect(try store.deliveries(in: "waiting", limit: 9).map(\.sequence) == [7, 12])
            #expect(
                try store.deliveries(of: 4) == [
                    delivery(2, of: 4, "delivered"), delivery(12, of: 4, "waiting"),
                ])
            #expect(try store.lastNumbers() == (4, 12))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `silences and events are replaced and removed by name`(kind: StoreKind) throws {
        try kind.with { store in
            var changes = AlertChanges()
            let silences = [
                StoredSilence(id: "b", starts: 1, ends: 9, bytes: []),
                StoredSilence(id: "a", starts: 1, ends: 9, bytes: [1]),
                StoredSilence(id: "c", starts: 0, ends: 2, bytes: [2]),
            ]
            changes.silences = silences
            let deploy = StoredEvent(id: "d", starts: 10, ends: 10, bytes: [3])
            let sale = StoredEvent(id: "s", starts: 5, ends: 50, bytes: [4])
            changes.events = [sale, deploy]
            try store.commit(changes)
            #expect(try store.silences().map(\.id) == ["c", "a", "b"])
            #expect(try store.silences().last == silences[0])
            #expect(try store.events(in: 10...10, limit: 9) == [deploy, sale])
            #expect(try store.event("s") == sale)
            #expect(try store.events(in: 10...10, limit: 1) == [deploy])
            #expect(try store.events(in: 11...99, limit: 9) == [sale])
            changes = AlertChanges()
            changes.silences = [StoredSilence(id: "a", starts: 3, ends: 4, bytes: [9])]
            changes.removedSilences = ["c", "unknown"]
            changes.removedEvents = ["s"]
            try store.commit(changes)
            #expect(try store.silences().map(\.id) == ["b", "a"])
            #expect(try store.events(in: Int64.min...Int64.max, limit: 9) == [deploy])
            #expect(try store.event("s") == nil)
        }
    }

    @Test
    func `a database of version 1 is brought up and keeps what it has`() throws {
        let place = try Playground()
        do {
            let directory = try DataDirectory.open(place("data"), holder: "a test")
            let database = try Connection(directory.databasePath, .create)
            for statement in Schema.migrations[0] { try database.run(statement) }
            try database.run("PRAGMA application_id = \(Schema.applicationID)")
            try database.run("PRAGMA user_version = 1")
            try Schema.useLog(database)
            try database.run("INSERT INTO series VALUES (3, ?)", .bytes(series(3).labels))
            try database.run("UPDATE meta SET journal_segment = 5")
        }
        try DatabaseCheck.run(place("data/bellwether.db"))
        let store = try place.store()
        #expect(try store.series() == [series(3)])
        #expect(try store.journalSegment() == 5)
        #expect(try store.lastNumbers() == (0, 0))
        var changes = AlertChanges()
        changes.incidents = [incident(1, "open", 1...1)]
        try store.commit(changes)
        #expect(try store.incident(1) == changes.incidents[0])
    }

    @Test
    func `numbers outlive a restart and the records, and a backup carries incidents`() throws {
        let place = try Playground()
        do {
            let store = try place.store()
            var changes = AlertChanges()
            changes.incidents = [incident(7, "open", 1...1)]
            changes.deliveries = [delivery(9, of: 7, "waiting")]
            try store.commit(changes)
            try SQLiteStore.backup(database: store.directory.databasePath, to: place("copy.db"))
        }
        do {
            let database = try Connection(place("data/bellwether.db"), .write)
            try database.run("DELETE FROM incident")
            try database.run("DELETE FROM delivery")
        }
        #expect(try place.store().lastNumbers() == (7, 9))
        try SQLiteStore.restore(backup: place("copy.db"), into: place("again"))
        let restored = try SQLiteStore(DataDirectory.open(place("again"), holder: "x"))
        #expect(try restored.incident(7) == incident(7, "open", 1...1))
        #expect(try restored.deliveries(in: "waiting", limit: 9) == [delivery(9, of: 7, "waiting")])
    }

    @Test
    func `damage to an incident is found by the check and by reading`() throws {
        let place = try Playground()
        do {
            var changes = AlertChanges()
            changes.incidents = [incident(7, "open", 1...1)]
            try place.store().commit(changes)
        }
        do {
            let database = try Connection(place("data/bellwether.db"), .write)
            try database.run("UPDATE incident SET bytes = x'0102030405'")
        }
        let words = expectError("corrupt") { try DatabaseCheck.run(place("data/bellwether.db")) }
        #expect(words.contains("incident 7"))
        // The check of a start refuses it; a store that is open already says the same.
        expectError("corrupt") { _ = try place.store() }
    }
}
