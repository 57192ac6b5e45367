/// Where the routes of one definition's models are.
struct ModelPath {
    private let segment: String
    /// What the requests carry besides.
    let query: [(name: String, value: String)]

    /// - Parameter name: Of a definition, or a selector that stands for one.
    init(_ name: String) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch Unicode.Scalar(byte) {
            case "A"..."Z", "a"..."z", "0"..."9", "_", ".", ":", "-": true
            default: false
            }
        }
        // A lone dash stands for the selector of the query; dots alone would be taken for steps in the path.
        if isPlain, !name.isEmpty, !["-", ".", ".."].contains(name) {
            segment = name
            query = []
        } else {
            segment = "-"
            query = [("selector", name)]
        }
    }

    /// The definition itself.
    var definition: String { "/api/v1/models/" + segment }
    /// Orders a training.
    var retrain: String { definition + "/retrain" }
    /// Tells of the last training, or cancels it.
    var training: String { definition + "/training" }
    /// Chooses the version that is live.
    var champion: String { definition + "/champion" }
}
