// Painting one series: band, points, anomalies, forecast, events. No state: what is given is what is drawn.

import { colours } from "./dom.js";
import { number, tick } from "./format.js";
import { extent, linear, lowerBound, timeTicks, valueTicks } from "./scale.js";

const margin = { left: 60, right: 12, top: 26, bottom: 26 };

/** Where things go: scales of a chart's data in a box of CSS pixels. `plain` leaves out axes and words. */
export function layout(data, view, width, height, plain = false) {
    const edge = plain ? { left: 1, right: 1, top: 3, bottom: 3 } : { ...margin, left: width < 480 ? 46 :
            margin.left };
    const box = { left: edge.left, right: width - edge.right, top: edge.top, bottom: height - edge.bottom };
    const points = visible(data.points.timestamps, view);
    const band = visible(data.band.timestamps, view);
    const cut = ([from, to], list) => list.slice(from, to);
    const lists = [cut(points, data.points.values), cut(band, data.band.lower), cut(band, data.band.upper)];
    const ahead = data.forecast && !plain ? visible(data.forecast.timestamps, view) : null;
    if (ahead) lists.push(cut(ahead, data.forecast.lower), cut(ahead, data.forecast.upper));
    const y = linear(extent(lists), [box.bottom, box.top]);
    return { box, x: linear([view.from, view.to], [box.left, box.right]), y, points, band, ahead, plain };
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

function axes(context, { box, x, y }, colour) {
    context.font = "12px system-ui, sans-serif";
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    const { values } = valueTicks(y.from, y.to, Math.max(2, (box.bottom - box.top) / 60));
    for (const value of values) {
        const at = Math.round(y.at(value)) + 0.5;
        context.strokeStyle = colour.grid;
        stroke(context, box.left, at, box.right, at);
        context.fillStyle = colour.soft;
        context.fillText(number(value), box.left - 6, at);
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
    // Two rows of labels: one that would touch its neighbour stands in the second, or else has none.
    const reach = [-Infinity, -Infinity];
    for (const event of [...list].sort((a, b) => a.start - b.start)) {
        const at = Math.round(x.at(event.start)) + 0.5;
        const end = event.end ? x.at(event.end) : at;
        if (end < box.left || at > box.right) continue;
        context.strokeStyle = context.fillStyle = colour.event;
        context.lineWidth = 1.5;
        context.setLineDash([2, 3]);
        stroke(context, at, box.top - 6, at, box.bottom);
        context.setLineDash([]);
        if (end > at + 2) context.fillRect(at, box.top - 6, end - at, 4);
        let text = event.title;
        while (text.length > 3 && context.measureText(text).width > 160) text = text.slice(0, -4) + "…";
        const width = context.measureText(text).width;
        const isLate = at + 4 + width > box.right;
        const left = isLate ? at - 4 - width : Math.max(at + 4, box.left + 2);
        const row = reach.findIndex((edge) => left >= edge);
        if (row < 0) continue;
        context.fillText(text, left, box.top - 10 + row * 22);
        reach[row] = left + width + 10;
    }
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
