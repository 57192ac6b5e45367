import Alerting
import Storage
import TimeSeries

// What is declared of stretches of time reaches the series of a shard.

extension Shard {
    /// What became of a series for which something else is declared.
    enum Declared: Sendable {
        /// Nothing that was said of it changes: the times are still to come.
        case ahead
        /// Its past was said anew from so many points.
        case revised(points: Int)
        /// That takes so many points that it is to be done beside the shard.
        case tooLong(ReplayPlan)
        /// Its past cannot be read: the error was told to the operator.
        case unreadable
    }

    private static let unchanged =
        "what was declared changes no score, since the past of its series cannot be read"

    /// Lets other windows be declared for a series.
    ///
    /// - Parameter most: A replay of more points is left to the caller.
    func declare(_ id: UInt32, _ windows: [LearningWindow], most: Int) -> Declared {
        settleLate(id)
        let local = local(id)
        let slot = slot(local)
        let before = registrations[local].policy?.windows ?? []
        registrations[local].policy?.windows = windows
        guard let full = fulls[slot] else { return .ahead }
        full.policy.windows = windows
        let seen = full.windowsSeen
        let first =
            seen == before.mark
            ? windows.firstDifference(from: before) : windows.firstDifference(fromMark: seen)
        guard let first else { return .ahead }
        return revise(slot, full, declaredFrom: first, most: most)
    }

    /// Says the past of a series anew that has come into memory as other windows than the declared ones have made it.
    func reviseDeclared(_ slot: Int) {
        guard let full = fulls[slot],
            let first = full.policy.windows.firstDifference(fromMark: full.windowsSeen)
        else { return }
        _ = revise(slot, full, declaredFrom: first, most: .max)
    }

    /// Reads the series for which something is declared, after a start: their past may have to be said anew.
    func readDeclared() {
        for local in registrations.indices where registrations[local].policy?.windows.isEmpty == false {
            _ = slot(local)
        }
    }

    private func revise(_ slot: Int, _ full: FullSeries, declaredFrom first: Int64, most: Int) -> Declared {
        guard full.hasJudged(since: first) else {
            full.windowsSeen = full.policy.windows.mark
            note(slot)
            return .ahead
        }
        do throws(StorageError) {
            let plan = try plan(full, slot, from: first)
            let points = try points(of: slot, after: plan.after)
            guard points.count <= most else { return .tooLong(plan) }
            guard let result = plan.replay.run(points, memory: plan.memory, revision: plan.revision) else {
                return .unreadable
            }
            adopt(result, slot)
            counters.revisions.add(1)
            return .revised(points: points.count)
        } catch {
            note(error, Self.unchanged)
            return .unreadable
        }
    }

    /// How the past of a series is said anew under the windows that are declared for it now; `nil` when there is nothing
    /// to be said anew.
    func planDeclared(_ id: UInt32, from first: Int64) throws(StorageError) -> ReplayPlan? {
        settleLate(id)
        let slot = slot(local(id))
        guard let full = fulls[slot] else { return nil }
        return try plan(full, slot, from: first)
    }

    /// The same for one whose replay is to be made again; `nil` also when its past cannot be read, which is noted.
    func planAgain(_ id: UInt32, from first: Int64) -> ReplayPlan? {
        do throws(StorageError) {
            return try planDeclared(id, from: first)
        } catch {
            note(error, Self.unchanged)
            return nil
        }
    }

    /// Goes on with a replay that was made beside the shard, up to the newest point, and lets it stand.
    ///
    /// - Returns: The points of it all; `nil` when something came in between, and it is to be made again.
    func finish(_ handover: ReplayHandover, from first: Int64) -> Int? {
        settleLate(handover.plan.series)
        let slot = slot(local(handover.plan.series))
        guard let full = fulls[slot] else { return nil }
        do throws(StorageError) {
            guard try plan(full, slot, from: first).isSame(as: handover.plan) else { return nil }
            var result = handover.result
            result.take(try points(of: slot, after: result.times.last ?? handover.plan.after))
            result.finish()
            adopt(result, slot)
            counters.revisions.add(1)
            return result.times.count
        } catch {
            note(error, Self.unchanged)
            return nil
        }
    }
}

extension FullSeries {
    /// Whether a step that begins at a moment or later was judged.
    func hasJudged(since time: Int64) -> Bool {
        guard let clock, let next else { return false }
        return clock.time(of: next - 1).milliseconds >= time
    }
}
