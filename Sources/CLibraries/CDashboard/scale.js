// From values to pixels, and where the ticks stand.

/**
 * A straight scale: `at` maps a value of the domain to the range, `back` the other way. It reckons in halves, since the
 * distance of the greatest numbers is none.
 */
export function linear([from, to], [first, last]) {
    const half = to / 2 - from / 2 || 0.5;
    return {
        at: (value) => first + (value / 2 - from / 2) / half * (last - first),
        back: (pixel) => from + (pixel - first) / ((last - first) || 1) * half * 2,
        from,
        to,
    };
}

/** A range of times moved, and if it is too long cut, so that it lies within bounds. */
export function within({ from, to }, bounds) {
    const length = Math.min(to - from, bounds.to - bounds.from);
    const start = Math.min(Math.max(from, bounds.from), bounds.to - length);
    return { from: start, to: start + length };
}

/** Round values within a domain, about so many: steps are 1, 2 or 5 times a power of ten. */
export function valueTicks(from, to, about) {
    const raw = to / Math.max(about, 1) - from / Math.max(about, 1);
    if (!(raw > 0) || !Number.isFinite(raw)) return { step: 0, values: [from] };
    const power = 10 ** Math.floor(Math.log10(raw));
    const steps = [1, 2, 5, 10].map((times) => times * power).filter(Number.isFinite);
    const step = steps.find((size) => size >= raw * 0.999) ?? steps.at(-1);
    if (!(step > 0)) return { step: 0, values: [from] };
    const values = [];
    const last = Math.min(to + step * 1e-9, Number.MAX_VALUE);
    for (let at = Math.ceil(from / step); at * step <= last && values.length < 50; at += 1) {
        values.push(at * step);
    }
    return { step, values };
}

const timeSteps = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 2 * 86400,
    7 * 86400,
    14 * 86400, 30 * 86400, 91 * 86400, 365 * 86400,
];

/** The times that a Date can hold, in epoch seconds either side of 1970. */
const furthest = 8.64e12;

/** Round times within a domain of epoch seconds, on the viewer's clock, summer time or not; none outside of Date. */
export function timeTicks(from, to, about) {
    const raw = (to - from) / Math.max(about, 1);
    const longest = timeSteps.at(-1);
    const step = timeSteps.find((size) => size >= raw) ?? longest * Math.ceil(raw / longest);
    const values = [];
    if (!(to > from) || from < -furthest + 2 * step || to > furthest - 2 * step) return { step, values };
    const offset = (seconds) => -60 * new Date(seconds * 1000).getTimezoneOffset();
    const first = Math.ceil((from + offset(from)) / step) * step;
    for (let turn = 0; turn < 60; turn += 1) {
        const local = first + turn * step;
        let time = local - offset(from);
        time = local - offset(time);
        if (!(time <= to)) break;
        if (time >= from) values.push(time);
    }
    return { step, values };
}

/** The least and the greatest finite value of some lists; null when there is none. */
export function range(lists) {
    let low = Infinity,
        high = -Infinity;
    for (const list of lists) {
        for (const value of list) {
            if (value === null || !Number.isFinite(value)) continue;
            if (value < low) low = value;
            if (value > high) high = value;
        }
    }
    return low > high ? null : [low, high];
}

/**
 * What an axis shows: all values with room around, and of a band what is not far off. A band that is wide for a moment
 * must not make a line of everything else.
 * @param {Array} values lists of what is always shown.
 * @param {Array} bands pairs of lists, lower and upper bounds.
 */
export function extent(values, bands = [], room = 0.06) {
    const shown = range(values) ?? range(bands.flat());
    if (!shown) return [0, 1];
    let [low, high] = shown;
    const widths = bands.flatMap(([lower, upper]) => lower.map((value, at) => upper[at] - value))
        .filter(Number.isFinite).sort((a, b) => a - b);
    const reach = 1.5 * Math.max(high - low, widths[widths.length >> 1] ?? 0);
    const around = range(bands.flat());
    if (around) {
        low = Math.min(low, Math.max(around[0], low - reach));
        high = Math.max(high, Math.min(around[1], high + reach));
    }
    const most = Number.MAX_VALUE;
    const span = Math.min(high - low, most) || Math.abs(high) * 0.1 || 1;
    return [Math.max(low - span * room, -most), Math.min(high + span * room, most)];
}

/** The first place of a rising list whose value is not below one. */
export function lowerBound(list, value) {
    let low = 0,
        high = list.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (list[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** The place of the value of a rising list that is nearest to one; -1 in an empty list. */
export function nearest(list, value) {
    if (!list.length) return -1;
    const at = lowerBound(list, value);
    if (at === 0) return 0;
    if (at === list.length) return at - 1;
    return value - list[at - 1] <= list[at] - value ? at - 1 : at;
}
