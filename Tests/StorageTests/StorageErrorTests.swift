import Storage
import Testing

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
