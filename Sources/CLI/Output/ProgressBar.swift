import Forecasting
import Glibc
import Synchronization

/// Tells on standard error how far a slow fit is: a bar on a terminal, nothing elsewhere.
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

    /// Takes the bar away.
    func clear() {
        drawn.withLock { isDrawn in
            if isDrawn { Self.write("\r\u{1B}[K") }
            isDrawn = false
        }
    }

    private func draw(_ name: String, _ done: Int, _ total: Int) {
        let filled = min(Self.width, done * Self.width / max(total, 1))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        drawn.withLock { isDrawn in
            Self.write("\r\u{1B}[K\(name.prefix(24)) \(bar) \(done)/\(total)")
            isDrawn = true
        }
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
