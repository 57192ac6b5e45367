// The page: which view is shown, the connection, the count of open incidents, light and dark.

import { call, onWaiting, poll } from "./api.js";
import { el, fill, forgetColours, setText, toast } from "./dom.js";
import { zone } from "./format.js";
import { fleet } from "./fleet.js";
import { incident } from "./incident.js";
import { incidents } from "./incidents.js";
import { metric } from "./metric.js";
import { performance as performanceView } from "./performance.js";
import { Stream } from "./stream.js";

const place = document.getElementById("view");
const connection = document.getElementById("connection");
const badge = document.getElementById("badge");

const words = {
    connecting: "connecting …",
    live: "live",
    lost: "connection lost, trying again",
    resting: "resting while hidden",
};
let isWaiting = false;

/** Says how the connection is, and that an answer is long in coming. */
function sayConnection() {
    setText(connection, isWaiting ? "waiting for an answer …" : words[connection.dataset.state]);
}
const stream = new Stream((state, why) => {
    connection.dataset.state = state;
    connection.title = why;
    sayConnection();
});
onWaiting((answers) => {
    isWaiting = answers > 0;
    sayConnection();
});

/** The views: what a hash must look like, and what shows it. */
const views = [
    [/^#\/fleet$/, "fleet", () => fleet()],
    [/^#\/series\/(\d+)$/, "fleet", (id) => metric(Number(id), stream)],
    [/^#\/incidents$/, "incidents", () => incidents(stream)],
    [/^#\/incidents\/(\d+)$/, "incidents", (id) => incident(Number(id), false, stream)],
    [/^#\/incidents\/(\d+)\/ack$/, "incidents", (id) => incident(Number(id), true, stream)],
    [/^#\/performance$/, "performance", () => performanceView()],
];

let current = null;

function route() {
    if (location.hash === "#view") return;
    const isPerformance = location.pathname.startsWith("/dashboards/performance");
    const hash = location.hash.length > 1 ? location.hash : isPerformance ? "#/performance" : "#/fleet";
    const found = views.map(([form, name, make]) => ({ match: form.exec(hash), name, make })).find(
    ({ match }) => match);
    current?.stop();
    if (!found) {
        location.replace("#/fleet");
        return;
    }
    const isFirst = current === null;
    current = found.make(...found.match.slice(1));
    stream.follow(current.series);
    fill(place, current.node);
    for (const link of document.querySelectorAll("header nav a")) {
        if (link.dataset.view === found.name) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
    }
    scrollTo(0, 0);
    if (!isFirst) place.focus({ preventScroll: true });
    entitle();
}

let open = 0;

/** The title of the tab: how many incidents are open, and what is shown. */
function entitle() {
    const title = typeof current?.title === "function" ? current.title() : current?.title;
    const text = `${open ? `(${open}) ` : ""}${title ? `${title} – ` : ""}Bellwether`;
    if (document.title !== text) document.title = text;
}
setInterval(entitle, 1000);

const counter = poll(15000, async (signal) => {
    open = (await call("/api/v1/status", { signal })).incidents.open;
    badge.hidden = open === 0;
    setText(badge, String(open));
    badge.setAttribute("aria-label", `${open} open`);
    entitle();
});

const told = new Map();
stream.listen((event, value) => {
    if (event === "gap") counter.now();
    if (event !== "incident") return;
    counter.now();
    if (told.get(value.id) !== value.state && value.state !== "acknowledged") {
        const word = value.state === "resolved" ? "Resolved" : "Incident";
        toast(`${word}: ${value.title}`, { href: `#/incidents/${value.id}` });
    }
    told.set(value.id, value.state);
});

// Light and dark: as the system, until the viewer says otherwise.
const themes = ["", "light", "dark"];
const button = document.getElementById("theme");

function setTheme(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    setText(button, { "": "◐", light: "☀", dark: "☾" } [theme]);
    button.setAttribute("aria-label", `Colours: ${theme || "as the system"}`);
    button.title = button.getAttribute("aria-label");
    forgetColours();
    current?.repaint();
}
button.addEventListener("click", () => {
    const theme = themes[(themes.indexOf(localStorage.getItem("bellwether-theme") ?? "") + 1) % themes
        .length];
    localStorage.setItem("bellwether-theme", theme);
    setTheme(theme);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    forgetColours();
    current?.repaint();
});

fill(document.getElementById("zone"), el("span", { text: `Times in ${zone}` }));
setTheme(localStorage.getItem("bellwether-theme") ?? "");
addEventListener("hashchange", route);
route();
