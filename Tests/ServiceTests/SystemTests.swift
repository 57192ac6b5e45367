import Glibc
import Testing

@testable import Service

@Test func `a line stays one line and below the level there is none`() {
    let lines = Lines()
    let log = lines.log(.warning)
    log.info("nothing")
    log.warning("a\nb\u{1B}[0m")
    log.error("c")
    #expect(lines.all == ["warning: a b [0m", "error: c"])
}

@Test func `a deadline comes after its moment`() {
    #expect(!Deadline(nanoseconds: 5, clock: { 5 }).isPast)
    #expect(Deadline(nanoseconds: 5, clock: { 6 }).isPast)
    #expect(!Deadline.never.isPast)
    #expect(throws: Problem.self) { try Deadline(nanoseconds: 5, clock: { 6 }).check() }
}

@Test func `the clocks of this machine go on`() {
    #expect(Clocks.system.wall() > 1_700_000_000)
    let before = Clocks.system.steady()
    #expect(Clocks.system.steady() >= before)
    #expect(RequestIDs.randomPrefix().count == 8)
}

@Test(arguments: [SIGTERM, SIGINT])
func `a blocked signal is waited for`(signal: Int32) {
    StopSignals.block()
    pthread_kill(pthread_self(), signal)
    #expect(StopSignals.wait() == signal)
}

@Test(
    arguments: [
        ("listn", "listen"), ("lsten", "listen"), ("LISTEN", "listen"), ("tokenfile", "token-file"),
        ("q", nil),
        ("workrs", "workers"), ("", nil), ("completely-else", nil),
    ] as [(String, String?)])
func `the nearest name is meant, if it is near`(name: String, meant: String?) {
    #expect(nearest(to: name, among: Setting.all.map(\.name)) == meant)
}
