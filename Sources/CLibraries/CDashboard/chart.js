// The large chart: what is in view, the cursor, and zoom by drag, wheel and keys.

import { canvasContext, el } from "./dom.js";
import { layout, paint } from "./draw.js";
import { nearest, within } from "./scale.js";

const nothing = {
    points: { timestamps: [], values: [], score: [], is_anomaly: [] },
    band: { source: "none", timestamps: [], expected: [], lower: [], upper: [] },
    forecast: null,
    anomalies: [],
    events: [],
};

/** A chart in a canvas. `onView` is told a range that was chosen, `onCursor` the place of a point or -1. */
export class Chart {
    data = nothing;
    view = { from: 0, to: 1 };
    /** No range reaches beyond these times. */
    bounds = { from: -Infinity, to: Infinity };
    cursor = -1;
    #selection = null;
    #dragFrom = null;
    #frame = 0;
    #place = null;
    #observer;

    constructor({ onView, onCursor, onReset }) {
        this.onView = onView;
        this.onCursor = onCursor;
        this.onReset = onReset;
        this.canvas = el("canvas.chart", {
            tabindex: 0,
            role: "application",
            "aria-roledescription": "chart",
            "aria-label": "Chart. Left and right move the cursor, plus and minus zoom, "
                + "shift with left and right moves the range, escape goes back to the newest.",
            on: {
                keydown: (event) => this.#key(event),
                wheel: (event) => this.#wheel(event),
                pointerdown: (event) => this.#down(event),
                pointermove: (event) => this.#move(event),
                pointerup: (event) => this.#up(event),
                pointercancel: () => this.#cancel(),
                pointerleave: () => { if (this.#dragFrom === null && document.activeElement !==
                        this.canvas) this.#point(-1); },
                dblclick: () => this.onReset(),
                blur: () => this.#point(-1),
            },
        });
        this.#observer = new ResizeObserver(() => this.draw());
        this.#observer.observe(this.canvas);
    }

    stop() {
        this.#observer.disconnect();
        cancelAnimationFrame(this.#frame);
    }

    /** Shows other data, or a changed range; at the next frame. */
    show(data, view) {
        const held = this.cursor >= 0 ? this.data.points.timestamps[this.cursor] : null;
        const wasLast = this.cursor === this.data.points.timestamps.length - 1;
        this.data = data;
        this.view = view;
        if (held !== null && held !== undefined) {
            const times = data.points.timestamps;
            this.cursor = wasLast ? times.length - 1 : nearest(times, held);
            this.onCursor(this.cursor);
        }
        this.draw();
    }

    draw() {
        if (this.#frame) return;
        this.#frame = requestAnimationFrame(() => {
            this.#frame = 0;
            const box = canvasContext(this.canvas);
            if (!box) return;
            this.#place = layout(this.data, this.view, box.width, box.height);
            paint(box.context, this.data, this.#place, { cursor: this.cursor, selection: this
                    .#selection });
        });
    }

    /** Makes the range so many times as long, about a time. */
    zoom(factor, about = (this.view.from + this.view.to) / 2) {
        const from = about - (about - this.view.from) * factor,
            to = about + (this.view.to - about) * factor;
        if (to - from >= 1) this.#choose({ from, to });
    }

    /** Asks for a range, as much of it as there may be. */
    #choose(range) {
        const view = within(range, this.bounds);
        if (view.from !== this.view.from || view.to !== this.view.to) this.onView(view);
    }

    #point(at) {
        if (at === this.cursor) return;
        this.cursor = at;
        this.onCursor(at);
        this.draw();
    }

    #time(event) {
        const left = event.clientX - this.canvas.getBoundingClientRect().left;
        return Math.min(Math.max(this.#place.x.back(left), this.view.from), this.view.to);
    }

    #down(event) {
        if (event.button !== 0 || !this.#place) return;
        this.#dragFrom = this.#time(event);
        this.canvas.setPointerCapture(event.pointerId);
    }

    #move(event) {
        if (!this.#place) return;
        const time = this.#time(event);
        if (this.#dragFrom !== null) {
            const wide = Math.abs(this.#place.x.at(time) - this.#place.x.at(this.#dragFrom)) > 6;
            this.#selection = wide ? [this.#dragFrom, time] : null;
            this.draw();
        }
        this.#point(nearest(this.data.points.timestamps, time));
    }

    #up(event) {
        const chosen = this.#selection;
        this.#cancel();
        if (!chosen) return this.#move(event);
        const [from, to] = chosen.sort((a, b) => a - b);
        if (to - from >= 1) this.#choose({ from, to });
    }

    #cancel() {
        this.#dragFrom = null;
        this.#selection = null;
        this.draw();
    }

    /** The wheel zooms where the chart has the focus or a key is held; else the page scrolls. */
    #wheel(event) {
        if (!this.#place || !(event.ctrlKey || event.metaKey || document.activeElement === this.canvas))
            return;
        event.preventDefault();
        this.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), this.#time(event));
    }

    #key(event) {
        const times = this.data.points.timestamps;
        const { from, to } = this.view;
        const step = event.ctrlKey ? 10 : 1;
        const about = this.cursor < 0 ? undefined : Math.min(Math.max(times[this.cursor], from), to);
        const move = (by) => {
            const shift = by * (to - from) / 4;
            if (event.shiftKey) return this.#choose({ from: from + shift, to: to + shift });
            const start = this.cursor < 0 ? nearest(times, to) + (by < 0 ? 1 : 0) : this.cursor;
            this.#point(Math.min(Math.max(start + by * step, 0), times.length - 1));
        };
        const actions = {
            ArrowLeft: () => move(-1),
            ArrowRight: () => move(1),
            Home: () => this.#point(times.length ? 0 : -1),
            End: () => this.#point(times.length - 1),
            "+": () => this.zoom(0.5, about),
            "=": () => this.zoom(0.5, about),
            "-": () => this.zoom(2, about),
            Escape: () => this.onReset(),
        };
        if (!actions[event.key] || event.altKey || event.metaKey) return;
        event.preventDefault();
        actions[event.key]();
    }
}

/** A small chart without words, for lists; drawn once. */
export function miniature(data, view, label) {
    const canvas = el("canvas.mini", { role: "img", "aria-label": label });
    const draw = () => {
        const box = canvasContext(canvas);
        if (box) paint(box.context, data, layout(data, view, box.width, box.height, true));
    };
    new ResizeObserver(draw).observe(canvas);
    return canvas;
}

/** A line of the newest values of one number. */
export function sparkline(canvas, values, colour) {
    const box = canvasContext(canvas);
    if (!box || values.length < 2) return;
    const { context, width, height } = box;
    let low = Math.min(...values),
        high = Math.max(...values);
    if (low === high)[low, high] = [low - 1, high + 1];
    context.beginPath();
    values.forEach((value, at) => {
        context.lineTo(at / (values.length - 1) * (width - 4) + 2, height - 3 - (value - low) / (
            high - low) * (height - 6));
    });
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    context.lineJoin = "round";
    context.stroke();
}
