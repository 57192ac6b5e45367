import Foundation
import Networking
import Pipeline
import TestSupport
import Testing
import TimeSeries

@testable import Service

/// Two days of minutes of one series with a season of 24 and an incident of 30 minutes, and the definition of it.
private struct Told {
    static let incident = 2_000..<2_030
    static let metric =
        #"{"match":"load","step":"1m","season":"24m","alert":{"budget":"1/day","severity":"critical"}}"#

    let service: StoredService

    init(lateness: Int64? = nil) throws {
        let definition = try StoredService.definition("load", "load") {
            $0.alert = AlertPolicy(budget: AlertBudget(count: 1, per: .day))
            if let lateness { $0.latenessMilliseconds = lateness }
        }
        service = try StoredService([definition])
        var random = SeededSeries(seed: 7)
        let season = random.season(2_880, period: 24)
        let values = season.indices.map { step in
            season[step] + 0.1 * random.normal() + (Self.incident.contains(step) ? 30 : 0)
        }
        service.feed("load", Array(values[..<600]))
        _ = service.post("/api/v1/models/load/retrain", "{}")
        _ = try service.result(of: "load")
        service.feed("load", Array(values[600...]), from: 600)
    }

    static func time(_ step: Int) -> Int { StoredService.start + 60 * step }

    /// The anomalies that begin in the incident.
    func found() throws -> Int {
        let answer = service.get(
            "/api/v1/anomalies",
            [("start", "\(Self.time(1_995))"), ("end", "\(Self.time(2_035))"), ("time", "unix")])
        return try JSONDocument(answer.body).root["anomalies"]?.count ?? 0
    }

    func event(_ mode: String) -> String {
        #"{"title":"x","mode":"\#(mode)","match":"load","time":\#(Self.time(1_995)),"end":\#(Self.time(2_035))}"#
    }
}

@Suite struct FeedbackRouteTests {
    @Test func `an event with a mode changes the past, is listed and is taken back`() throws {
        let told = try Told()
        let before = try told.found()
        #expect(before > 0)
        let put = told.service.post("/api/v1/events", told.event("learn_quietly"))
        #expect(put.status == 201, "\(put.text)")
        expectSchema(put, "ChangeEvent")
        #expect(put.text.contains(#""revised":1"#), "\(put.text)")
        #expect(try told.found() == 0)
        let list = told.service.get("/api/v1/events")
        expectSchema(list, "ChangeEvents")
        #expect(list.text.contains(#""modes":["learn_quietly"],"match":"load""#), "\(list.text)")
        let id = try #require(try JSONDocument(put.body).root["id"]?.string)
        #expect(told.service.ask("DELETE", "/api/v1/events/\(id)").status == 200)
        #expect(try told.found() == before)
    }

    @Test func `an event that matches nothing yet says so`() throws {
        let service = try StoredService()
        let put = service.post(
            "/api/v1/events", #"{"title":"x","mode":"mute","match":"up","time":1736467000,"end":1736467100}"#)
        expectSchema(put, "ChangeEvent")
        #expect(put.status == 201 && put.text.contains("no stored series matches yet"), "\(put.text)")
    }

    @Test func `feedback tells its effect, is applied, listed and taken back`() throws {
        let told = try Told()
        let before = try told.found()
        let order = { (verdict: String, isDryRun: Bool) in
            let anomaly = #"{"series":"load","from":\#(Told.time(2_010)),"definition":"load"}"#
            return #"{"verdict":"\#(verdict)","dry_run":\#(isDryRun),"anomaly":\#(anomaly)}"#
        }
        let dry = told.service.post("/api/v1/feedback", order("false_alarm", true))
        #expect(dry.status == 200, "\(dry.text)")
        expectSchema(dry, "FeedbackAnswer")
        let root = try JSONDocument(dry.body).root
        let removed = root["removed"]?.count ?? 0
        #expect(root["incidents"]?["removed"]?.count ?? 0 > 0, "\(dry.text)")
        #expect(root["incidents"]?["kept"]?.count ?? -1 >= 0, "\(dry.text)")
        #expect(try removed > 0 && told.found() == before, "\(dry.text)")
        let put = told.service.post("/api/v1/feedback", order("false_alarm", false))
        #expect(put.status == 201, "\(put.text)")
        expectSchema(put, "FeedbackAnswer")
        #expect(try told.found() < before)
        let list = told.service.get("/api/v1/feedback")
        expectSchema(list, "FeedbackList")
        #expect(list.text.contains(#""verdict":"false_alarm""#), "\(list.text)")
        let id = try #require(try JSONDocument(put.body).root["id"]?.string)
        #expect(told.service.ask("DELETE", "/api/v1/feedback/\(id)").status == 200)
        #expect(try told.found() == before)
        #expect(told.service.get("/api/v1/feedback").text == #"{"feedback":[]}"#)
        for verdict in ["anomaly", "expected", "new_normal"] {
            let answer = told.service.post("/api/v1/feedback", order(verdict, true))
            expectSchema(answer, "FeedbackAnswer")
            #expect(answer.status == 200, "\(answer.text)")
        }
    }

    @Test(arguments: [("anomaly", true), ("expected", false)])
    func `a dry run tells which incidents would open, muted or not`(verdict: String, opens: Bool) throws {
        let told = try Told()
        let anomaly = #"{"series":"load","from":\#(Told.time(2_010)),"definition":"load"}"#
        let answer = told.service.ask(
            "POST", "/api/v1/feedback", [("time", "unix")], type: "application/json",
            body: Array(#"{"verdict":"\#(verdict)","dry_run":true,"anomaly":\#(anomaly)}"#.utf8))
        let incidents = try #require(try JSONDocument(answer.body).root["incidents"], "\(answer.text)")
        var opened: [Int] = []
        for name in ["added", "kept"] {
            let some = try #require(incidents[name]?.elements.map(Array.init), "\(answer.text)")
            opened += some.compactMap { $0["opened_at"]?.integer }
        }
        let within = Told.time(Told.incident.lowerBound)..<Told.time(Told.incident.upperBound)
        #expect(opened.contains { within.contains($0) } == opens, "\(answer.text)")
    }

    @Test func `feedback on an incident concerns its members`() throws {
        let told = try Told(lateness: 20 * 86_400_000)
        var ids: [Int64] = []
        // The desk hears of it on a thread of its own.
        for _ in 0..<2_000 where ids.isEmpty {
            let root = try JSONDocument(told.service.get("/api/v1/incidents").body).root
            ids =
                (root["incidents"]?.elements).map(Array.init)?.compactMap { $0["id"]?.integer }.map {
                    Int64($0)
                } ?? []
            if ids.isEmpty { usleep(1_000) }
        }
        let id = try #require(ids.first)
        let answer = told.service.post("/api/v1/feedback", #"{"verdict":"expected","incident":\#(id)}"#)
        #expect(answer.status == 201, "\(answer.text)")
        #expect(
            told.service.get("/api/v1/feedback").text.contains(#""modes":["mute","dont_learn"]"#))
    }

    @Test func `a preview says what a definition would have opened, and changes nothing`() throws {
        let told = try Told()
        let before = try told.found()
        let answer = told.service.post("/api/v1/preview", #"{"metric":\#(Told.metric),"days":30}"#)
        #expect(answer.status == 200, "\(answer.text)")
        expectSchema(answer, "Preview")
        let root = try JSONDocument(answer.body).root
        #expect(root["points"]?.integer == 2_880 && root["series"]?.integer == 1)
        let opened = (root["incidents"]?.elements).map(Array.init)?.count ?? 0
        #expect(opened >= 1 && opened < 10, "\(answer.text)")
        #expect(answer.text.contains("would have opened \(opened) incident"))
        #expect(try told.found() == before)
        let none = told.service.post("/api/v1/preview", #"{"metric":{"match":"nothing"}}"#)
        #expect(none.text.contains("no stored series matches"), "\(none.text)")
    }
}
