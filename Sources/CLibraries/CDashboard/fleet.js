// All series: a table that is changed in place, so that nothing flickers and the focus stays where it is.

import { call, poll, target } from "./api.js";
import { canvasContext, chips, colours, el, empty, fill, setAttribute, setText, stateWords } from "./dom.js";
import { ago, count, isNumber, moment, number, plural } from "./format.js";

const states = ["anomalous", "no_data", "warming", "ok"];
const heatLength = 60;

/** How the list was left, for when one comes back to it. */
const chosen = { search: "", state: "", definition: "", sort: "score", offset: 0, limit: 100 };

export function fleet() {
    const rows = [];
    const body = el("tbody");
    const note = el("p.note", { role: "status" });
    const pages = el("nav.pages", { "aria-label": "Pages" });
    const nothing = el("div", { hidden: true });
    const table = el("table.fleet", {}, el("caption.hidden", { text: "All series" }), el("thead", {}, el(
        "tr", {},
        ["State", "Metric", "Definition"].map((text) => el("th", { scope: "col", text })),
        [
            ["Value", "The newest value"],
            ["Score", "1 and more is anomalous: ln p / ln p*"],
            ["Seen", "When the newest value was"]
        ]
        .map(([text, title]) => el("th.number", { scope: "col", text, title })),
        el("th", { scope: "col", text: "Heat",
            title: "How unlikely, oldest left; high and dark is unlikely" }))), body);
    const timer = poll(2000, refresh, (error) => setText(note, `Not up to date: ${error.message}`));
    let held = false,
        total = 0;
    table.addEventListener("pointerenter", () => { held = true; });
    table.addEventListener("pointerleave", () => { held = false; });

    const resized = new ResizeObserver(() => repaint());
    resized.observe(table);

    function repaint() {
        for (const row of rows) row.repaint();
    }

    const change = (part) => {
        Object.assign(chosen, { offset: 0 }, part);
        held = false;
        timer.now();
    };
    let typing = 0;
    const search = el("input", {
        type: "search",
        placeholder: "Search names and labels  ( / )",
        "aria-label": "Search",
        ".value": chosen.search,
        on: {
            input: () => {
                clearTimeout(typing);
                typing = setTimeout(() => change({ search: search.value.trim() }), 150);
            }
        },
    });
    const definition = el("input", {
        type: "text",
        placeholder: "Definition",
        "aria-label": "Only this definition",
        ".value": chosen.definition,
        on: { change: () => change({ definition: definition.value.trim() }) },
    });
    const sort = el("select", { "aria-label": "Order", on: { change: () => change({ sort: sort.value }) } },
        [
            ["score", "worst first"],
            ["state", "by state"],
            ["name", "by name"]
        ].map(([value, text]) =>
            el("option", { value, text, selected: value === chosen.sort })));
    const filters = Object.fromEntries(["", ...states].map((state) => [state, el("button.filter", {
        type: "button",
        "data-state": state || "all",
        on: { click: () => change({ state }) },
    })]));
    const onKey = (event) => {
        if (event.key !== "/" || event.target.closest("input, textarea, select") || event.ctrlKey) return;
        event.preventDefault();
        search.focus();
    };
    document.addEventListener("keydown", onKey);

    async function refresh(signal) {
        const { search, state, definition, sort, limit, offset } = chosen;
        const answer = await call(target("/api/v1/fleet", { search, state, definition, sort, limit,
            offset, heat: heatLength }), { signal });
        total = answer.series;
        for (const [name, button] of Object.entries(filters)) {
            setText(button,
                `${name ? stateWords[name] : "all"} ${count(name ? answer.counts[name] ?? 0 : answer.series)}`
                );
            setAttribute(button, "aria-pressed", String(name === chosen.state));
        }
        show(answer);
    }

    function show(answer) {
        // While one points at a row or has it focused, rows keep their places: no click goes astray.
        const byID = new Map(answer.rows.map((row) => [row.id, row]));
        const frozen = (held || body.contains(document.activeElement)) && rows.some((row) => byID.has(row.id));
        if (frozen) {
            for (const row of rows) if (byID.has(row.id)) row.show(byID.get(row.id), answer.time);
        } else {
            // The line at a place shows another series: nothing is made, moved or thrown away.
            answer.rows.forEach((row, at) => {
                if (!rows[at]) body.append((rows[at] = new Row()).node);
                rows[at].show(row, answer.time);
            });
            for (const row of rows.splice(answer.rows.length)) row.node.remove();
        }
        table.hidden = !rows.length;
        nothing.hidden = rows.length > 0;
        if (!rows.length) fill(nothing, emptiness());
        const last = Math.min(chosen.offset + answer.rows.length, answer.matching);
        const range = answer.matching > answer.rows.length ?
            ` – ${count(chosen.offset + 1)} to ${count(last)} shown` : "";
        const hold = frozen ? " – order held while you are in the list" : "";
        setText(note, `${plural(answer.matching, "series", "series")}${range}${hold}`);
        turning(answer);
    }

    function turning({ matching }) {
        const at = Math.floor(chosen.offset / chosen.limit),
            last = Math.ceil(matching / chosen.limit) - 1;
        pages.hidden = last < 1;
        if (pages.hidden) {
            if (chosen.offset && !matching) change({});
            return;
        }
        if (!pages.firstChild) {
            const turn = (by) => () => { change({ offset: Math.max(0, chosen.offset + by * chosen
                    .limit) }); };
            pages.append(el("button", { type: "button", text: "← Back", on: { click: turn(-1) } }), el(
                "span"),
                el("button", { type: "button", text: "Next →", on: { click: turn(1) } }));
        }
        pages.children[0].disabled = at <= 0;
        setText(pages.children[1], `Page ${at + 1} of ${last + 1}`);
        pages.children[2].disabled = at >= last;
    }

    function emptiness() {
        if (total) {
            return empty("Nothing matches", "No series has this text, state and definition.");
        }
        const time = Math.floor(Date.now() / 1000);
        return empty("No series yet", "Send a point, and it appears here within two seconds:",
            `curl -s --json '{"labels":{"__name__":"queue_depth","host":"web-01"},`
                + `"timestamp":${time},"value":42}' ${location.origin}/api/v1/import`);
    }

    const node = el("section", { "aria-label": "Fleet" },
        el("div.tools", {}, search, el("div.group", { role: "group", "aria-label": "State" }, Object
            .values(filters)), definition, sort),
        note, el("div.scroll", {}, table), nothing, pages);
    return {
        node,
        title: "Fleet",
        series: [],
        repaint,
        stop() {
            timer.stop();
            resized.disconnect();
            document.removeEventListener("keydown", onKey);
        },
    };
}

/** One line of the table. */
class Row {
    #heat = null;
    #labels = null;

    constructor() {
        this.state = el("span.state");
        this.link = el("a.name");
        this.labels = el("span.labels");
        this.definition = el("td.short", { "data-name": "Definition" });
        this.value = el("td.number", { "data-name": "Value" });
        this.score = el("td.number", { "data-name": "Score" });
        this.seen = el("td.number", { "data-name": "Seen" });
        this.canvas = el("canvas.heat", { role: "img" });
        this.node = el("tr", {}, el("td", {}, this.state), el("td.metric", {}, el("div", {}, this.link, this.labels)),
            this.definition, this.value, this.score, this.seen, el("td.heat", {}, this.canvas));
        this.node.addEventListener("click", (event) => {
            if (event.target.closest("a") || getSelection().toString()) return;
            location.hash = `#/series/${this.id}`;
        });
    }

    show(row, now) {
        if (row.id !== this.id) {
            this.id = row.id;
            setAttribute(this.link, "href", `#/series/${row.id}`);
            setAttribute(this.node, "data-series", row.id);
        }
        setAttribute(this.state, "data-state", row.state);
        setText(this.state, stateWords[row.state] ?? row.state);
        setText(this.link, row.name);
        const labels = JSON.stringify(row.labels);
        if (labels !== this.#labels) {
            this.#labels = labels;
            fill(this.labels, chips(row.labels));
        }
        const words = Object.entries(row.labels).map(([name, value]) => `${name}="${value}"`);
        setAttribute(this.node.children[1], "title", [row.name, ...words].join("\n"));
        setText(this.definition, row.definition === row.name ? "same name" : row.definition ?? "–");
        setAttribute(this.definition, "title", row.definition);
        setText(this.value, number(row.value));
        setText(this.score, isNumber(row.score) ? row.score.toFixed(2) : "–");
        setText(this.seen, ago(row.timestamp, now));
        setAttribute(this.seen, "title", moment(row.timestamp));
        if (row.heat !== this.#heat) {
            this.#heat = row.heat;
            this.repaint();
        }
    }

    /** Bars: the higher and the stronger, the less likely. */
    repaint() {
        requestAnimationFrame(() => {
            const box = canvasContext(this.canvas),
                heat = this.#heat ?? "";
            if (!box) return;
            const { context, width, height } = box;
            const colour = colours();
            const step = width / Math.max(heat.length, 1);
            let worst = 0;
            for (let at = 0; at < heat.length; at += 1) {
                const level = heat.charCodeAt(at) - 48;
                const isScored = level >= 0 && level <= 9;
                if (isScored) worst = Math.max(worst, level);
                const high = isScored ? Math.max(2, level / 9 * height) : 1;
                context.fillStyle = !isScored ? colour.grid : level >= 4 ? colour.anomaly :
                    level >= 2 ? colour.warn : colour.series;
                context.globalAlpha = !isScored || level >= 2 ? 1 : 0.45;
                context.fillRect(at * step, height - high, Math.max(step - 0.6, 0.6), high);
            }
            context.globalAlpha = 1;
            setAttribute(this.canvas, "aria-label",
                `least likely: one in ten to the power of ${worst}`);
        });
    }
}
