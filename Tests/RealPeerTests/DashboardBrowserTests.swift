import Foundation
import Networking
import TestSupport
import Testing

@Suite(
    .serialized, .enabled(if: hasBrowser, "chromium and chromium-driver (Debian packages) are not installed"),
    .enabled(if: hasLiveAPI, "this service has no live routes"))
struct DashboardBrowserTests {
    @Test(.timeLimit(.minutes(2)))
    func `the page shows the fleet, moves with new points, and takes labels for text`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        try stage.show("fleet")
        try browser.wait("document.querySelector('.empty code')?.textContent.includes('/api/v1/import')")

        let now = Int(Date().timeIntervalSince1970)
        let evil = "<img src=x onerror=window.pwned=1>"
        try stage.post([
            line("queue_depth", "plain", from: now - 300, count: 300),
            line("evil", evil, from: now - 300, count: 300),
        ])
        try browser.wait("document.querySelectorAll('tbody tr').length === 2")
        #expect(try browser.text("table.fleet").contains(evil))
        #expect(try browser.run("return document.querySelectorAll('main img').length") as? Int == 0)

        let id = try stage.series("queue_depth")
        try stage.show("series/\(id)")
        try browser.wait("document.querySelector('canvas.chart')?.dataset.points === '300'")
        try browser.wait("document.getElementById('connection').dataset.state === 'live'")
        try stage.post([line("queue_depth", "plain", from: now, count: 3)])
        try browser.wait("document.querySelector('canvas.chart').dataset.points === '303'", within: 5)
        #expect(
            try browser.run("return document.querySelector('canvas.chart').dataset.newest") as? String
                == "\(now + 2)")
        try stage.show("series/\(stage.series("evil"))")
        try browser.wait("document.querySelector('main .labels')?.textContent.includes('<img')")
        #expect(try browser.run("return window.pwned ?? null") is NSNull)

        try stage.show("series/999999")
        try browser.wait("document.querySelector('.empty')?.textContent.includes('No such series')")
        // The one 404 asked for above is the browser's own line, not an error of the page.
        #expect(try browser.errors().filter { !$0.contains("999999") } == [])
    }

    @Test(.timeLimit(.minutes(2)))
    func `a cut of the line leaves no gap`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        let (cable, now) = try stage.showOverLine(points: 100)
        cable.cut()
        try browser.wait("document.getElementById('connection').dataset.state !== 'live'")
        for second in 0..<5 { try stage.post([line("queue_depth", "plain", from: now + second, count: 1)]) }
        #expect(
            try browser.run("return document.querySelector('canvas.chart').dataset.points") as? String
                == "100")
        cable.mend()
        try browser.wait("document.getElementById('connection').dataset.state === 'live'")
        try browser.wait("document.querySelector('canvas.chart').dataset.points === '105'", within: 5)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a thousand series stay smooth, and dark and small screens hold the page`() throws {
        let stage = try DashboardStage()
        let browser = stage.browser
        let now = Int(Date().timeIntervalSince1970)
        try stage.post((0..<1000).map { line("metric_\($0)", "n\($0)", from: now - 60, count: 60) })
        try stage.show("fleet")
        try browser.wait("document.querySelectorAll('tbody tr').length >= 100")
        let frames =
            try browser.runLater(
                """
                const times = []; let last = performance.now(); const end = last + 6000;
                const step = (now) => { times.push(now - last); last = now;
                    if (now < end) requestAnimationFrame(step); else done(times.slice(1)); };
                requestAnimationFrame(step);
                """) as? [Double] ?? []
        let sorted = frames.sorted()
        try #require(sorted.count > 30, "\(sorted.count) frames in 6 s")
        let figures = [sorted[sorted.count / 2], sorted[sorted.count * 99 / 100], sorted[sorted.count - 1]]
        print(
            "1,000 series, frame times in ms (median, 99 %, worst):", figures.map { ($0 * 10).rounded() / 10 }
        )
        #expect(figures[0] < 100)

        try browser.chromium(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": "dark"]]])
        try browser.chromium(
            "Emulation.setDeviceMetricsOverride",
            ["width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true])
        #expect(
            try browser.run("return getComputedStyle(document.body).backgroundColor") as? String
                == "rgb(15, 21, 27)")
        let seventh = try stage.series("metric_7")
        for view in ["fleet", "series/\(seventh)", "incidents", "performance"] {
            try stage.show(view)
            try browser.wait("document.querySelector('main section')")
            let wide = try browser.run("return document.documentElement.scrollWidth") as? Int
            #expect(wide == 360, "\(view) is \(wide ?? 0) pixels wide")
            let picture = try browser.picture()
            #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]) && picture.count > 5_000, "\(view)")
            let name = "phone-" + view.replacingOccurrences(of: "/", with: "-") + ".png"
            try picture.write(to: URL(fileURLWithPath: stage.folder(name)))
        }
    }
}
