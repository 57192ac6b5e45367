import Testing

@testable import Storage

@Test(arguments: [
    StorageError.file(operation: "write", path: "/data/x", reason: "it is gone"), .full(path: "/data/x"),
    .readOnly(path: "/data/x"), .locked(path: "/data/x", holder: nil),
    .locked(path: "/data/x", holder: "bellwether serve, process 9"),
    .corrupt(path: "/data/x", detail: "bad page"),
    .newer(path: "/data/x", found: 3, known: 1), .refused(path: "/data/x", reason: "is there already"),
    .database(path: "/data/x", code: 1, message: "no such table", sql: "SELECT 1"),
    .syncFailed(path: "/data/x", reason: "input/output error"),
])
func `an error says where, in one line`(error: StorageError) {
    #expect(error.description.contains("/data/x"))
    #expect(!error.description.contains("\n"))
}

@Test(arguments: [(5, true), (7, true), (10, true), (11, false), (8, false), (26, false)])
func `a store that is busy, or a system that is short of something, may be asked again`(
    code: Int32, mayPass: Bool
) {
    let error = StorageError.sqlite(code, on: nil, path: "/data/x", sql: "SELECT 1")
    #expect(error.mayPass == mayPass, "\(error)")
}
