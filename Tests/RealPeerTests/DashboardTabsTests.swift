import Foundation
import Networking
import TestSupport
import Testing

@Suite(
    .serialized, .enabled(if: hasBrowser, "chromium and chromium-driver (Debian packages) are not installed"),
    .enabled(if: hasLiveAPI, "this service has no live routes"))
struct DashboardTabsTests {
    private let isLive = "document.getElementById('connection')?.dataset.state === 'live'"
    private let hasRows = "document.querySelectorAll('tbody tr').length === 1"

    @Test(.timeLimit(.minutes(3)))
    func `nine tabs of one browser all show the fleet, and the first goes on when it is looked at`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        let now = Int(Date().timeIntervalSince1970)
        try stage.post([line("queue_depth", "plain", from: now - 100, count: 100)])
        let id = try stage.series("queue_depth")
        var tabs: [String] = []
        for _ in 0..<9 {
            tabs.append(try browser.newTab())
            try browser.open(stage.address + "/#/fleet")
            try browser.wait("\(isLive) && \(hasRows)", within: 20)
        }
        // Pages that nobody sees have let go of theirs.
        #expect(try stage.streams(awaiting: 1) == 1)
        try browser.switchTo(tabs[0])
        try browser.wait(isLive, within: 15)
        try browser.run("location.hash = '#/series/\(id)'")
        try browser.wait("document.querySelector('canvas.chart')?.dataset.points === '100'", within: 15)
        try stage.post([line("queue_depth", "plain", from: now, count: 2)])
        try browser.wait("document.querySelector('canvas.chart').dataset.points === '102'", within: 5)
    }

    @Test(.timeLimit(.minutes(3)))
    func `a page that is left keeps no connection`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        try stage.post([line("queue_depth", "plain", from: Int(Date().timeIntervalSince1970) - 9, count: 9)])
        for _ in 0..<8 {
            try browser.open(stage.address + "/")
            try browser.wait("\(isLive) && \(hasRows)", within: 10)
            try browser.open(stage.address + "/api/v1/openapi.json")
        }
        #expect(try stage.streams(awaiting: 0) == 0)
        try browser.back()
        try browser.wait("\(isLive) && \(hasRows)", within: 10)
        #expect(try stage.streams(awaiting: 1) == 1)
    }

    @Test(.timeLimit(.minutes(2)))
    func `the page says that it waits for an answer`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        try stage.show("fleet")
        try browser.wait(isLive)
        try browser.run(
            """
            const fetched = window.fetch;
            window.fetch = (path, options) => String(path).includes("/fleet")
                ? new Promise((_, no) => options.signal.addEventListener("abort", () => no(new Error("cut"))))
                : fetched(path, options);
            """)
        let words = "document.getElementById('connection').textContent"
        try browser.wait("\(words).startsWith('waiting')", within: 10)
        #expect(try !browser.text(".note").contains("No answer"))
        try browser.wait("document.querySelector('.note').textContent.includes('No answer')", within: 40)
        #expect(try browser.text(".note").contains("No answer within 30 s"))
    }
}
