import Glibc
import Numerics
import TimeSeries

/// When a step is, as the mechanisms of the scenarios need it: hours of UTC.
struct ScenarioClock {
    /// Hours since the epoch at the start of the step, moved by a season change.
    let hours: Double
    /// Hours since the start of the series, not moved.
    let elapsed: Double
    /// How long the step lasts, in hours.
    let length: Double

    init(_ time: Timestamp, start: Timestamp, length: Double, hoursEarly: Double) {
        hours = Double(time.milliseconds) / 3_600_000 + hoursEarly
        elapsed = Double(time.milliseconds(since: start)) / 3_600_000
        self.length = length
    }

    /// The mean of a profile over the step, so that steps of a day or a week make sense.
    ///
    /// One look an hour, at most those of a week.
    func mean(_ profile: (HourOfWeek) -> Double) -> Double {
        let looks = min(max(Int(length.rounded(.up)), 1), 168)
        guard looks > 1 else { return profile(HourOfWeek(hours)) }
        var sum = 0.0
        for look in 0..<looks { sum += profile(HourOfWeek(hours + Double(look) * length / Double(looks))) }
        return sum / Double(looks)
    }

    /// The share of the step in which a job runs that starts every `period` hours and takes `duration`.
    func share(every period: Double, lasting duration: Double) -> Double {
        /// Hours of the job before a moment.
        func worked(until moment: Double) -> Double {
            let periods = (moment / period).rounded(.down)
            return periods * duration + min(moment - periods * period, duration)
        }
        return (worked(until: hours + length) - worked(until: hours)) / length
    }
}

/// A time of day and a day of the week.
struct HourOfWeek {
    /// 0 ..< 24.
    let hour: Double
    /// 0 is Monday, 6 is Sunday.
    let day: Int

    init(_ hours: Double) {
        let days = (hours / 24).rounded(.down)
        hour = hours - days * 24
        let sinceMonday = days + 3  // the epoch was a Thursday
        day = Int(sinceMonday - (sinceMonday / 7).rounded(.down) * 7)
    }

    /// A wave of one day that is 1 at `peak` and -1 twelve hours later.
    func wave(peak: Double, cycles: Double = 1) -> Double {
        cos(2 * .pi * cycles * (hour - peak) / 24)
    }

    /// 1 on Monday to Friday, less on Saturday and Sunday; it changes over the two hours around midnight.
    func weekday(saturday: Double, sunday: Double) -> Double {
        func weight(_ day: Int) -> Double {
            switch (day + 7) % 7 {
            case 5: saturday
            case 6: sunday
            default: 1
            }
        }
        let blend = hour < 1 ? (1 - hour) / 2 : hour > 23 ? (hour - 23) / 2 : 0
        let neighbour = weight(hour < 12 ? day - 1 : day + 1)
        return weight(day) + blend * (neighbour - weight(day))
    }
}

/// Noise of mean 0 and variance 1 that forgets within `memory` hours: an AR(1) process.
struct SmoothNoise {
    let memory: Double
    private var value: Double?

    init(memory: Double) {
        self.memory = memory
    }

    mutating func next(_ length: Double, using random: inout some RandomNumberGenerator) -> Double {
        let shock = random.nextNormal()
        guard let last = value else {
            value = shock
            return shock
        }
        let keep = exp(-length / memory)
        let next = keep * last + (1 - keep * keep).squareRoot() * shock
        value = next
        return next
    }
}
