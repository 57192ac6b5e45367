import Alerting
import Query
import TimeSeries

/// A stretch of time with its meaning for one series.
struct LearningWindow: Sendable, Hashable {
    /// Milliseconds since 1970, both included.
    var from: Int64
    var to: Int64
    var mode: LearningMode
}

extension Sequence<LearningWindow> {
    /// What a moment is declared to be; `nil` when nothing is said of it. Of several declarations the one that teaches
    /// least that is false counts: what is not to be learned is not, whoever else wants it quiet.
    func mode(at time: Int64) -> LearningMode? {
        var found: LearningMode?
        for window in self where window.from <= time && time <= window.to {
            if found.map({ window.mode.rank > $0.rank }) ?? true { found = window.mode }
        }
        return found
    }

    /// Whether nobody is to be told of what is found at a moment, whatever may be learned from it.
    func isMuted(at time: Int64) -> Bool {
        contains { $0.mode == .mute && $0.from <= time && time <= $0.to }
    }

    /// A number that tells these windows from others, the same in every process (FNV-1a); 0 for none.
    var mark: UInt64 {
        let sorted = Set(self).sorted {
            ($0.from, $0.to, $0.mode.rank) < ($1.from, $1.to, $1.mode.rank)
        }
        guard !sorted.isEmpty else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for window in sorted {
            for word in [window.from, window.to, Int64(window.mode.rank)] {
                withUnsafeBytes(of: word.littleEndian) { bytes in
                    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
                }
            }
        }
        return hash
    }
}

extension [LearningWindow] {
    /// The earliest moment that these windows and others may speak of differently; `nil` when they are the same.
    func firstDifference(from others: [LearningWindow]) -> Int64? {
        Set(self).symmetricDifference(others).map(\.from).min()
    }

    /// The same where of the others only the mark is known: after a crash between a declaration and what follows from
    /// it. All of the past (`Int64.min`) unless the others are none, or these without what was declared last.
    func firstDifference(fromMark seen: UInt64) -> Int64? {
        guard seen != mark else { return nil }
        guard seen != 0 else { return map(\.from).min() }
        for window in self {
            // What is expected is two windows of one time.
            let others = filter { $0.from != window.from || $0.to != window.to }
            if others.mark == seen { return window.from }
        }
        return .min
    }
}

extension ChangeEvent {
    /// What the event declares of a series.
    ///
    /// - Parameter definition: The name of the one that judges it.
    func windows(of labels: Labels, definition: String) -> [LearningWindow] {
        guard let declaration,
            declaration.definition.isEmpty || declaration.definition == definition
        else { return [] }
        let times: [(from: Int64, to: Int64)]
        if declaration.stretches.isEmpty {
            times = declaration.selector?.matches(labels) ?? true ? [(starts, ends)] : []
        } else {
            times = declaration.stretches.filter { $0.labels == labels }.map { ($0.from, $0.to) }
        }
        return times.flatMap { time in
            declaration.modes.map { LearningWindow(from: time.from, to: time.to, mode: $0) }
        }
    }
}

extension LearningMode {
    fileprivate var rank: Int {
        switch self {
        case .mute: 1
        case .learnQuietly: 2
        case .dontLearn: 3
        }
    }
}
