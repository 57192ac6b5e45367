import Forecasting
import Glibc
import Synchronization

/// Tells on standard error how far slow work is: a bar on a terminal, nothing elsewhere.
final class ProgressBar: Sendable {
    private let isShown: Bool
    private let drawn = Mutex(false)

    /// Cells of the bar.
    private static let width = 30

    init(_ console: Console) {
        isShown = console.errorIsTerminal
    }

    /// Progress of the fit of one series.
    func fit(_ name: String) -> FitProgress {
        guard isShown else { return .ignored }
        return FitProgress { done, total in
            self.draw(name, done, total)
            return true
        }
    }

    /// Progress through the bytes of a file; without a total there is no bar, only their number.
    func bytes(_ name: String, done: Int, total: Int?) {
        guard isShown else { return }
        let text = Self.mebibytes(done)
        if let total, total > 0 {
            show(name, share: Double(done) / Double(total), "\(text) of \(Self.mebibytes(total)) MiB")
        } else {
            show(name, share: nil, "\(text) MiB")
        }
    }

    /// Progress of any work, told in a few words behind the bar.
    ///
    /// - Parameter share: What is done, 0 … 1; `nil` where nobody knows.
    func show(_ name: String, share: Double?, _ text: String) {
        guard isShown else { return }
        let bar = share.map { Self.bar(filled: Int(Double(Self.width) * min(max($0, 0), 1))) + " " } ?? ""
        drawn.withLock { isDrawn in
            Self.write("\r\u{1B}[K\(name.prefix(20)) \(bar)\(text)")
            isDrawn = true
        }
    }

    /// Takes the bar away.
    func clear() {
        drawn.withLock { isDrawn in
            if isDrawn { Self.write("\r\u{1B}[K") }
            isDrawn = false
        }
    }

    private func draw(_ name: String, _ done: Int, _ total: Int) {
        show(name, share: Double(done) / Double(max(total, 1)), "\(done)/\(total)")
    }

    private static func bar(filled: Int) -> String {
        String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }

    private static func mebibytes(_ bytes: Int) -> String {
        "\((Double(bytes) / 1_048_576 * 10).rounded() / 10)"
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
