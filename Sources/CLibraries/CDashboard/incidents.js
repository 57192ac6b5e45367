// What went wrong: open ones first, changed as the service tells.

import { call, poll, target } from "./api.js";
import { chips, el, empty, fill, setText, stateMark } from "./dom.js";
import { ago, duration, isNumber, moment, plural } from "./format.js";

const order = { open: 0, acknowledged: 1, resolved: 2 };
const chosen = { state: "" };
/** At most so many that are not over, and so many that are. */
const mostOpen = 1000, mostOver = 200;

export function incidents(stream) {
    const list = el("ol.incidents");
    const note = el("p.note", { role: "status" });
    const nothing = el("div", { hidden: true });
    const filters = [
        ["", "all"],
        ["open,acknowledged", "unresolved"],
        ["resolved", "resolved"]
    ].map(([state, text]) =>
        el("button.filter", {
            type: "button",
            text,
            "aria-pressed": String(state === chosen.state),
            on: {
                click: (event) => {
                    chosen.state = state;
                    for (const button of filters) button.setAttribute("aria-pressed", String(
                        button === event.target));
                    timer.now();
                }
            }
        }));
    const timer = poll(10000, refresh, (error) => setText(note, `Not up to date: ${error.message}`));
    const away = stream.listen((event) => { if (["incident", "gap", "hello"].includes(event)) timer.now(); });
    let drawn = "";

    async function some(state, limit, signal) {
        const query = { state, limit, time: "unix" };
        return (await call(target("/api/v1/incidents", query), { signal })).incidents;
    }

    async function refresh(signal) {
        // Those that are not over are asked for apart: newer ones that are would hide them.
        const [current, over] = await Promise.all([
            chosen.state === "resolved" ? [] : some("open,acknowledged", mostOpen, signal),
            chosen.state === "open,acknowledged" ? [] : some("resolved", mostOver, signal),
        ]);
        const byID = new Map([...over, ...current].map((one) => [one.id, one]));
        const all = [...byID.values()].sort((a, b) =>
            order[a.state] - order[b.state] || b.opened_at - a.opened_at || b.id - a.id);
        const open = all.filter((one) => one.state === "open").length;
        const isCut = current.length >= mostOpen || over.length >= mostOver;
        setText(note, all.length ? `${isCut ? "more than " : ""}${plural(all.length, "incident")}, `
            + `${current.length >= mostOpen ? "more than " : ""}${open} open`
            + (isCut ? " – the newest of each state are shown" : "") : "");
        nothing.hidden = all.length > 0;
        list.hidden = !all.length;
        if (!all.length) {
            fill(nothing, chosen.state ? empty("None of these", "No incident is in this state.") : empty(
                "No incident so far",
                "An incident opens when a metric with alert: in the configuration leaves its band. "
                    + "To see what one looks like, open one by hand:",
                `curl -s --json '{"title":"Try it","severity":"info","text":"opened by hand","by":"me"}' `
                    + `${location.origin}/api/v1/incidents`));
        }
        const text = JSON.stringify(all);
        if (text !== drawn) {
            drawn = text;
            const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute(
                "href") : null;
            fill(list, all.map(card));
            if (focused)[...list.querySelectorAll("a")].find((link) => link.getAttribute("href") ===
                focused)?.focus();
        }
        for (const time of list.querySelectorAll("[data-time]")) setText(time, ago(Number(time.dataset
            .time)));
    }

    const node = el("section", { "aria-label": "Incidents" },
        el("div.tools", {}, el("div.group", { role: "group", "aria-label": "State" }, filters)), note,
        list, nothing);
    return {
        node,
        title: "Incidents",
        series: [],
        repaint() {},
        stop() {
            timer.stop();
            away();
        },
    };
}

function card(one) {
    const facts = [plural(one.member_count, "series", "series"), one.active_count ?
        `${one.active_count} still off` : null,
        isNumber(one.peak_score) && one.peak_score > 0 ? `peak score ${one.peak_score.toFixed(1)}` : null,
        one.resolved_at ? `lasted ${duration(one.resolved_at - one.started_at)}` : null
    ];
    return el("li.incident", { "data-state": one.state, "data-severity": one.severity },
        el("div.heading", {}, el("a.name", { href: `#/incidents/${one.id}`, text: one.title }), stateMark(
                one.state), severityMark(one.severity),
            one.silenced ? el("span.tag", { text: "silenced" }) : null),
        el("p", { text: one.sentence }),
        el("p.note", {}, el("span", { text: `#${one.id} · opened ` }),
            el("time", { "data-time": one.opened_at, title: moment(one.opened_at), text: ago(one
                    .opened_at) }),
            el("span", { text: ` · ${facts.filter(Boolean).join(" · ")}` }),
            one.acknowledged ? el(
        "span", { text: ` · taken on by ${one.acknowledged.by || "somebody"}` }) : null),
        el("p.labels", {}, chips(one.labels)));
}

/** How bad, as a word with its sign. */
export function severityMark(severity) {
    return el("span.severity", { "data-severity": severity, text: severity });
}
