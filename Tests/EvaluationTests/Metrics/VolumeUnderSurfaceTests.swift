import TestSupport
import Testing

@testable import Evaluation

/// The definition, word by word, with nothing saved from one threshold or width to the next.
private func slowVolume(_ made: LabelledScores, length: Int) -> (pr: Double, roc: Double) {
    let (scores, labels, windows, n) = (made.scores, made.labels, made.windows, made.scores.count)
    let descending = scores.sorted(by: >)
    let thresholds = (0..<250).map { step in
        descending[step == 249 ? n - 1 : Int(Double(step) * (Double(n - 1) / 249))]
    }
    let positives = Double(labels.count { $0 })
    var (pr, roc) = (0.0, 0.0)
    for width in 0...length {
        let half = width / 2
        var weights = labels.map { $0 ? 1.0 : 0 }
        for place in 0..<n where !labels[place] {
            for window in windows {
                let distance = max(window.lowerBound - place, place - window.upperBound)
                if distance <= half {
                    weights[place] += (1 - Double(distance) / Double(width)).squareRoot()
                }
            }
            weights[place] = min(weights[place], 1)
        }
        // A segment is what a brush of the half buffer paints without a gap between two windows.
        var segments: [ClosedRange<Int>] = []
        for window in windows {
            let grown = (window.lowerBound - half)...(window.upperBound + half)
            if let last = segments.last, last.upperBound >= grown.lowerBound {
                segments[segments.count - 1] = last.lowerBound...grown.upperBound
            } else {
                segments.append(grown)
            }
        }
        var (lastTPR, lastFPR) = (0.0, 0.0)
        for threshold in thresholds {
            let predicted = Double(scores.count { $0 >= threshold })
            var (hits, extra) = (0.0, 0.0)
            for place in 0..<n where scores[place] >= threshold {
                if labels[place] { hits += 1 } else { extra += weights[place] }
            }
            let found = hits + extra
            let grown = positives + extra / 2
            let existing = segments.count { segment in
                segment.clamped(to: 0...(n - 1)).contains { scores[$0] >= threshold }
            }
            let tpr = min(found / grown, 1) * Double(existing) / Double(segments.count)
            let fpr = (predicted - found) / (Double(n) - grown)
            pr += (tpr - lastTPR) * found / predicted
            roc += (fpr - lastFPR) * (tpr + lastTPR) / 2
            (lastTPR, lastFPR) = (tpr, fpr)
        }
        roc += (1 - lastFPR) * (1 + lastTPR) / 2
    }
    return (pr / Double(length + 1), roc / Double(length + 1))
}

@Suite struct VolumeUnderSurfaceTests {
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `the fast form is the definition`(seed: UInt64) {
        let made = LabelledScores(seed: seed)
        let length = [0, 1, 2, 7, 12][Int(seed % 5)]
        let slow = slowVolume(made, length: length)
        let fast = VolumeUnderSurface(scores: made.scores, windows: made.windows, length: length)
        #expect(abs(fast.pr - slow.pr) < 1e-12, "seed \(seed): \(fast.pr) for \(slow.pr)")
        if made.labels.allSatisfy({ $0 }) {
            #expect(fast.roc.isNaN)
        } else {
            #expect(abs(fast.roc - slow.roc) < 1e-12, "seed \(seed): \(fast.roc) for \(slow.roc)")
        }
    }

    @Test func `buffers that meet and leave the series are those of the definition`() {
        let made = LabelledScores(seed: 301, count: 60)
        for length in [30, 110] {
            let slow = slowVolume(made, length: length)
            let fast = VolumeUnderSurface(scores: made.scores, windows: made.windows, length: length)
            #expect(abs(fast.pr - slow.pr) < 1e-12 && abs(fast.roc - slow.roc) < 1e-12)
        }
    }

    @Test func `a perfect score without a buffer is worth one, a late one something`() {
        let perfect = VolumeUnderSurface(scores: [0, 0, 1, 0, 0, 0], windows: [2...2], length: 0)
        #expect(perfect.pr == 1 && perfect.roc == 1)
        // Half of the curve is at the one threshold: recall 0 there, all values at the next.
        let late = VolumeUnderSurface(scores: [0, 0, 0, 1, 0, 0], windows: [2...2], length: 0)
        #expect(abs(late.pr - 1.0 / 6) < 1e-15 && abs(late.roc - 0.4) < 1e-15)
        let near = VolumeUnderSurface(scores: [0, 0, 0, 1, 0, 0], windows: [2...2], length: 2)
        #expect(near.pr > late.pr)
        #expect(VolumeUnderSurface(scores: [1, 2], windows: [], length: 3).pr.isNaN)
        #expect(VolumeUnderSurface(scores: [1, 2, 3], windows: [0...2], length: 3).pr == 1)
        #expect(VolumeUnderSurface(scores: [1], windows: [0...0], length: 3).pr == 1)
    }
}
