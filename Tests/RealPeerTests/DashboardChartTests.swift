import Foundation
import Networking
import TestSupport
import Testing

@Suite(
    .serialized, .enabled(if: hasBrowser, "chromium and chromium-driver (Debian packages) are not installed"),
    .enabled(if: hasLiveAPI, "this service has no live routes"))
struct DashboardChartTests {
    @Test(.timeLimit(.minutes(2)))
    func `however far one zooms out, the page lives and asks for times that there are`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        let now = Int(Date().timeIntervalSince1970)
        try stage.post([line("queue_depth", "plain", from: now - 1_000, count: 1_000)])
        try stage.show("series/\(stage.series("queue_depth"))")
        try browser.wait("document.querySelector('canvas.chart')?.dataset.points === '1000'")
        for round in 0..<12 {
            try browser.run(
                """
                const key = (key, shiftKey) => document.querySelector("canvas.chart")
                    .dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey }));
                for (let time = 0; time < 5; time += 1) {
                    document.querySelector("[aria-label='Zoom out']").click();
                    key("-", false);
                    key("\(round < 6 ? "ArrowLeft" : "ArrowRight")", true);
                }
                """)
            usleep(100_000)
        }
        usleep(600_000)
        try browser.wait("document.querySelector('canvas.chart').dataset.points === '1000'", within: 10)
        #expect(try browser.text(".note").contains("Not up to date") == false)
        let asked =
            try browser.run(
                """
                return performance.getEntriesByType("resource").map((one) => new URL(one.name).searchParams)
                    .filter((one) => one.has("start")).map((one) => Number(one.get("start")));
                """) as? [Double] ?? []
        #expect(!asked.isEmpty)
        for start in asked { #expect(start > Double(now) - 3_000) }
        #expect(try browser.errors() == [])
    }

    @Test(.timeLimit(.minutes(2)))
    func `scales hold at the ends of times and numbers`() throws {
        let stage = try DashboardStage()
        try stage.show("fleet")
        let text = try stage.modules(
            """
            const most = Number.MAX_VALUE;
            const wide = scale.valueTicks(-most, most, 5).values;
            const far = scale.timeTicks(-1e13, 1e13, 8).values.length;
            const hour = scale.timeTicks(1.7e9, 1.7e9 + 3600, 8).values.length;
            const huge = scale.extent([[-1.7e308, 1.7e308]], [[[-most], [most]]]);
            const middle = scale.linear(huge, [100, 0]).at(0);
            return [wide.includes(0) && wide.every(Number.isFinite), far, hour > 3, huge.every(Number.isFinite),
                middle].join(" ");
            """)
        #expect(text as? String == "true 0 true true 50")
    }

    @Test(.timeLimit(.minutes(2)))
    func `a band that is wide for a moment does not flatten the values`() throws {
        let stage = try DashboardStage()
        try stage.show("fleet")
        let range =
            try stage.modules(
                """
                return scale.extent([[30, 50, 70]], [[[-7000, 30, 31, 29], [7000, 70, 71, 69]]]);
                """) as? [Double] ?? []
        try #require(range.count == 2)
        #expect(range[0] > -100 && range[1] < 200 && range[0] < 29 && range[1] > 71)
    }

    @Test(.timeLimit(.minutes(2)))
    func `labels of an axis and numbers of a band differ`() throws {
        let stage = try DashboardStage()
        try stage.show("fleet")
        let text = try stage.modules(
            """
            const [low, high] = scale.extent([[1e9 - 0.1, 1e9 + 0.1]]);
            const { step, values } = scale.valueTicks(low, high, 5);
            const labels = values.map((value) => format.number(value, step));
            return [new Set(labels).size === labels.length && labels.length > 2,
                format.number(1e9 + 0.05, 0.003), format.number(1234567)].join(" ");
            """)
        #expect(text as? String == "true 1000000000.05 1.235\u{202F}M")
    }

    @Test(.timeLimit(.minutes(2)))
    func `words of events begin at their line and end before the next`() throws {
        let stage = try DashboardStage()
        try stage.show("fleet")
        let found = try stage.modules(
            """
            const shown = [[100, "first of them"], [130, "second of them"], [190, "third of them"], [340, "late"]]
                .map(([at, title]) => ({ at, title }));
            const labels = draw.eventLabels(shown, { left: 46, right: 348 }, (text) => text.length * 6.5);
            return labels.every(({ left, row, text }) => {
                const own = shown.findLast(({ at }) => at < left), next = shown.find(({ at }) => at >= left);
                const end = left + text.length * 6.5;
                return left - own.at <= 4 && end <= 348 && (row === 0 || !next || end < next.at);
            }) && labels.length >= 2;
            """)
        #expect(found as? Bool == true)
    }

    @Test(.timeLimit(.minutes(2)))
    func `the newest view leaves an eighth to the forecast, and says what was not judged`() throws {
        let stage = try DashboardStage()
        try stage.show("fleet")
        let text = try stage.modules(
            """
            const timestamps = Array.from({ length: 1246 }, (_, at) => at);
            const data = { points: { timestamps, score: timestamps.map(() => null) }, state: "ok",
                forecast: { timestamps: Array.from({ length: 20 }, (_, at) => 1246 + at) },
                band: { source: "refitted", timestamps: [1200] } };
            const view = metric.newestView(data, 1245, null);
            const share = (1265 - 1245) / (view.to - view.from);
            const judged = timestamps.map((at) => at < 1000 ? null : 0.5);
            const half = metric.noFindings({ ...data, points: { timestamps, score: judged } });
            const all = metric.noFindings({ ...data, points: { timestamps, score: timestamps } });
            return [share >= 0.124, view.from <= 1126, metric.noFindings(data).startsWith("Not judged"),
                half.startsWith("None since") && all === "None.",
                metric.bandText(data).some((part) => part.startsWith("band since"))].join(" ");
            """)
        #expect(text as? String == "true true true true true")
    }

    @Test(.timeLimit(.minutes(2)))
    func `after a cut the page says nothing old and foresees nothing that has come`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        let (cable, now) = try stage.showOverLine(points: 300)
        cable.cut()
        try browser.wait("document.querySelector('main').textContent.includes('Not up to date')", within: 25)
        try stage.post([line("queue_depth", "plain", from: now, count: 30)])
        cable.mend()
        try browser.wait("document.getElementById('connection').dataset.state === 'live'", within: 20)
        try browser.wait("!document.querySelector('main').textContent.includes('Not up to date')", within: 4)
        #expect(
            try browser.run("return document.querySelector('canvas.chart').dataset.points") as? String
                == "330")
        let begin = try browser.run("return Number(document.querySelector('canvas.chart').dataset.foreseen)")
        #expect((begin as? Double ?? 0) > Double(now + 29))
    }

    @Test(.timeLimit(.minutes(2)))
    func `rows of the fleet have two lines at most, and great numbers stay in their column`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        let now = Int(Date().timeIntervalSince1970)
        try stage.post([
            line(
                "http_request_duration_seconds_of_the_checkout_service",
                String(repeating: "long-", count: 60),
                from: now - 9, count: 9),
            #"{"labels":{"__name__":"great"},"timestamps":[\#(now)],"values":[-1.7e308]}"#,
        ])
        try stage.show("fleet")
        try browser.wait("document.querySelectorAll('tbody tr').length === 2")
        let tallest = try browser.run(
            "return Math.max(...[...document.querySelectorAll('tbody tr')].map((row) => row.clientHeight))")
        #expect((tallest as? Double ?? 999) < 70)
        let over = try browser.run(
            """
            return [...document.querySelectorAll('tbody td.number')]
                .filter((cell) => cell.scrollWidth > cell.clientWidth).length
            """)
        #expect(over as? Int == 0)
        #expect(try browser.run("return document.querySelector('td.metric').title") as? String != "")
    }

    @Test(.timeLimit(.minutes(3)))
    func `an old open incident is seen behind many that are over, and the badge counts it`() throws {
        let stage = try DashboardStage()
        let open = { (title: String) throws -> Int in
            let body = #"{"title":"\#(title)","severity":"info","text":"by hand","by":"me"}"#
            let answer = try stage.client.send(
                .post, "/api/v1/incidents", headers: [("Content-Type", "application/json")],
                body: Array(body.utf8))
            return try #require(try JSONDocument(answer.body).root["id"]?.integer)
        }
        _ = try open("the old one")
        for number in 0..<205 {
            let id = try open("number \(number)")
            _ = try stage.client.send(
                .post, "/api/v1/incidents/\(id)/resolve", headers: [("Content-Type", "application/json")],
                body: Array(#"{"by":"me"}"#.utf8))
        }
        try stage.show("incidents")
        try stage.browser.wait("document.querySelectorAll('.incident').length === 201")
        #expect(try stage.browser.text(".incident").contains("the old one"))
        #expect(try stage.browser.text(".note").contains("more than 201 incidents, 1 open"))
        try stage.browser.wait("document.getElementById('badge').textContent === '1'")
    }
}
