// One incident: what moved, since when, who was told, and what one can do about it.

import { IncidentActions } from "./actions.js";
import { call, poll, target } from "./api.js";
import { miniature } from "./chart.js";
import { chips, el, empty, fill, setText, stateMark, table } from "./dom.js";
import { ago, duration, isNumber, moment, number, plural, seconds } from "./format.js";
import { severityMark } from "./incidents.js";

const mostCharts = 8;

/** @param {boolean} isConfirmation whether only "take it on?" is asked, as links in messages want it. */
export function incident(id, isConfirmation, stream) {
    const head = el("div");
    const members = el("section", { "aria-label": "Series" });
    const history = el("section", { "aria-label": "Timeline" });
    const deliveries = el("section", { "aria-label": "Deliveries" });
    const note = el("p.note", { role: "status" });
    const changed = (after) => after ? show(after) : timer.now();
    const actions = new IncidentActions(id, isConfirmation, changed);
    let current = null, drawn = "", membersDrawn = "", stopped = false;

    const left = el("div", {}, isConfirmation ? null : [members, history, deliveries]);
    const node = el("section", { "aria-label": "Incident" },
        el("p.crumbs", {}, el("a", { href: "#/incidents", text: "← Incidents" })),
        head, note, el("div.incident-page", {}, left, actions.node));

    const away = stream.listen((event, value) => {
        if (event === "gap" || (event === "incident" && value.id === id)) timer.now();
    });
    const timer = poll(10000, refresh, failed);

    async function refresh(signal) {
        show(await call(`/api/v1/incidents/${id}?time=unix`, { signal }));
    }

    function failed(error) {
        if (current || error.status !== 404) return setText(note, `Not up to date: ${error.message}`);
        fill(node, empty("No such incident", `There is no incident ${id} here.`),
            el("p", {}, el("a", { href: "#/incidents", text: "All incidents" })));
    }

    function show(one) {
        if (stopped) return;
        current = one;
        setText(note, "");
        fill(head, heading(one));
        actions.show(one);
        if (isConfirmation) return;
        const set = JSON.stringify(one.members.map((member) => [member.series, member.state]));
        if (set !== membersDrawn) {
            membersDrawn = set;
            const size = plural(one.members.length, "series", "series");
            fill(members, el("h2", { text: `${size}, the worst first` }),
                el("ol.members", {}, one.members.map((member, at) => card(member, at < mostCharts))));
        }
        const rest = JSON.stringify([one.timeline, one.deliveries]);
        if (rest === drawn) return;
        drawn = rest;
        fill(history, el("h2", { text: "Timeline" }), el("ol.timeline", {}, one.timeline.map(step)));
        const rows = one.deliveries.map((row) => [
            row.channel, row.event, row.state, row.attempts,
            row.state === "delivered" ? "–" : ago(seconds(row.due_at)),
            [row.last_error ?? "–", row.state === "rejected" ? actions.retry(row.sequence) : null],
        ]);
        fill(deliveries, el("h2", { text: "Who was told" }), rows.length
            ? table(["Channel", "What", "State", "Attempts", "Due", "Last error"], rows)
            : el("p.note", { text: "Nobody: no route leads to a receiver, or it is not due yet." }));
    }

    return {
        node, series: [], title: () => current?.title ?? `Incident ${id}`,
        repaint() {
            membersDrawn = "";
            if (current) show(current);
        },
        stop() {
            stopped = true;
            timer.stop();
            away();
        },
    };
}

function heading(one) {
    const began = seconds(one.started_at), ended = seconds(one.resolved_at);
    const facts = [`#${one.id}`, `began ${moment(began)}`, `opened ${ago(seconds(one.opened_at))}`];
    if (ended !== null) facts.push(`resolved ${ago(ended)} after ${duration(ended - began)}`);
    return [
        el("div.heading", {}, el("h1", { text: one.title }), stateMark(one.state), severityMark(one.severity),
            one.silenced ? el("span.tag", { text: "silenced" }) : null),
        el("p.sentence", { text: one.sentence }), el("p.labels", {}, chips(one.labels)),
        el("p.note", { text: facts.join(" · ") }),
        one.state === "acknowledged" && one.acknowledged ? taken(one.acknowledged) : null,
    ];
}

function taken({ by, at, until, comment }) {
    const end = until ? `, until ${moment(seconds(until))}` : "";
    return el("p.taken", {
        text: `Taken on by ${by || "somebody"} ${ago(seconds(at))}${end}${comment ? `: ${comment}` : ""}`,
    });
}

function step({ time, kind, text, by }) {
    return el("li", { "data-kind": kind }, el("time", { text: moment(seconds(time)) }),
        el("strong", { text: kind.replaceAll("_", " ") }),
        el("span", { text: [text, by ? `– ${by}` : ""].filter(Boolean).join(" ") }));
}

/** One series of the incident, with its chart from well before it began. */
function card(member, hasChart) {
    const now = Date.now() / 1000;
    const from = seconds(member.from), to = seconds(member.to) ?? now;
    const figure = el("div.figure");
    if (hasChart) {
        const before = Math.max(1800, (to - from) * 2), after = Math.max(300, (to - from) * 0.5);
        draw(figure, member, { from: from - before, to: Math.min(to + after, now) });
    }
    const expected = isNumber(member.expected)
        ? `, expected ${number(member.expected)} (${number(member.lower)} to ${number(member.upper)})` : "";
    const since = member.state === "active" ? ` Since ${duration(now - from)}.` : "";
    return el("li.member", {}, el("div", {},
        el("div.heading", {}, el("a.name", { href: `#/series/${member.series}`, text: member.name }),
            stateMark(member.state)),
        el("p.labels", {}, chips(member.labels)),
        el("p", { text: `${number(member.actual)}${expected}` }),
        el("p.note", { text: `${member.sentence}${since} Peak score ${number(member.peak_score)}.` })),
    figure);
}

async function draw(figure, member, view) {
    const range = { start: view.from.toFixed(3), end: view.to.toFixed(3), points: 300 };
    try {
        const data = await call(target(`/api/v1/series/${member.series}/chart`, range));
        const label = `${member.name} from ${moment(view.from)} to ${moment(view.to)}`;
        fill(figure, el("a", { href: `#/series/${member.series}` }, miniature(data, view, label)));
    } catch {
        setText(figure, "no chart");
    }
}
