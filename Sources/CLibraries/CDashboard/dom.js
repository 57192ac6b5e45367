// Making and changing elements. Text only ever becomes a text node: no markup is ever parsed here.

/**
 * An element.
 * @param {string} tag its name, perhaps with classes: "td.number".
 * @param {object} [attributes] `text`, `on` {event: handler}, properties after a dot, or attributes;
 *     false, null and undefined leave an attribute out, true makes it empty.
 * @param {...(Node|string|null|Array)} children what it holds.
 */
export function el(tag, attributes = {}, ...children) {
    const [name, ...classes] = tag.split(".");
    const node = document.createElement(name);
    if (classes.length) node.className = classes.join(" ");
    for (const [key, value] of Object.entries(attributes)) {
        if (key === "text") node.textContent = value;
        else if (key === "on")
            for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
        else if (key.startsWith(".")) node[key.slice(1)] = value;
        else if (value === true) node.setAttribute(key, "");
        else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !==
        false));
    return node;
}

/** Sets a text if it is another one, so that nothing is laid out anew for nothing. */
export function setText(node, text) {
    if (node.firstChild?.nodeType === 3 && !node.firstChild.nextSibling) {
        if (node.firstChild.data !== text) node.firstChild.data = text;
    } else node.textContent = text;
}

/** Sets or removes an attribute if that changes it. */
export function setAttribute(node, name, value) {
    if (value === null || value === undefined) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** Replaces what an element holds. */
export function fill(node, ...children) {
    node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined &&
        child !== false));
    return node;
}

/** The labels of a series or an incident, each one a chip. */
export function chips(labels) {
    return Object.entries(labels).map(([name, value]) =>
        el("span.chip", { title: `${name}="${value}"` }, el("span.key", { text: name }), el(
        "span", { text: value })));
}

/** A state as a word with its sign: never by colour alone. */
export function stateMark(state) {
    return el("span.state", { "data-state": state, text: stateWords[state] ?? state });
}

export const stateWords = {
    ok: "ok",
    anomalous: "anomalous",
    warming: "warming up",
    no_data: "no data",
    open: "open",
    acknowledged: "acknowledged",
    resolved: "resolved",
    active: "active",
    recovered: "recovered",
};

/** A table; numbers stand to the right, and so do the headings of columns whose first cell is one. */
export function table(headings, rows) {
    const isNumber = (value) => typeof value === "number";
    const cell = (value) => isNumber(value)
        ? el("td.number", { text: value.toLocaleString() }) : el("td", {}, value);
    return el("div.scroll", {}, el("table", {},
        el("thead", {}, el("tr", {}, headings.map((text, at) =>
            el(isNumber(rows[0]?.[at]) ? "th.number" : "th", { scope: "col", text })))),
        el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell))))));
}

/** What to do when there is nothing to see. */
export function empty(title, text, command = null) {
    const node = el("div.empty", {}, el("h2", { text: title }), el("p", { text }));
    if (command) {
        const copy = el("button.quiet", {
            type: "button",
            text: "Copy",
            on: {
                click: async () => {
                    try {
                        await navigator.clipboard.writeText(command);
                        copy.textContent = "Copied";
                    } catch {
                        getSelection().selectAllChildren(code);
                        copy.textContent = "Selected: press Ctrl+C";
                    }
                }
            }
        });
        const code = el("code", { text: command });
        node.append(el("div.command", {}, el("pre", {}, code), copy));
    }
    return node;
}

/** A short message at the edge of the page, read out by screen readers. */
export function toast(text, { href = null, isBad = false } = {}) {
    const box = document.getElementById("toasts");
    const node = el(isBad ? "div.toast.bad" : "div.toast", {}, href ? el("a", { href, text }) : el(
    "span", { text }));
    const close = { click: () => node.remove() };
    node.append(el("button.quiet", { type: "button", "aria-label": "Close", text: "×", on: close }));
    box.append(node);
    while (box.children.length > 4) box.firstChild.remove();
    setTimeout(() => node.remove(), isBad ? 20000 : 8000);
}

/** A canvas as sharp as the screen; returns its context and size in CSS pixels, or null while it has none. */
export function canvasContext(canvas) {
    const width = canvas.clientWidth,
        height = canvas.clientHeight;
    if (!width || !height) return null;
    const ratio = Math.min(devicePixelRatio || 1, 3);
    const wide = Math.round(width * ratio),
        high = Math.round(height * ratio);
    if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide;
        canvas.height = high;
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return { context, width, height };
}

let palette = null;

/** The colours of the style sheet, by name without the dashes. */
export function colours() {
    if (!palette) {
        const style = getComputedStyle(document.documentElement);
        const names = ["text", "soft", "line", "grid", "ground", "panel", "series", "band", "expected",
            "anomaly",
            "forecast", "event", "ok", "warn"
        ];
        palette = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    }
    return palette;
}

/** Reads the colours anew, after light and dark changed places. */
export function forgetColours() { palette = null; }
