// One incident: what moved, since when, who was told, and what one can do about it.

import { call, poll, target } from "./api.js";
import { miniature } from "./chart.js";
import { chips, el, empty, fill, setText, stateMark, toast } from "./dom.js";
import { ago, duration, isNumber, moment, number, plural, seconds } from "./format.js";
import { severityMark } from "./incidents.js";

const mostCharts = 8;

/** Who acts; kept in this browser. */
const whoever = {
    get name() { return localStorage.getItem("bellwether-name") ?? ""; },
    set name(text) { localStorage.setItem("bellwether-name", text); },
};

/** @param {boolean} isConfirmation whether only the question "take it on?" is shown, as links in messages want it. */
export function incident(id, isConfirmation, stream) {
    const head = el("div");
    const members = el("section", { "aria-label": "Series" });
    const history = el("section", { "aria-label": "Timeline" });
    const deliveries = el("section", { "aria-label": "Deliveries" });
    const note = el("p.note", { role: "status" });
    let current = null, drawn = "", membersDrawn = "", stopped = false;

    const name = el("input", { type: "text", autocomplete: "name", ".value": whoever.name, on: { change: () => { whoever.name = name.value.trim(); } } });
    const comment = el("textarea", { rows: 2, placeholder: "What do you know?" });
    const until = select([["", "until it is over"], ["30m", "for 30 minutes"], ["2h", "for 2 hours"], ["8h", "for 8 hours"]]);
    const silenceFor = select([["30m", "30 minutes"], ["2h", "2 hours"], ["8h", "8 hours"], ["24h", "a day"], ["168h", "a week"]]);
    const matchers = el("div.matchers");
    const act = {
        ack: button("Acknowledge", () => send("ack", { comment: comment.value, until: until.value || undefined }), "primary"),
        unack: button("Give it back", () => send("unack", {})),
        resolve: button("Resolve", () => send("resolve", { comment: comment.value })),
        comment: button("Comment", () => comment.value.trim() ? send("comments", { text: comment.value }) : comment.focus()),
        silence: button("Silence", silence),
    };
    const form = el("form.actions", { on: { submit: (event) => event.preventDefault() } },
        el("h2", { text: isConfirmation ? "Take it on?" : "Do something about it" }),
        el("div.row", {}, el("label", {}, "Your name ", name), el("label", {}, "Acknowledge ", until)),
        el("label", {}, "Comment", comment),
        el("div.row", {}, act.ack, act.unack, isConfirmation ? null : [act.comment, act.resolve]),
        isConfirmation ? el("p", {}, el("a", { href: `#/incidents/${id}`, text: "All about this incident" })) : el("details", {}, el("summary", { text: "Silence" }),
            el("p.note", { text: "Nobody is told about what has all of these labels:" }), matchers,
            el("div.row", {}, el("label", {}, "for ", silenceFor), act.silence)));
    const body = el("div.incident-page", {}, el("div", {}, isConfirmation ? null : [members, history, deliveries]), form);
    const node = el("section", { "aria-label": "Incident" }, el("p.crumbs", {}, el("a", { href: "#/incidents", text: "← Incidents" })), head, note, body);

    const away = stream.listen((event, value) => { if (event === "gap" || (event === "incident" && value.id === id)) timer.now(); });
    const timer = poll(10000, refresh, failed);

    function button(text, run, kind = "") {
        return el("button", { type: "button", text, class: kind, on: { click: async () => {
            try {
                await run();
            } catch (error) {
                toast(`${text}: ${error.message}`, { isBad: true });
            }
        } } });
    }

    async function send(action, values) {
        whoever.name = name.value.trim();
        show(await call(`/api/v1/incidents/${id}/${action}?time=unix`, { method: "POST", body: { by: whoever.name, ...values } }));
        comment.value = "";
        toast({ ack: "Acknowledged: it is yours.", unack: "Open again.", resolve: "Resolved.", comments: "Noted." }[action]);
        if (isConfirmation && action === "ack") location.hash = `#/incidents/${id}`;
    }

    async function silence() {
        const chosen = [...matchers.querySelectorAll("input:checked")].map((box) => ({
            name: box.dataset.name, value: box.dataset.value, isRegex: false, isEqual: true,
        }));
        if (!chosen.length) return toast("Choose at least one label.", { isBad: true });
        whoever.name = name.value.trim();
        await call("/api/v1/silences", { method: "POST", body: {
            matchers: chosen, duration: silenceFor.value, createdBy: whoever.name, comment: comment.value || `incident ${id}`,
        } });
        toast(`Silenced for ${silenceFor.selectedOptions[0].textContent}.`);
        timer.now();
    }

    function failed(error) {
        if (!current && error.status === 404) fill(node, empty("No such incident", `There is no incident ${id} here.`), el("p", {}, el("a", { href: "#/incidents", text: "All incidents" })));
        else setText(note, `Not up to date: ${error.message}`);
    }

    async function refresh(signal) { show(await call(`/api/v1/incidents/${id}?time=unix`, { signal })); }

    function show(one) {
        if (stopped) return;
        current = one;
        setText(note, "");
        fill(head, el("div.heading", {}, el("h1", { text: one.title }), stateMark(one.state), severityMark(one.severity), one.silenced ? el("span.tag", { text: "silenced" }) : null),
            el("p.sentence", { text: one.sentence }), el("p.labels", {}, chips(one.labels)),
            el("p.note", { text: `#${one.id} · began ${moment(seconds(one.started_at))} · opened ${ago(seconds(one.opened_at))}`
                + (one.resolved_at ? ` · resolved ${ago(seconds(one.resolved_at))} after ${duration(seconds(one.resolved_at) - seconds(one.started_at))}` : "") }),
            one.acknowledged && one.state === "acknowledged" ? el("p.taken", { text: `Taken on by ${one.acknowledged.by || "somebody"} ${ago(seconds(one.acknowledged.at))}`
                + (one.acknowledged.until ? `, until ${moment(seconds(one.acknowledged.until))}` : "") + (one.acknowledged.comment ? `: ${one.acknowledged.comment}` : "") }) : null);
        act.ack.hidden = one.state !== "open";
        act.unack.hidden = one.state !== "acknowledged";
        act.resolve.hidden = one.state === "resolved";
        if (!matchers.firstChild) fill(matchers, Object.entries(one.labels).map(([key, value]) => el("label.chip", {},
            el("input", { type: "checkbox", "data-name": key, "data-value": value, ".checked": !["severity", "kind"].includes(key) }), el("span", { text: `${key}="${value}"` }))));
        if (isConfirmation) return;
        const set = JSON.stringify(one.members.map((member) => [member.series, member.state]));
        if (set !== membersDrawn) {
            membersDrawn = set;
            fill(members, el("h2", { text: `${plural(one.members.length, "series", "series")}, the worst first` }),
                el("ol.members", {}, one.members.map((member, at) => memberCard(member, at < mostCharts))));
        }
        const rest = JSON.stringify([one.timeline, one.deliveries]);
        if (rest === drawn) return;
        drawn = rest;
        fill(history, el("h2", { text: "Timeline" }), el("ol.timeline", {}, one.timeline.map((step) => el("li", { "data-kind": step.kind },
            el("time", { text: moment(seconds(step.time)) }), el("strong", { text: step.kind.replaceAll("_", " ") }),
            el("span", { text: [step.text, step.by ? `– ${step.by}` : ""].filter(Boolean).join(" ") })))));
        fill(deliveries, el("h2", { text: "Who was told" }), one.deliveries.length ? el("div.scroll", {}, el("table", {}, el("thead", {}, el("tr", {},
            ["Channel", "What", "State", "Attempts", "Due", "Last error"].map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, one.deliveries.map((row) => el("tr", {}, el("td", { text: row.channel }), el("td", { text: row.event }), el("td", { text: row.state }),
            el("td.number", { text: String(row.attempts) }), el("td", { text: row.state === "delivered" ? "–" : ago(seconds(row.due_at)) }),
            el("td", {}, row.last_error ?? "–", row.state === "rejected" ? again(row.sequence) : null))))))
            : el("p.note", { text: "Nobody: no route leads to a receiver, or it is not due yet." }));
    }

    function again(sequence) {
        return button("Try again", async () => {
            await call(`/api/v1/deliveries/${sequence}/retry`, { method: "POST", body: {} });
            timer.now();
        });
    }

    function memberCard(member, hasChart) {
        const from = seconds(member.from), to = seconds(member.to) ?? Date.now() / 1000;
        const figure = el("div.figure");
        if (hasChart) draw(figure, member, { from: from - Math.max(1800, (to - from) * 2), to: Math.min(to + Math.max(300, (to - from) * 0.5), Date.now() / 1000) });
        return el("li.member", {}, el("div", {},
            el("div.heading", {}, el("a.name", { href: `#/series/${member.series}`, text: member.name }), stateMark(member.state)),
            el("p.labels", {}, chips(member.labels)),
            el("p", { text: `${number(member.actual)}${isNumber(member.expected) ? `, expected ${number(member.expected)} (${number(member.lower)} to ${number(member.upper)})` : ""}` }),
            el("p.note", { text: `${member.sentence} ${member.state === "active" ? `Since ${duration(Date.now() / 1000 - from)}.` : ""} Peak score ${number(member.peak_score)}.` })), figure);
    }

    async function draw(figure, member, view) {
        try {
            const data = await call(target(`/api/v1/series/${member.series}/chart`, { start: view.from.toFixed(3), end: view.to.toFixed(3), points: 300 }));
            fill(figure, el("a", { href: `#/series/${member.series}` }, miniature(data, view, `${member.name} from ${moment(view.from)} to ${moment(view.to)}`)));
        } catch {
            setText(figure, "no chart");
        }
    }

    return {
        node, title: () => current ? `${current.title}` : `Incident ${id}`, series: [],
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

function select(choices) {
    return el("select", {}, choices.map(([value, text]) => el("option", { value, text })));
}
