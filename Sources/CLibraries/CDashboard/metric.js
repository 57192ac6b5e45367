// One series: its chart, which moves as samples arrive, and what was found in it.

import { call, poll, target } from "./api.js";
import { Chart } from "./chart.js";
import { chips, el, empty, fill, setAttribute, setText, stateMark } from "./dom.js";
import { ago, duration, isNumber, moment, number, plural, zone } from "./format.js";
import { expectedAt } from "./draw.js";
import { lowerBound } from "./scale.js";

const ranges = [
    ["15 min", 900],
    ["1 h", 3600],
    ["6 h", 21600],
    ["24 h", 86400],
    ["7 d", 604800],
    ["30 d", 2592000]
];
const mostPoints = 2000;
/** So many more points may arrive one by one before the chart is read again, thinned out. */
const mostArrivals = 1000;
/** The newest view shows at most so many times as much past as future, and at least so many points. */
const pastOfFuture = 7;
const fewestShown = 120;

export function metric(id, stream) {
    let data = null,
        span = null,
        following = true,
        chosen = null,
        stopped = false;
    let arrivals = 0,
        waiting = [],
        isReading = false,
        reading = 0,
        firstRead = true,
        isFirstHello = !stream.isLive;

    const title = el("h1", { text: "…" });
    const state = el("span");
    const labels = el("p.labels");
    const facts = el("p.note");
    const readout = el("p.readout", { role: "status", "aria-live": "polite" });
    const findings = el("section.findings", { "aria-label": "Anomalies and events" });
    const chart = new Chart({
        onView: (view) => choose(view),
        onReset: () => follow(null),
        onCursor: (at) => read(at),
    });
    const buttons = [
        ["newest", null], ...ranges
    ].map(([text, length]) => el("button.filter", {
        type: "button",
        text,
        "data-span": length ?? "all",
        on: { click: () => follow(length) },
    }));
    const zoom = (text, label, factor) => el("button", {
        type: "button", text, "aria-label": label, on: { click: () => chart.zoom(factor) },
    });
    const wider = zoom("−", "Zoom out", 2), closer = zoom("+", "Zoom in", 0.5);
    const live = el("button.filter", { type: "button", text: "Follow",
        title: "Go to the newest and stay there", on: { click: () => follow(span) } });

    const body = el("div", {}, el("div.tools", {}, el("div.group", { role: "group", "aria-label": "Range" },
                buttons),
            el("div.group", {}, wider, closer, live)), el("div.stage", {}, chart.canvas), legend(),
        readout, findings);
    const node = el("section", { "aria-label": "Series" },
        el("p.crumbs", {}, el("a", { href: "#/fleet", text: "← Fleet" })),
        el("div.heading", {}, title, state), labels, facts, body);

    const away = stream.listen((event, value) => {
        if (event === "sample" && value.series === id) take(value);
        else if (event === "gap") load();
        else if (event === "event") load();
        else if (event === "hello") {
            // Back again: what was said of the failure, and what was foreseen, is of the past.
            if (!isFirstHello) load();
            isFirstHello = false;
        }
    });
    // What the stream does not say (state, forecast, anomalies) is read again now and then.
    const timer = poll(15000, () => load());

    function follow(length) {
        span = length;
        chosen = null;
        following = true;
        data = null;
        load();
    }

    function choose({ from, to }) {
        chosen = { from, to };
        following = false;
        if (data) show();
        clearTimeout(choose.timer);
        choose.timer = setTimeout(load, 150);
    }

    async function load() {
        const turn = reading += 1;
        waiting = [];
        isReading = true;
        const now = Date.now() / 1000;
        const range = chosen ? { start: chosen.from.toFixed(3), end: chosen.to.toFixed(3) } :
            span ? { start: (now - span).toFixed(3), end: now.toFixed(3) } : {};
        try {
            const answer = await call(target(`/api/v1/series/${id}/chart`, { ...range,
                points: mostPoints }));
            if (turn !== reading || stopped) return;
            data = answer;
            dropPassed(data);
            arrivals = 0;
            isReading = firstRead = false;
            // What came while the answer was on its way is not in it.
            if (following)
                for (const sample of waiting) append(sample);
            waiting = [];
            show();
            describe();
        } catch (error) {
            if (turn !== reading || stopped) return;
            isReading = false;
            if (!firstRead) return setText(facts, `Not up to date: ${error.message}`);
            fill(body, error.status === 404 ?
                empty("No such series", `There is no series ${id} here; it may have been deleted.`) :
                empty("The chart is not there", `${error.message} It is tried again each 15 seconds.`)
                );
            setText(title, `Series ${id}`);
        }
    }

    function take(sample) {
        if (isReading) waiting.push(sample);
        if (!data || !following) return;
        append(sample);
        show();
        if (arrivals > mostArrivals && !isReading) load();
    }

    /** Adds a sample, or puts it in the place of the one of the same time. */
    function append(sample) {
        const { points, band } = data;
        const put = (times, time, lists) => {
            let at = times.length;
            if (at && time <= times[at - 1]) at = lowerBound(times, time);
            const isSame = times[at] === time;
            if (!isSame) times.splice(at, 0, time);
            for (const [list, value] of lists) list.splice(at, isSame ? 1 : 0, value);
            return !isSame;
        };
        const isNew = put(points.timestamps, sample.timestamp, [
            [points.values, sample.value],
            [points.score, sample.score],
            [points.is_anomaly, sample.is_anomaly],
        ]);
        if (isNumber(sample.lower) && isNumber(sample.upper)) put(band.timestamps, sample.timestamp, [
            [band.expected, sample.expected],
            [band.lower, sample.lower],
            [band.upper, sample.upper],
        ]);
        if (isNew) arrivals += 1;
        dropPassed(data);
    }

    /** The times that a view may show: those of the series and of its forecast, and as many around. */
    function bounds() {
        const first = data.oldest ?? data.points.timestamps[0], last = data.points.timestamps.at(-1);
        if (!isNumber(first)) return { from: 0, to: Date.now() / 1000 };
        const newest = Math.max(data.newest ?? first, last ?? first, data.forecast?.timestamps.at(-1) ?? first);
        const room = Math.max((newest - first) / 2, 60);
        return { from: Math.max(first - room, earliest), to: Math.min(newest + room, latest) };
    }

    function show() {
        const times = data.points.timestamps;
        let view = chosen;
        if (!view) {
            const last = times.at(-1) ?? data.end ?? Date.now() / 1000;
            view = newestView(data, last, span);
        }
        chart.bounds = bounds();
        chart.show(data, view);
        setAttribute(chart.canvas, "data-points", times.length);
        setAttribute(chart.canvas, "data-newest", times.at(-1) ?? null);
        setAttribute(chart.canvas, "data-foreseen", data.forecast?.timestamps[0] ?? null);
        setAttribute(live, "aria-pressed", String(following));
        for (const button of buttons) {
            setAttribute(button, "aria-pressed", String(following && button.dataset.span === String(span ??
                "all")));
        }
        read(chart.cursor);
    }

    function describe() {
        setText(title, data.name);
        fill(state, stateMark(data.state));
        fill(labels, data.definition ? el("span.chip", {}, el("span.key", { text: "definition" }), el(
            "span", { text: data.definition })) : null,
            chips(data.labels));
        const parts = [plural(data.of, "point"), data.step_seconds ?
            `one each ${duration(data.step_seconds)}` : "no steady step"
        ];
        if (data.downsampled) parts.push("thinned to the extremes and every anomaly");
        parts.push(...bandText(data));
        setText(facts, `${parts.join(" · ")} · times in ${zone}`);
        const rows = [...data.anomalies].sort((a, b) => b.from - a.from).slice(0, 50);
        fill(findings, el("h2", { text: "Anomalies in this range" }), rows.length ?
            el("ul.list", {}, rows.map((one) => el("li", { "data-open": one.open }, el("button.quiet", {
                    type: "button",
                    text: moment(one.from),
                    title: "Show it",
                    on: { click: () => choose(around(one.from, one.to)) },
                }), el(
                "span", { text: `${one.open ? "for" : "lasted"} ${duration(one.to - one.from)}` }
                    ),
                el("span", { text: one.sentence }), isNumber(one.peak_score) ? el(
                "span.soft", { text: `score ${one.peak_score.toFixed(1)}` }) : null))) :
            el("p.note", { text: noFindings(data) }),
            data.events.length ? [el("h2", { text: "Events" }), el("ul.list", {}, data.events.map((
                event) => el("li", {},
                    el("button.quiet", { type: "button", text: moment(event.start),
                    on: { click: () => choose(around(event.start, event.end ?? event
                                .start)) } }),
                    el("strong", { text: event.title }), el("span", { text: event.text }))))] : null);
    }

    function around(from, to) {
        const room = Math.max((to - from) * 1.5, (data.step_seconds ?? 60) * 20);
        return { from: from - room, to: to + room };
    }

    function read(at) {
        if (!data) return;
        const { timestamps, values, score, is_anomaly: flags } = data.points;
        const isHeld = at >= 0 && at < timestamps.length;
        const place = isHeld ? at : timestamps.length - 1;
        if (place < 0) return setText(readout,
            "No points in this range: choose another one above, or send some.");
        setAttribute(readout, "aria-live", isHeld ? "polite" : "off");
        const time = timestamps[place],
            expected = expectedAt(data, time);
        const band = lowerBound(data.band.timestamps, time), { lower, upper } = data.band;
        // A hundredth of the band is seen, however great the values are.
        const step = expected === null ? 0 : (upper[band] - lower[band]) / 100;
        const parts = [isHeld ? moment(time) : `Newest, ${moment(time)} (${ago(time)})`,
            `value ${number(values[place], step)}`
        ];
        if (expected !== null) parts.push(`expected ${number(expected, step)} `
            + `(${number(lower[band], step)} to ${number(upper[band], step)})`);
        if (isNumber(score[place])) parts.push(`score ${score[place].toFixed(2)}`);
        if (flags[place]) parts.push("ANOMALY");
        setText(readout, parts.join(" · "));
        setAttribute(readout, "data-anomaly", flags[place] ? "yes" : null);
    }

    return {
        node,
        title: () => data?.name ?? `Series ${id}`,
        series: [id],
        repaint: () => chart.draw(),
        stop() {
            stopped = true;
            timer.stop();
            chart.stop();
            away();
        },
    };
}

/** The times that the service takes, in epoch seconds: the years 1 to 9999. */
const earliest = -62135596800, latest = 253402300799;

/** Takes away what was foreseen for times that have come. */
function dropPassed(data) {
    const { forecast, points } = data, last = points.timestamps.at(-1);
    if (!forecast || last === undefined || !(forecast.timestamps[0] <= last)) return;
    const passed = lowerBound(forecast.timestamps, last);
    const cut = passed + (forecast.timestamps[passed] === last ? 1 : 0);
    for (const list of [forecast.timestamps, forecast.mean, forecast.lower, forecast.upper]) list.splice(0, cut);
}

/** The newest part of a series, so much of it that what is foreseen can be seen. */
export function newestView(data, last, span) {
    const times = data.points.timestamps;
    const ahead = Math.max((data.forecast?.timestamps.at(-1) ?? last) - last, 0);
    const all = Math.max(last - (times[0] ?? data.start ?? last), 60);
    const least = last - (times.at(-fewestShown) ?? times[0] ?? last);
    const length = span ?? (ahead > 0 ? Math.min(all, Math.max(ahead * pastOfFuture, least)) : all);
    return { from: last - length, to: last + Math.max(Math.min(ahead, length * 0.2), length * 0.02) };
}

/** Where the band comes from, and how far back it goes; nothing where it is as it was when the values came. */
export function bandText({ band, points }) {
    const parts = band.source in bandWords ? [bandWords[band.source]] : [];
    const begin = lowerBound(points.timestamps, band.timestamps[0] ?? Infinity);
    // The first values of a series have none, as long as nothing is known of it.
    if (band.timestamps.length && begin > Math.max(points.timestamps.length / 20, 60)) {
        parts.push(`band since ${moment(band.timestamps[0])} only`);
    }
    return parts;
}

const bandWords = {
    replayed: "band computed again from the stored points",
    refitted: "band from a model fitted to these points",
    completed: "older part of the band from a model fitted to these points",
    none: "no band yet",
};

/** What there is to say where no anomaly was found: that there is none, or that nobody looked. */
export function noFindings({ state, points }) {
    const first = points.score.findIndex(isNumber);
    if (first < 0 && points.timestamps.length) {
        return (state === "warming" ? "Nothing is judged yet: the series is warming up. " : "Not judged. ")
            + "Values that came before there was a model for the series are not judged later.";
    }
    if (first <= Math.max(points.timestamps.length / 20, 60)) return "None.";
    return `None since ${moment(points.timestamps[first])}. What came before is not judged: `
        + "there was no model for the series yet.";
}

function legend() {
    const items = [
        ["series", "value"],
        ["band", "expected range"],
        ["expected", "expected"],
        ["anomaly", "anomaly ▲▼"],
        ["forecast", "forecast and its range"],
        ["event", "event"]
    ];
    return el("ul.legend", { "aria-label": "Legend" }, items.map(([key, text]) => el("li", { "data-key": key,
        text })));
}
