import Foundation
import Networking
import TestSupport
import Testing

@testable import Service

private func text(_ name: String) throws -> String {
    String(decoding: try #require(Dashboard.bytes(of: name), "no asset \(name)"), as: UTF8.self)
}

private let pages = ["/", "/dashboards/live-main-dashboard", "/dashboards/performance-dashboard-main"]

@Test(arguments: pages)
func `the page needs no token and lets nothing foreign load`(path: String) throws {
    let page = makeRouter(token: "s3cret").respond(to: HTTPRequest(path: path))
    #expect(page.status == 200)
    #expect(page.header("Content-Type") == "text/html; charset=utf-8")
    #expect(page.header("X-Content-Type-Options") == "nosniff")
    let policy = try #require(page.header("Content-Security-Policy"))
    for part in ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
        #expect(policy.contains(part), "\(policy)")
    }
    #expect(!policy.contains("unsafe"))
    #expect(page.text.hasPrefix("<!doctype html>"))
    for link in ["/openapi.json", "/metrics", "/api/v1/methods"] {
        #expect(page.text.contains("\"\(link)\""))
    }
}

@Test(arguments: [
    ("app.js", "text/javascript; charset=utf-8"), ("app.css", "text/css; charset=utf-8"),
    ("icon.svg", "image/svg+xml"),
])
func `an asset has its type and is what was compiled in`(name: String, type: String) throws {
    let router = makeRouter(token: "s3cret")
    let answer = router.respond(to: HTTPRequest(path: "/assets/" + name))
    #expect(answer.status == 200)
    #expect(answer.header("Content-Type") == type)
    let file = try Repository.text("Sources/CLibraries/CDashboard/" + name)
    let isSame = answer.text == file
    #expect(isSame, "a changed asset is compiled in anew")
    #expect(answer.header("Cache-Control") == "no-cache")
}

@Test(arguments: ["/assets/nothing.js", "/assets/..", "/assets/%2e%2e", "/assets/assets.c", "/assets/"])
func `what is no asset is not found`(path: String) {
    let answer = makeRouter().respond(to: HTTPRequest(path: path))
    #expect(answer.status == 404)
    #expect(answer.header("Content-Type") == "application/problem+json")
}

@Test func `a client that has the bytes is not sent them again`() throws {
    let router = makeRouter()
    func ask(_ headers: [(name: String, value: String)]) -> HTTPResponse {
        router.respond(to: HTTPRequest(path: "/assets/app.js", headers: headers))
    }
    let whole = ask([])
    let tag = try #require(whole.header("ETag"))
    for field in [tag, "W/" + tag, "\"x\", " + tag, "*"] {
        let answer = ask([("if-none-match", field)])
        #expect(answer.status == 304 && answer.body.isEmpty, "\(field)")
        #expect(answer.header("ETag") == tag)
    }
    #expect(ask([("if-none-match", "\"other\"")]).status == 200)

    let small = ask([("accept-encoding", "br, gzip;q=0.5")])
    #expect(small.header("Content-Encoding") == "gzip")
    #expect(small.header("Vary") == "Accept-Encoding")
    #expect(small.body.count < whole.body.count / 2)
    #expect(try ContentCoding.gzip.decode(small.body, limit: 1 << 20) == whole.body)
    #expect(small.header("ETag") != tag, "a tag names bytes, and these are others")
    #expect(ask([("accept-encoding", "gzip;q=0")]).header("Content-Encoding") == nil)
}

@Test func `the markup holds no script, no style and no handler of its own`() throws {
    let page = try text("index.html")
    for tag in page.matches(of: try Regex(#"<script[^>]*>([^<]*)</script>"#)) {
        #expect(tag.output[1].substring == "", "a script in the page")
        #expect(tag.output[0].substring?.contains(" src=\"/assets/") == true)
    }
    for mark in [#"<style"#, #"\sstyle="#, #"\son[a-z]+="#, "javascript:"] {
        #expect(try page.firstMatch(of: Regex(mark)) == nil, "\(mark)")
    }
}

@Test(arguments: ["html", "js", "css", "svg"])
func `no file of the page names another site`(ending: String) throws {
    let names = Dashboard.names.filter { $0.hasSuffix("." + ending) }
    #expect(!names.isEmpty)
    for name in names {
        let found = try text(name).matches(of: try Regex(#"(https?:)?//[a-z0-9-]+\.[a-z]+[^\s"']*"#))
        let foreign = found.compactMap { $0.output[0].substring }.filter {
            $0 != "http://www.w3.org/2000/svg"
        }
        #expect(foreign.isEmpty, "\(name): \(foreign)")
    }
}

@Test func `no script parses text as markup or code`() throws {
    let forbidden = [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(",
        "new Function",
        "srcdoc", "createContextualFragment",
    ]
    for name in Dashboard.names where name.hasSuffix(".js") {
        let script = try text(name)
        for word in forbidden { #expect(!script.contains(word), "\(name) uses \(word)") }
    }
}

@Test func `every module and file that the page loads is there`() throws {
    var wanted: Set<String> = []
    for name in Dashboard.names where name.hasSuffix(".js") {
        for match in try text(name).matches(of: try Regex(#"from "\./([^"]+)""#)) {
            wanted.insert(String(try #require(match.output[1].substring)))
        }
    }
    for match in try text("index.html").matches(of: try Regex(#""/assets/([^"]+)""#)) {
        wanted.insert(String(try #require(match.output[1].substring)))
    }
    #expect(wanted.count > 10)
    for name in wanted { #expect(Dashboard.bytes(of: name) != nil, "\(name)") }
}
