// How the service itself is: numbers polled, with their last minutes as small charts.

import { call, poll } from "./api.js";
import { sparkline } from "./chart.js";
import { colours, el, fill, setText, table } from "./dom.js";
import { bytes, count, duration, isNumber, number } from "./format.js";

const most = 300;

/** Every number shown: its name, where it is in an answer (and in the one before), how it reads. */
const gauges = [
    ["Samples a second", (now) => now.samples_per_second ?? null, number],
    ["Series", (now) => now.series, count],
    ["Processor", busy, (value) => isNumber(value) ? `${value.toFixed(1)} %` : "–"],
    ["Memory", (now) => now.resident_bytes, bytes],
    ["Points that wait", (now) => now.queue_points, count],
    ["Bytes that wait", (now) => now.queue_bytes, bytes],
    ["Points kept", (now) => now.stored_points, number],
    ["Scored so far", (now) => now.scored_total, number],
    ["Anomalous so far", (now) => now.anomalous_total, count],
    ["Open incidents", (now) => now.incidents?.open, count],
    ["Acknowledged", (now) => now.incidents?.acknowledged, count],
    ["Series in memory", (now) => now.series_in_memory, count],
];

/** The share of one processor since the answer before, in per cent. */
function busy(now, past) {
    const time = past ? now.uptime_seconds - past.uptime_seconds : 0;
    return time > 0 ? (now.cpu_seconds - past.cpu_seconds) / time * 100 : null;
}

export function performance() {
    const about = el("p.note", { role: "status" });
    const cards = gauges.map(([name, read, format]) => {
        const value = el("strong");
        const canvas = el("canvas.spark", { role: "img", "aria-label": `${name}, the last minutes` });
        const node = el("li.card", {}, el("span", { text: name }), value, canvas);
        return { read, format, value, canvas, node, history: [] };
    });
    const channels = el("section", { "aria-label": "Channels" });
    let past = null, drawn = "";
    const timer = poll(2000, refresh, (error) => setText(about, `Not up to date: ${error.message}`));

    async function refresh(signal) {
        const now = await call("/api/v1/status", { signal });
        setText(about, `Bellwether ${now.version} · up for ${duration(now.uptime_seconds)} · asked each 2 s`);
        for (const card of cards) {
            const value = card.read(now, past);
            setText(card.value, card.format(value));
            if (isNumber(value)) card.history.push(value);
            if (card.history.length > most) card.history.shift();
        }
        past = now;
        repaint();
        const text = JSON.stringify(now.channels);
        if (text === drawn) return;
        drawn = text;
        const rows = (now.channels ?? []).map((one) => [
            one.name, one.kind, one.waiting, one.delivered, one.retried, one.rejected,
            duration(one.oldest_seconds),
        ]);
        fill(channels, el("h2", { text: "Channels" }), rows.length
            ? table(["Channel", "Kind", "Waiting", "Delivered", "Retried", "Rejected", "Oldest"], rows)
            : el("p.note", { text: "None: no receiver is configured, so nobody is told about incidents. "
                + "See alerting: in the configuration." }));
        now.channels?.forEach((one, at) => {
            const isBad = one.rejected > 0 || one.oldest_seconds > 60;
            if (isBad) channels.querySelectorAll("tbody tr")[at].dataset.bad = "yes";
        });
    }

    function repaint() {
        for (const card of cards) sparkline(card.canvas, card.history, colours().series);
    }

    const list = el("ul.cards", {}, cards.map((card) => card.node));
    const node = el("section", { "aria-label": "Performance" }, about, list, channels);
    return { node, title: "Performance", series: [], repaint, stop: () => timer.stop() };
}
