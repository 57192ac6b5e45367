import TimeSeries

/// Numbers the steps of a metric: step k begins at a civil time, or at a multiple of a fixed step since 1970.
struct StepClock: Sendable {
    let step: Step
    private let grid: TimeGrid

    /// A clock whose fixed steps begin at multiples since 1970 UTC, and whose days and months begin at midnight.
    init(step: Step, zone: TimeZone) {
        self.step = step
        var origin = Timestamp(milliseconds: 0)
        if case .fixed = step {
        } else {
            let date = CivilDate(year: 1970, month: 1, day: 1)
            if let date { origin = zone.meaning(of: CivilTime(date: date)).first }
        }
        grid = TimeGrid(origin: origin, step: step, zone: zone)
    }

    /// The step that a moment lies in.
    func index(at milliseconds: Int64) -> Int {
        if case .fixed(let each) = step {
            let (quotient, rest) = milliseconds.quotientAndRemainder(dividingBy: each)
            return Int(rest < 0 ? quotient - 1 : quotient)
        }
        let moment = Timestamp(milliseconds: milliseconds)
        let nearest = grid.index(of: moment).index
        return grid.time(at: nearest) > moment ? nearest - 1 : nearest
    }

    /// When a step begins.
    func time(of index: Int) -> Timestamp { grid.time(at: index) }

    /// The grid whose step 0 is step `index`.
    func grid(from index: Int) -> TimeGrid { grid + index }
}

/// Finds the step of a stream from the distances of its first points.
struct StepFinder: BitwiseCopyable, Sendable {
    private var distances = InlineArray<16, Int64>(repeating: 0)
    private var count = 0
    private var last = Int64.min

    /// Steps that sources are set to, in milliseconds.
    private static let usual: [Int64] = [
        1, 10, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000,
        600_000,
        900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 604_800_000,
    ]
    /// A median this near to a usual step is that step.
    private static let tolerance = 0.1

    /// Takes the time of a point.
    ///
    /// - Returns: The step, once it is known: the median distance, or the usual step that it is near to.
    mutating func take(_ time: Int64) -> Step? {
        defer { last = time }
        guard last != .min, time > last else { return nil }
        distances[count % 16] = time - last
        count += 1
        guard count >= 8 else { return nil }
        let held = min(count, 16)
        var sorted: [Int64] = []
        for place in 0..<held { sorted.append(distances[place]) }
        sorted.sort()
        return Self.step(of: sorted[held / 2])
    }

    /// The step of points at known times; `nil` for fewer than two.
    static func step(of times: some Collection<Int64>) -> Step? {
        let distances = zip(times.dropFirst(), times).map { $0 - $1 }.filter { $0 > 0 }.sorted()
        return distances.isEmpty ? nil : step(of: distances[distances.count / 2])
    }

    private static func step(of distance: Int64) -> Step {
        let near = usual.min { abs($0 - distance) < abs($1 - distance) } ?? distance
        let isUsual = abs(Double(near - distance)) <= tolerance * Double(near)
        return .fixed(milliseconds: isUsual ? near : distance)
    }
}
