import Glibc
import Networking

/// Follows one training from its order to its result.
struct TrainingWatch {
    let name: String
    let connection: ServiceConnection
    let console: Console
    private let path: ModelPath

    init(_ name: String, _ connection: ServiceConnection, _ console: Console) {
        self.name = name
        self.connection = connection
        self.console = console
        path = ModelPath(name)
    }

    private static let pauseMicroseconds: UInt32 = 200_000
    /// Pauses between two lines where there is no terminal.
    private static let pausesPerLine = 25

    /// Orders the training and waits for its end; Ctrl-C cancels it, and its end is waited for too.
    ///
    /// - Parameter order: The body of the order.
    /// - Throws: ``Failure`` when nobody answers any more.
    func run(_ order: [UInt8]) throws(Failure) -> TrainingReport {
        let answer = try connection.send(
            .post, path.retrain, query: path.query, contentType: "application/json", body: order)
        guard answer.status == 202 else {
            return TrainingReport(name, refused: ServiceProblem(answer))
        }
        let progress = ProgressBar(console)
        defer { progress.clear() }
        var isCancelled = false
        var told = ""
        for round in 0... {
            let state = try connection.ask(.get, path.training, query: path.query).json()
            if let result = state["result"] { return TrainingReport(name, result) }
            guard state["state"]?.string == "running" else {
                throw Failure("\(name): the training is gone; was the service started anew?")
            }
            if Interrupt.isRaised, !isCancelled {
                isCancelled = true
                _ = try connection.ask(.delete, path.training, query: path.query)
                progress.clear()
                console.note("\(name): cancelling; the champion is kept")
            }
            tell(state, round, progress, &told)
            usleep(Self.pauseMicroseconds)
        }
        preconditionFailure("more rounds than there are numbers")
    }

    private func tell(_ state: JSONValue, _ round: Int, _ progress: ProgressBar, _ told: inout String) {
        let (done, total) = (state["done"]?.integer ?? 0, state["of"]?.integer ?? 0)
        let text = (state["stage"]?.string ?? "") + (total > 0 ? " \(done) of \(total)" : "")
        if console.errorIsTerminal {
            progress.show(name, share: total > 0 ? Double(done) / Double(total) : nil, text)
        } else if round % Self.pausesPerLine == Self.pausesPerLine - 1, text != told {
            told = text
            console.note("\(name): \(text)")
        }
    }
}
