// Numbers, times and durations as people read them, in the zone of the viewer.

/** The name of the viewer's zone, as "Europe/Berlin". */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "local time";

const full = new Intl.DateTimeFormat(undefined, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
    hourCycle: "h23",
});
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clockSeconds = new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const year = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short" });

/** A moment, whole, with its zone; from epoch seconds. */
export function moment(seconds) {
    return isNumber(seconds) ? full.format(seconds * 1000) : "–";
}

/** A moment on an axis whose ticks are so many seconds apart. */
export function tick(seconds, step) {
    const date = new Date(seconds * 1000);
    if (step >= 28 * 86400) return year.format(date);
    const isMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
    if (step >= 86400 || isMidnight) return day.format(date);
    return step < 60 ? clockSeconds.format(date) : clock.format(date);
}

/** A length of time in one or two units. */
export function duration(seconds) {
    if (!isNumber(seconds)) return "–";
    const sign = seconds < 0 ? "−" : "";
    let rest = Math.abs(seconds);
    if (rest < 1) return rest === 0 ? "0 s" : `${sign}${Math.max(1, Math.round(rest * 1000))} ms`;
    const units = [
        ["d", 86400],
        ["h", 3600],
        ["min", 60],
        ["s", 1]
    ];
    const at = units.findIndex(([, size]) => rest >= size);
    const [name, size] = units[at];
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    const next = units[at + 1];
    const more = next && whole < 10 ? Math.floor(rest / next[1]) : 0;
    return `${sign}${whole} ${name}` + (more ? ` ${more} ${next[0]}` : "");
}

/** How long ago. */
export function ago(seconds, now = Date.now() / 1000) {
    if (!isNumber(seconds)) return "never";
    const past = now - seconds;
    if (past < 0) return past > -5 ? "now" : `in ${duration(-past)}`;
    return past < 2 ? "now" : `${duration(Math.round(past))} ago`;
}

/**
 * A value with four significant digits, 41.2, 1.234 M, 3.2e-7, or with as many as tell it from its neighbours.
 * @param {number} [step] the least difference that must be seen.
 */
export function number(value, step = 0) {
    if (value === null || value === undefined) return "–";
    if (!Number.isFinite(value)) return String(value);
    const size = Math.abs(value);
    if (size === 0) return "0";
    const wanted = step > 0 && Number.isFinite(step) ? power(size) - power(step) + 1 : 0;
    const digits = Math.min(Math.max(wanted, 4), 16);
    if (size >= 1e15 || size < 1e-4) return value.toExponential(digits > 4 ? digits - 1 : 2);
    const unit = digits > 4 ? null : units.find(([, scale]) => size >= scale);
    if (!unit) return trimmed(value, digits);
    return `${trimmed(value / (unit[1] === 1e4 ? 1e3 : unit[1]), digits)}\u202f${unit[0]}`;
}

const units = [
    ["T", 1e12],
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e4],
];

function power(value) {
    return Math.floor(Math.log10(value) + 1e-12);
}

function trimmed(value, digits) {
    return String(Number(value.toPrecision(digits)));
}

/** A number of bytes. */
export function bytes(value) {
    if (!isNumber(value)) return "–";
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let at = 0;
    while (value >= 1024 && at < units.length - 1) {
        value /= 1024;
        at += 1;
    }
    return `${at === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[at]}`;
}

/** A whole number with the separators of the viewer's language. */
export function count(value) {
    return isNumber(value) ? Math.round(value).toLocaleString() : "–";
}

/** Whether something is a finite number. */
export function isNumber(value) {
    return typeof value === "number" && Number.isFinite(value);
}

/** One word or the other. */
export function plural(value, one, many = one + "s") {
    return `${count(value)} ${value === 1 ? one : many}`;
}

/** Epoch seconds of a time as the API writes it: a number, or RFC 3339. */
export function seconds(time) {
    if (isNumber(time)) return time;
    const parsed = typeof time === "string" ? Date.parse(time) : NaN;
    return Number.isFinite(parsed) ? parsed / 1000 : null;
}
