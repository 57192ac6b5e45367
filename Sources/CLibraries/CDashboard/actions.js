// What one can do about an incident: take it on, give it back, say something, end it, silence it.

import { call } from "./api.js";
import { el, fill, toast } from "./dom.js";

/** Who acts; kept in this browser. */
const store = "bellwether-name";

const said = {
    ack: "Acknowledged: it is yours.", unack: "Open again.", resolve: "Resolved.", comments: "Noted.",
};

/** A form. `changed` is called with the incident as it is after an action, or null to read it anew. */
export class IncidentActions {
    constructor(id, isConfirmation, changed) {
        this.id = id;
        this.isConfirmation = isConfirmation;
        this.changed = changed;
        this.name = el("input", {
            type: "text", autocomplete: "name", ".value": localStorage.getItem(store) ?? "",
            on: { change: () => this.#by() },
        });
        this.comment = el("textarea", { rows: 2, placeholder: "What do you know?" });
        this.until = select([
            ["", "until it is over"], ["30m", "for 30 minutes"], ["2h", "for 2 hours"], ["8h", "for 8 hours"],
        ]);
        this.length = select([
            ["30m", "30 minutes"], ["2h", "2 hours"], ["8h", "8 hours"], ["24h", "a day"], ["168h", "a week"],
        ]);
        this.matchers = el("div.matchers");
        this.ack = button("Acknowledge", () => this.#send("ack", {
            comment: this.comment.value, until: this.until.value || undefined,
        }), "primary");
        this.unack = button("Give it back", () => this.#send("unack", {}));
        this.resolve = button("Resolve", () => this.#send("resolve", { comment: this.comment.value }));
        this.say = button("Comment", () => this.#say());
        this.node = el("form.actions", { on: { submit: (event) => event.preventDefault() } },
            el("h2", { text: isConfirmation ? "Take it on?" : "Do something about it" }),
            el("div.row", {}, el("label", {}, "Your name ", this.name),
                el("label", {}, "Acknowledge ", this.until)),
            el("label", {}, "Comment", this.comment),
            el("div.row", {}, this.ack, this.unack, isConfirmation ? null : [this.say, this.resolve]),
            isConfirmation
                ? el("p", {}, el("a", { href: `#/incidents/${id}`, text: "All about this incident" }))
                : this.#silencing());
    }

    /** Offers what suits the state of the incident. */
    show({ state, labels }) {
        this.ack.hidden = state !== "open";
        this.unack.hidden = state !== "acknowledged";
        this.resolve.hidden = state === "resolved";
        if (this.matchers.firstChild) return;
        fill(this.matchers, Object.entries(labels).map(([key, value]) => el("label.chip", {},
            el("input", {
                type: "checkbox", "data-name": key, "data-value": value,
                ".checked": !["severity", "kind"].includes(key),
            }), el("span", { text: `${key}="${value}"` }))));
    }

    /** A button that has a delivery tried again. */
    retry(sequence) {
        return button("Try again", async () => {
            await call(`/api/v1/deliveries/${sequence}/retry`, { method: "POST", body: {} });
            this.changed(null);
        });
    }

    #silencing() {
        return el("details", {}, el("summary", { text: "Silence" }),
            el("p.note", { text: "Nobody is told about what has all of these labels:" }), this.matchers,
            el("div.row", {}, el("label", {}, "for ", this.length),
                button("Silence", () => this.#silence())));
    }

    #by() {
        const name = this.name.value.trim();
        localStorage.setItem(store, name);
        return name;
    }

    #say() {
        const text = this.comment.value.trim();
        return text ? this.#send("comments", { text }) : this.comment.focus();
    }

    async #send(action, values) {
        const body = { by: this.#by(), ...values };
        const path = `/api/v1/incidents/${this.id}/${action}?time=unix`;
        const after = await call(path, { method: "POST", body });
        this.comment.value = "";
        toast(said[action]);
        this.changed(after);
        if (this.isConfirmation && action === "ack") location.hash = `#/incidents/${this.id}`;
    }

    async #silence() {
        const chosen = [...this.matchers.querySelectorAll("input:checked")];
        if (!chosen.length) return toast("Choose at least one label.", { isBad: true });
        await call("/api/v1/silences", { method: "POST", body: {
            matchers: chosen.map(({ dataset }) => ({
                name: dataset.name, value: dataset.value, isRegex: false, isEqual: true,
            })),
            duration: this.length.value, createdBy: this.#by(),
            comment: this.comment.value || `incident ${this.id}`,
        } });
        toast(`Silenced for ${this.length.selectedOptions[0].textContent}.`);
        this.changed(null);
    }
}

/** A button whose failure is told. */
function button(text, run, kind = "") {
    const press = async () => {
        try {
            await run();
        } catch (error) {
            toast(`${text}: ${error.message}`, { isBad: true });
        }
    };
    return el("button", { type: "button", text, class: kind, on: { click: press } });
}

function select(choices) {
    return el("select", {}, choices.map(([value, text]) => el("option", { value, text })));
}
