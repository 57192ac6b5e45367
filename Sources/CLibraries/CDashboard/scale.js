// From values to pixels, and where the ticks stand.

/** A straight scale: `at` maps a value of the domain to the range, `back` the other way. */
export function linear([from, to], [first, last]) {
    const factor = (last - first) / ((to - from) || 1);
    return {
        at: (value) => first + (value - from) * factor,
        back: (pixel) => from + (pixel - first) / (factor || 1),
        from,
        to,
    };
}

/** Round values within a domain, about so many: steps are 1, 2 or 5 times a power of ten. */
export function valueTicks(from, to, about) {
    const raw = (to - from) / Math.max(about, 1);
    if (!(raw > 0) || !Number.isFinite(raw)) return { step: 0, values: [from] };
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= raw * 0.999);
    const values = [];
    for (let at = Math.ceil(from / step); at * step <= to + step * 1e-9 && values.length < 50; at += 1) {
        values.push(at * step);
    }
    return { step, values };
}

const timeSteps = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 2 * 86400,
    7 * 86400,
    14 * 86400, 30 * 86400, 91 * 86400, 365 * 86400,
];

/** Round times within a domain of epoch seconds, on the viewer's clock, summer time or not. */
export function timeTicks(from, to, about) {
    const raw = (to - from) / Math.max(about, 1);
    const step = timeSteps.find((size) => size >= raw) ?? timeSteps.at(-1) * Math.ceil(raw / timeSteps.at(-
    1));
    const values = [];
    const offset = (seconds) => -60 * new Date(seconds * 1000).getTimezoneOffset();
    let local = Math.ceil((from + offset(from)) / step) * step;
    for (; values.length < 60; local += step) {
        let time = local - offset(from);
        time = local - offset(time);
        if (time > to) break;
        if (time >= from) values.push(time);
    }
    return { step, values };
}

/** The least and the greatest of some lists, with room around; never empty. */
export function extent(lists, room = 0.06) {
    let low = Infinity,
        high = -Infinity;
    for (const list of lists) {
        for (const value of list) {
            if (value === null || !Number.isFinite(value)) continue;
            if (value < low) low = value;
            if (value > high) high = value;
        }
    }
    if (low > high) return [0, 1];
    const span = high - low || Math.abs(high) * 0.1 || 1;
    return [low - span * room, high + span * room];
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
