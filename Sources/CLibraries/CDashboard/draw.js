// Painting one series: band, points, anomalies, forecast, events. No state: what is given is what is drawn.

import { colours } from "./dom.js";
import { number, tick } from "./format.js";
import { extent, linear, lowerBound, timeTicks, valueTicks } from "./scale.js";

const margin = { left: 60, right: 12, top: 26, bottom: 26 };

/** Where things go: scales of a chart's data in a box of CSS pixels. `plain` leaves out axes and words. */
export function layout(data, view, width, height, plain = false) {
    const edge = plain ? { left: 1, right: 1, top: 3, bottom: 3 } : margin;
    const points = visible(data.points.timestamps, view);
    const band = visible(data.band.timestamps, view);
    const cut = ([from, to], list) => list.slice(from, to);
    const bands = [[cut(band, data.band.lower), cut(band, data.band.upper)]];
    const ahead = data.forecast && !plain ? visible(data.forecast.timestamps, view) : null;
    if (ahead) bands.push([cut(ahead, data.forecast.lower), cut(ahead, data.forecast.upper)]);
    const y = linear(extent([cut(points, data.points.values)], bands), [height - edge.bottom, edge.top]);
    const labels = plain ? [] : labelsOf(y, Math.max(2, (height - edge.top - edge.bottom) / 45));
    // Long labels, of great values that hardly differ, have their room.
    const least = width < 480 ? 46 : edge.left;
    const longest = Math.max(0, ...labels.map(({ text }) => text.length));
    const left = plain ? edge.left : Math.min(Math.max(least, longest * 7 + 12), width / 3);
    const box = { left, right: width - edge.right, top: edge.top, bottom: height - edge.bottom };
    return { box, x: linear([view.from, view.to], [box.left, box.right]), y, labels, points, band, ahead, plain };
}

/** The ticks of the values with their words, no two of which are the same. */
function labelsOf(y, about) {
    const { step, values } = valueTicks(y.from, y.to, about);
    return values.map((value) => ({ value, text: number(value, step) }));
}

/** The places of a list within a view, and one more on each side, so that lines reach the edges. */
function visible(times, view) {
    return [Math.max(0, lowerBound(times, view.from) - 1), Math.min(times.length, lowerBound(times, view.to) +
        1)];
}

/** Paints all of it; `cursor` is the place of a point, `selection` two times. */
export function paint(context, data, place, { cursor = -1, selection = null } = {}) {
    const colour = colours();
    if (!place.plain) axes(context, place, colour);
    context.save();
    context.beginPath();
    const { box } = place;
    context.rect(box.left, box.top - 20, box.right - box.left, box.bottom - box.top + 20);
    context.clip();
    if (!place.plain) stretches(context, data.anomalies, place, colour);
    const widest = gapOf(data);
    area(context, data.band, place.band, place, colour.band, widest);
    line(context, data.band.timestamps, data.band.expected, place.band, place, colour.expected, 1, [4, 3],
        widest);
    if (place.ahead) forecast(context, data, place, colour);
    line(context, data.points.timestamps, data.points.values, place.points, place, colour.series, 1.6, [],
        widest);
    dots(context, data, place, colour);
    marks(context, data, place, colour);
    if (!place.plain) events(context, data.events, place, colour);
    if (selection) {
        const [a, b] = selection.map(place.x.at).sort((p, q) => p - q);
        context.fillStyle = colour.forecast;
        context.globalAlpha = 0.2;
        context.fillRect(a, box.top, b - a, box.bottom - box.top);
        context.globalAlpha = 1;
    }
    if (cursor >= 0 && cursor < data.points.timestamps.length) crosshair(context, data, cursor, place,
    colour);
    context.restore();
}

/** The longest distance of two points that a line bridges, in seconds. */
function gapOf(data) {
    const times = data.points.timestamps;
    if (times.length < 3) return Infinity;
    const mean = (times.at(-1) - times[0]) / (times.length - 1);
    return Math.max((data.step_seconds ?? mean) * 2.5, data.downsampled ? mean * 8 : mean * 4);
}

function axes(context, { box, x, y, labels }, colour) {
    context.font = "12px system-ui, sans-serif";
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const { value, text } of labels) {
        const at = Math.round(y.at(value)) + 0.5;
        context.strokeStyle = colour.grid;
        stroke(context, box.left, at, box.right, at);
        context.fillStyle = colour.soft;
        context.fillText(text, box.left - 6, at);
    }
    context.textBaseline = "top";
    context.textAlign = "center";
    const times = timeTicks(x.from, x.to, Math.max(2, (box.right - box.left) / 90));
    for (const time of times.values) {
        const at = Math.round(x.at(time)) + 0.5;
        context.strokeStyle = colour.grid;
        stroke(context, at, box.top, at, box.bottom);
        context.fillStyle = colour.soft;
        if (at <= box.left + 14 || at >= box.right - 14) continue;
        context.fillText(tick(time, times.step), at, box.bottom + 7);
    }
}

function stroke(context, x0, y0, x1, y1) {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
}

function line(context, times, values, [from, to], { x, y }, colour, width, dash, widest) {
    context.beginPath();
    let pen = false,
        last = -Infinity;
    for (let at = from; at < to; at += 1) {
        const value = values[at];
        if (value === null || !Number.isFinite(value) || times[at] - last > widest) pen = false;
        if (value !== null && Number.isFinite(value)) {
            if (pen) context.lineTo(x.at(times[at]), y.at(value));
            else context.moveTo(x.at(times[at]), y.at(value));
            pen = true;
            last = times[at];
        }
    }
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineJoin = "round";
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
}

function area(context, { timestamps, lower, upper }, [from, to], { x, y }, colour, widest) {
    context.fillStyle = colour;
    const good = (at) => Number.isFinite(lower[at] ?? NaN) && Number.isFinite(upper[at] ?? NaN);
    let start = from;
    while (start < to) {
        if (!good(start)) {
            start += 1;
            continue;
        }
        let end = start + 1;
        while (end < to && good(end) && timestamps[end] - timestamps[end - 1] <= widest) end += 1;
        context.beginPath();
        for (let at = start; at < end; at += 1) context.lineTo(x.at(timestamps[at]), y.at(upper[at]));
        for (let at = end - 1; at >= start; at -= 1) context.lineTo(x.at(timestamps[at]), y.at(lower[at]));
        context.fill();
        start = end;
    }
}

function forecast(context, data, place, colour) {
    const { timestamps, mean, lower, upper } = data.forecast;
    context.globalAlpha = 0.22;
    area(context, { timestamps, lower, upper }, place.ahead, place, colour.forecast, Infinity);
    context.globalAlpha = 1;
    line(context, timestamps, mean, place.ahead, place, colour.forecast, 2, [7, 4], Infinity);
}

/** Each point, where they are far enough from each other to be seen. */
function dots(context, { points }, place, colour) {
    const [from, to] = place.points;
    if (place.plain || (place.box.right - place.box.left) / Math.max(to - from, 1) < 7) return;
    context.fillStyle = colour.series;
    for (let at = from; at < to; at += 1) {
        if (points.values[at] === null) continue;
        context.beginPath();
        context.arc(place.x.at(points.timestamps[at]), place.y.at(points.values[at]), 2.2, 0, 7);
        context.fill();
    }
}

/** Anomalous points: a triangle that points away from what was expected, with an edge to stand out. */
function marks(context, data, { x, y, points: [from, to], plain }, colour) {
    const { timestamps, values, is_anomaly: flags } = data.points;
    const size = plain ? 3 : 5.5;
    context.fillStyle = colour.anomaly;
    context.strokeStyle = colour.panel;
    context.lineWidth = plain ? 0.5 : 1;
    let reach = -Infinity;
    for (let at = from; at < to; at += 1) {
        if (!flags[at] || values[at] === null) continue;
        const left = x.at(timestamps[at]),
            top = y.at(values[at]);
        if (left - reach < 2) continue;
        reach = left;
        const expected = expectedAt(data, timestamps[at]);
        const up = expected === null || values[at] >= expected ? -1 : 1;
        context.beginPath();
        context.moveTo(left, top + up * size * 1.25);
        context.lineTo(left + size, top - up * size * 0.75);
        context.lineTo(left - size, top - up * size * 0.75);
        context.closePath();
        context.fill();
        context.stroke();
    }
}

/** What was expected at a time; null when nothing was recorded for it. */
export function expectedAt({ band }, time) {
    const at = lowerBound(band.timestamps, time);
    return band.timestamps[at] === time ? band.expected[at] : null;
}

/** Stretches of anomalies: a tinted column with a hatched bar at its foot. */
function stretches(context, anomalies, { box, x }, colour) {
    for (const stretch of anomalies) {
        const from = Math.max(x.at(stretch.from), box.left),
            to = Math.min(x.at(stretch.to), box.right);
        if (to < box.left || from > box.right) continue;
        const width = Math.max(to - from, 3);
        context.fillStyle = colour.anomaly;
        context.globalAlpha = 0.1;
        context.fillRect(from, box.top, width, box.bottom - box.top);
        context.globalAlpha = 1;
        context.save();
        context.beginPath();
        context.rect(from, box.bottom - 5, width, 5);
        context.clip();
        context.strokeStyle = colour.anomaly;
        context.lineWidth = 1.5;
        for (let at = from - 6; at < from + width + 6; at += 4) {
            stroke(context, at, box.bottom, at + 5, box.bottom - 5);
        }
        context.restore();
    }
}

/** Events: a labelled vertical line, and a bar on top where they last. */
function events(context, list, { box, x }, colour) {
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    const shown = [...list].sort((a, b) => a.start - b.start).map((event) => {
        const at = Math.round(x.at(event.start)) + 0.5;
        return { at, end: event.end ? x.at(event.end) : at, title: event.title };
    }).filter(({ at, end }) => end >= box.left && at <= box.right);
    context.strokeStyle = context.fillStyle = colour.event;
    context.lineWidth = 1.5;
    for (const { at, end } of shown) {
        context.setLineDash([2, 3]);
        stroke(context, at, box.top - 6, at, box.bottom);
        context.setLineDash([]);
        if (end > at + 2) context.fillRect(at, box.top - 6, end - at, 4);
    }
    const width = (text) => context.measureText(text).width;
    for (const { left, row, text } of eventLabels(shown, box, width)) {
        context.fillText(text, left, box.top - 10 + row * 22);
    }
}

/**
 * Where the words of events stand: at the right of their line, in two rows. In the second, which lines cross, they end
 * before the next line; where there is no room, there are none.
 * @param {Array} shown the events, the earliest first, `at` their line.
 * @param {function(string): number} widthOf how wide a text is.
 */
export function eventLabels(shown, box, widthOf) {
    const reach = [-Infinity, -Infinity];
    const labels = [];
    shown.forEach(({ at, title }, place) => {
        const left = Math.max(at + 4, box.left + 2);
        const next = shown[place + 1]?.at ?? Infinity;
        const row = reach.findIndex((edge) => left >= edge);
        const room = Math.min(row === 1 ? next - 4 : Infinity, box.right) - left;
        const text = row < 0 ? "" : fitted(title, Math.min(room, 160), widthOf);
        if (!text) return;
        labels.push({ left, row, text });
        reach[row] = left + widthOf(text) + 10;
    });
    return labels;
}

/** As much of a text as has room; nothing where that would say nothing. */
function fitted(title, room, widthOf) {
    if (widthOf(title) <= room) return title;
    let length = title.length - 1;
    while (length > 1 && widthOf(title.slice(0, length) + "…") > room) length -= 1;
    return length > 2 ? title.slice(0, length) + "…" : "";
}

function crosshair(context, { points }, cursor, { box, x, y }, colour) {
    const left = Math.round(x.at(points.timestamps[cursor])) + 0.5;
    context.strokeStyle = colour.text;
    context.lineWidth = 1;
    context.globalAlpha = 0.5;
    stroke(context, left, box.top, left, box.bottom);
    context.globalAlpha = 1;
    if (points.values[cursor] === null) return;
    context.beginPath();
    context.arc(left, y.at(points.values[cursor]), 5, 0, 7);
    context.fillStyle = colour.panel;
    context.fill();
    context.strokeStyle = colour.text;
    context.lineWidth = 2;
    context.stroke();
}
