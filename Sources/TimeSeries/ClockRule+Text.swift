extension ClockRule {
    /// Reads a rule; `nil` when the text is none, or has summer time without saying when.
    init?(_ text: Span<UInt8>) {
        var scan = RuleScan()
        guard scan.name(in: text), let west = scan.time(in: text, hours: 24) else { return nil }
        standardOffset = -west
        guard scan.position < text.count else {
            summer = nil
            return
        }
        guard scan.name(in: text) else { return nil }
        var offset = standardOffset + 3_600
        if scan.peek(in: text) != UInt8(ascii: ",") {
            guard let west = scan.time(in: text, hours: 24) else { return nil }
            offset = -west
        }
        guard scan.accept(",", in: text), let start = scan.yearDay(in: text),
            scan.accept(",", in: text), let end = scan.yearDay(in: text),
            scan.position == text.count
        else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }
}

/// A position in the text of a rule, and the parts that may stand there.
private struct RuleScan {
    var position = 0

    func peek(in text: Span<UInt8>) -> UInt8? {
        position < text.count ? text[position] : nil
    }

    mutating func accept(_ scalar: Unicode.Scalar, in text: Span<UInt8>) -> Bool {
        guard peek(in: text) == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    /// Steps over `CET` or `<+01>`.
    mutating func name(in text: Span<UInt8>) -> Bool {
        let start = position
        if accept("<", in: text) {
            while let byte = peek(in: text), byte != UInt8(ascii: ">") { position += 1 }
            return accept(">", in: text) && position - start >= 3
        }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        while let byte = peek(in: text), letters.contains(byte | 0x20) { position += 1 }
        return position - start >= 3
    }

    mutating func number(in text: Span<UInt8>, _ allowed: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while let digit = peek(in: text)?.digit, position - start < 3 {
            value = value * 10 + digit
            position += 1
        }
        return position > start && allowed.contains(value) ? value : nil
    }

    /// Seconds of `[+-]hh[:mm[:ss]]`.
    mutating func time(in text: Span<UInt8>, hours allowed: Int) -> Int? {
        let isNegative = accept("-", in: text)
        if !isNegative { _ = accept("+", in: text) }
        guard let hours = number(in: text, 0...allowed) else { return nil }
        var seconds = hours * 3_600
        if accept(":", in: text) {
            guard let minutes = number(in: text, 0...59) else { return nil }
            seconds += minutes * 60
            if accept(":", in: text) {
                guard let rest = number(in: text, 0...59) else { return nil }
                seconds += rest
            }
        }
        return isNegative ? -seconds : seconds
    }

    /// `Jn`, `n` or `Mm.w.d`, and `/time`, which is 02:00 when it is not written.
    mutating func yearDay(in text: Span<UInt8>) -> ClockRule.YearDay? {
        let day: ClockRule.YearDay.Day
        if accept("J", in: text) {
            guard let number = number(in: text, 1...365) else { return nil }
            day = .julian(number)
        } else if accept("M", in: text) {
            guard let month = number(in: text, 1...12), accept(".", in: text),
                let week = number(in: text, 1...5), accept(".", in: text),
                let weekday = number(in: text, 0...6)
            else { return nil }
            day = .monthWeekday(month: month, week: week, weekday: weekday)
        } else {
            guard let number = number(in: text, 0...365) else { return nil }
            day = .ordinal(number)
        }
        var seconds = 2 * 3_600
        if accept("/", in: text) {
            guard let time = time(in: text, hours: 167) else { return nil }
            seconds = time
        }
        return ClockRule.YearDay(day: day, seconds: seconds)
    }
}
