public import TimeSeries

/// What holidays and events do to the values of a series, learned from their earlier occurrences.
///
/// The effect of a window at a part of the civil day is what its earlier occurrences did to the values there: their
/// ratio to the values of the same weekday and time in the weeks around, or their difference where values can be
/// negative or lie near 0. A holiday that was seen less than twice is taken for a holiday like the others. An effect
/// is shrunk towards none by c / (c + λ) after c occurrences, where λ ≤ 1 is the share of the noise in it.
///
/// An event that fills its own weekday and time in the weeks around is compared with the other weekdays. Where it
/// fills these as well, or nearly the whole history, it is what is ordinary: its values stay as they are.
///
/// Only values before a window say something of it, also in the middle of a history: nothing is known beforehand
/// that a stream would not know.
///
/// - Source: the shrinkage is that of an empirical Bayes mean, Efron & Morris, *Data analysis using Stein's
///   estimator and its generalizations*, Journal of the American Statistical Association 70 (1975).
public struct CalendarAdjustment: Sendable {
    /// How a value of a step follows from an ordinary one: `factor · value + offset`.
    struct Effect: Sendable, Equatable {
        var factor = 1.0
        var offset = 0.0
        /// Whether the step lies in a window of which too little is known to learn from it or to judge it.
        var isHidden = false
    }

    /// One a step, past the history as far as was asked for.
    private let effects: [Effect]
    /// Whether no window touches any step: then nothing is changed.
    public let isEmpty: Bool

    /// Factors are held within these bounds, so that dividing by them stays sensible.
    private static let factors = 0.05...20.0
    /// At most so many of the latest occurrences count.
    private static let mostOccurrences = 12
    private static let mostPooled = 40
    /// Other holidays that differ from one another by more than this share of their mean effect are no judges.
    private static let mostDisagreement = 0.5
    /// Hiding more than this share of the values would leave nothing to learn from.
    private static let mostHidden = 0.9

    /// Learns the effects in a history and in the steps after it.
    ///
    /// - Parameters:
    ///   - series: With its grid; `nan` marks a missing value.
    ///   - horizon: How many steps after the last are asked about.
    /// - Complexity: O(windows × occurrences of each × their steps).
    public init(_ series: Series, calendar: EventCalendar, horizon: Int) {
        let count = series.values.count + horizon
        var effects = [Effect](repeating: Effect(), count: count)
        guard !calendar.isEmpty, let grid = series.grid, count > 0,
            var found = CalendarOccurrences(
                series, grid: grid,
                windows: calendar.windows(from: grid.origin, to: grid.time(at: count), zone: grid.zone),
                count: count), !found.all.isEmpty
        else {
            self.effects = []
            isEmpty = true
            return
        }
        var earlier = Earlier()
        let levels = RunningLevels(series.values)
        for (place, occurrence) in found.all.enumerated() {
            let first = occurrence.steps[0]
            let limit = min(first, series.values.count)
            let lesson = Self.lesson(
                of: place, in: &found, after: &earlier, before: limit, levels: levels)
            earlier.add(occurrence, at: place)
            for step in occurrence.steps {
                switch lesson {
                case .learned(let lesson): effects[step] = lesson.effect(inPart: found.part(of: step))
                case .unknown: effects[step].isHidden = step < series.values.count
                case .ordinary: break
                }
            }
        }
        let known = series.values.indices.filter { series.values[$0].isFinite }
        if Double(known.count { effects[$0].isHidden }) > Self.mostHidden * Double(known.count) {
            for step in effects.indices { effects[step].isHidden = false }
        }
        self.effects = effects
        isEmpty = false
    }

    /// The values without the effects; `nan` where too little is known.
    func adjusted(_ values: [Double]) -> [Double] {
        guard !isEmpty else { return values }
        return zip(values, effects).map { value, effect in
            effect.isHidden ? .nan : (value - effect.offset) / effect.factor
        }
    }

    /// What an ordinary value of a step is with the effect.
    func restored(_ value: Double, at step: Int) -> Double {
        guard step < effects.count, effects[step] != Effect() else { return value }
        return value * effects[step].factor + effects[step].offset
    }

    // MARK: - Learning

    private typealias Sight = CalendarOccurrences.Sight

    /// What the occurrences before one say of it.
    private struct Lesson {
        var isRatio: Bool
        /// By part of the day; `nan` where none was seen.
        var effects: [Double]
        var overall: Double
        var isDoubtful: Bool

        func effect(inPart part: Int) -> Effect {
            let own = effects[part]
            let effect = own.isFinite ? own : overall
            guard isRatio else { return Effect(offset: effect, isHidden: isDoubtful) }
            let factor = min(max(effect, factors.lowerBound), factors.upperBound)
            return Effect(factor: factor, isHidden: isDoubtful)
        }
    }

    /// What is to be done with an occurrence.
    private enum Verdict {
        case learned(Lesson)
        /// Nothing is known of it.
        case unknown
        /// There is nothing else that it could be told from.
        case ordinary
    }

    /// The places of the occurrences before one, ascending.
    private struct Earlier {
        /// What was last learned of a name from itself.
        var lessons: [String: Lesson] = [:]
        private(set) var byName: [String: [Int]] = [:]
        private(set) var holidays: [Int] = []

        mutating func add(_ occurrence: CalendarOccurrences.Occurrence, at place: Int) {
            byName[occurrence.name, default: []].append(place)
            if occurrence.isHoliday { holidays.append(place) }
        }
    }

    private static func lesson(
        of place: Int, in found: inout CalendarOccurrences, after earlier: inout Earlier, before limit: Int,
        levels: RunningLevels
    ) -> Verdict {
        let wanted = found.all[place]
        func latest(_ places: [Int], most: Int) -> [Int] {
            var taken: [Int] = []
            for index in places.reversed() {
                guard taken.count < most else { break }
                let steps = found.all[index].steps
                if steps[steps.count - 1] < limit { taken.append(index) }
            }
            return taken.reversed()
        }
        let own = latest(earlier.byName[wanted.name] ?? [], most: mostOccurrences)
        var seen = own.compactMap { found.sight(ofOccurrence: $0, before: limit) }
        if seen.isEmpty, own.contains(where: { found.isMatchless(occurrence: $0, before: limit) }) {
            // It has become what is usual at its time; what it did before then is the best that is known.
            return earlier.lessons[wanted.name].map { .learned($0) } ?? .ordinary
        }
        let isPooled = wanted.isHoliday && seen.count < 2
        if isPooled {
            seen = latest(earlier.holidays, most: mostPooled)
                .compactMap { found.sight(ofOccurrence: $0, before: limit) }
        }
        guard !seen.isEmpty else { return .unknown }
        let isRatio = levels.allowRatio(before: limit)
        let lesson = lesson(of: seen, parts: found.parts, isRatio: isRatio, isPooled)
        if !isPooled { earlier.lessons[wanted.name] = lesson }
        return .learned(lesson)
    }

    private static func lesson(
        of sights: [Sight], parts: Int, isRatio wishesRatio: Bool, _ isPooled: Bool
    ) -> Lesson {
        var value = 0.0
        var expected = 0.0
        var count = 0.0
        var noise = (sum: 0.0, count: 0.0)
        var byPart = [(value: Double, expected: Double, count: Double)](repeating: (0, 0, 0), count: parts)
        for sight in sights {
            for part in 0..<parts {
                byPart[part].value += sight.values[part]
                byPart[part].expected += sight.expected[part]
                byPart[part].count += sight.counts[part]
            }
            noise.sum += sight.noise
            noise.count += sight.noiseCount
        }
        for part in byPart {
            value += part.value
            expected += part.expected
            count += part.count
        }
        let isRatio = wishesRatio && expected > 0
        // λ: the noise of one value, as a share of the squared effect; without a measure of it 1.
        var energy = 0.0
        for part in byPart where part.count > 0 {
            let shift = (part.value - part.expected) / part.count
            energy += shift * shift * part.count
        }
        energy /= count
        let ratio = noise.count > 0 && energy > 0 ? noise.sum / noise.count / energy : 1
        let occurrences = Double(sights.count)
        let weight = occurrences / (occurrences + min(ratio, 1))
        func effect(_ value: Double, _ expected: Double, _ count: Double) -> Double {
            guard isRatio else { return weight * (value - expected) / count }
            return expected > 0 ? 1 + weight * (value / expected - 1) : .nan
        }
        return Lesson(
            isRatio: isRatio,
            effects: byPart.map { $0.count > 0 ? effect($0.value, $0.expected, $0.count) : .nan },
            overall: effect(value, expected, count), isDoubtful: isPooled && disagree(sights, isRatio))
    }

    /// Whether holidays are too unlike one another to say what is usual of another one.
    private static func disagree(_ sights: [Sight], _ isRatio: Bool) -> Bool {
        let effects = sights.compactMap { sight -> Double? in
            let expected = sight.expected.reduce(0, +)
            let difference = sight.values.reduce(0, +) - expected
            guard isRatio else { return difference / sight.counts.reduce(0, +) }
            return expected > 0 ? difference / expected : nil
        }
        guard effects.count > 1 else { return true }
        let mean = effects.reduce(0, +) / Double(effects.count)
        let squares = effects.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(effects.count - 1)).squareRoot() > mostDisagreement * abs(mean)
    }
}
