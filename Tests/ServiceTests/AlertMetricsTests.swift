import Alerting
import Networking
import Pipeline
import Testing

@testable import Service

@Test func `incidents and messages are told by state, kind and channel, unseen ones as zero`() {
    var status = AlertStatus()
    status.incidents = [.open: 3]
    status.opened = [.manual: 2]
    status.waitingVerdicts = 5
    var channel = AlertStatus.Channel(name: "ops/webhook", kind: "webhook")
    (channel.delivered, channel.retried, channel.rejected) = (7, 2, 1)
    channel.waiting = 4
    channel.oldestSeconds = 1.5
    var none = Exposition(.prometheus)
    AlertMetrics.write(status, to: &none)
    #expect(!none.text.contains("bellwether_notification"))
    status.channels = [channel]
    var out = Exposition(.prometheus)
    AlertMetrics.write(status, to: &out)
    for line in [
        #"bellwether_incidents{state="open"} 3"#, #"bellwether_incidents{state="acknowledged"} 0"#,
        #"bellwether_incidents_opened_total{kind="manual"} 2"#,
        #"bellwether_incidents_opened_total{kind="no_data"} 0"#, "bellwether_verdict_queue_length 5",
        #"bellwether_notifications_total{channel="ops/webhook",result="delivered"} 7"#,
        #"bellwether_notifications_total{channel="ops/webhook",result="retried"} 2"#,
        #"bellwether_notifications_total{channel="ops/webhook",result="rejected"} 1"#,
        #"bellwether_notification_queue_length{channel="ops/webhook"} 4"#,
        #"bellwether_notification_oldest_seconds{channel="ops/webhook"} 1.5"#,
    ] {
        #expect(out.text.contains(line + "\n"), "\(line)")
    }
}

@Test func `freshness appears with the first sample and models with the first training`() throws {
    let service = try StoredService([try StoredService.definition("load", "load")])
    let before = service.get("/metrics").text
    #expect(before.contains("bellwether_incidents{") && !before.contains("sample_age_seconds"))
    service.feed("load", (0..<400).map { Double(50 + $0 * 7_919 % 13) })
    var text = ""
    for _ in 0..<2_000 where !text.contains("\nbellwether_stored_sample_age_seconds ") {
        text = service.get("/metrics").text
    }
    #expect(text.contains("\nbellwether_stored_sample_age_seconds "))
    #expect(service.post("/api/v1/models/load/retrain", #"{"keep":true}"#).status == 202)
    let decision = try service.result(of: "load")
    #expect(
        service.get("/metrics").text.contains(
            #"bellwether_training_runs_total{definition="load",outcome="\#(decision)"} 1"#))
}
