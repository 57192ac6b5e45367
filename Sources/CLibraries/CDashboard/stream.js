// Server-sent events over fetch, which, other than EventSource, can send the token.
//
// Source: HTML Living Standard, section 9.2 "Server-sent events" (the parsing of the stream).

import { askForToken, credentials } from "./api.js";

/** Without a byte for so long (the service sends a comment each 15 s), the connection is taken for dead. */
const silence = 40000;
const longestWait = 10000;
/**
 * A page that is hidden for so long lets go of its connection: a browser has but six of them for one service, and a
 * seventh tab would wait for ever.
 */
const hiddenPatience = 3000;

/** One connection for the whole page: incidents always, and the series of the view. */
export class Stream {
    #series = [];
    #lastID = null;
    #controller = null;
    #wait = 500;
    #generation = 0;
    #wasLive = false;
    #isStarted = false;
    #isResting = false;
    #leaving = 0;
    #listeners = new Set();
    #onState;

    /** @param {function(string, string)} onState told "connecting", "live", "lost" or "resting", and why. */
    constructor(onState) {
        this.#onState = onState;
        addEventListener("online", () => this.#restart());
        // A page that is left stays in memory, to be shown again at once, and would keep its connection.
        addEventListener("pagehide", () => this.#rest());
        addEventListener("pageshow", () => { if (this.#isResting) this.#look(); });
        document.addEventListener("visibilitychange", () => this.#look());
        this.#look();
    }

    /** Whether events are coming. */
    isLive = false;

    /** Calls `listener(event, data)` for each event; returns what ends that. */
    listen(listener) {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Follows other series; connects anew when they differ. */
    follow(series) {
        const same = series.length === this.#series.length && series.every((id, at) => id === this
            .#series[at]);
        if (same && this.#controller) return;
        this.#series = series;
        this.#isStarted = true;
        this.#restart();
    }

    /** Rests while nobody can see the page, and goes on after the last event when somebody can. */
    #look() {
        clearTimeout(this.#leaving);
        if (document.hidden) {
            this.#leaving = setTimeout(() => this.#rest(), hiddenPatience);
        } else if (this.#isResting || !this.isLive) {
            this.#isResting = false;
            if (this.#isStarted) this.#restart();
        }
    }

    #rest() {
        this.#isResting = true;
        this.#end();
        this.#onState("resting", "The page is hidden.");
    }

    #end() {
        this.#generation += 1;
        this.#controller?.abort();
        this.#controller = null;
        this.isLive = false;
    }

    #restart() {
        this.#end();
        if (this.#isResting) return;
        this.#wait = 500;
        this.#run(this.#generation);
    }

    async #run(generation) {
        while (generation === this.#generation) {
            let why = "the connection ended";
            try {
                this.#onState("connecting", "");
                await this.#connect(generation);
            } catch (error) {
                why = error.message;
            }
            if (generation !== this.#generation) return;
            this.isLive = false;
            this.#onState("lost", why);
            await new Promise((resolve) => setTimeout(resolve, this.#wait * (0.8 + 0.4 * Math.random())));
            this.#wait = Math.min(this.#wait * 2, longestWait);
        }
    }

    async #connect(generation) {
        const controller = this.#controller = new AbortController();
        const query = new URLSearchParams(this.#series.map((id) => ["series", id]));
        query.append("topics", "incidents,events");
        const headers = { Accept: "text/event-stream", ...credentials() };
        if (this.#lastID) headers["Last-Event-ID"] = this.#lastID;
        let guard = setTimeout(() => controller.abort(), silence);
        try {
            const response = await fetch(`/api/v1/stream?${query}`, {
                headers,
                signal: controller.signal,
                cache: "no-store",
            });
            if (response.status === 401) await askForToken(headers.Authorization);
            if (!response.ok) throw new Error(`the service answered ${response.status}`);
            const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
            const parser = new Parser((event, data, id) => this.#take(event, data, id));
            for (;;) {
                const { value, done } = await reader.read();
                if (done || generation !== this.#generation) return;
                clearTimeout(guard);
                guard = setTimeout(() => controller.abort(), silence);
                parser.push(value);
            }
        } finally {
            clearTimeout(guard);
        }
    }

    #take(event, data, id) {
        if (id !== null) this.#lastID = id;
        let value;
        try {
            value = JSON.parse(data);
        } catch {
            return;
        }
        if (event === "hello") {
            // What was missed is lost: views read again, as after a gap.
            if (!value.resumed && this.#wasLive) this.#tell("gap", { reason: "expired", dropped: null });
            this.#wait = 500;
            this.isLive = this.#wasLive = true;
            this.#onState("live", "");
        }
        this.#tell(event, value);
    }

    #tell(event, value) {
        for (const listener of [...this.#listeners]) listener(event, value);
    }
}

/** Cuts a stream of text into events. */
export class Parser {
    #rest = "";
    #event = "";
    #data = [];
    #id = null;
    #emit;

    constructor(emit) { this.#emit = emit; }

    push(text) {
        const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
        this.#rest = lines.pop();
        for (const line of lines) this.#line(line);
    }

    #line(line) {
        if (line === "") {
            if (this.#data.length) this.#emit(this.#event || "message", this.#data.join("\n"), this.#id);
            this.#event = "";
            this.#data = [];
            return;
        }
        const colon = line.indexOf(":");
        if (colon === 0) return;
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "event") this.#event = value;
        else if (field === "data") this.#data.push(value);
        else if (field === "id" && !value.includes("\0")) this.#id = value;
    }
}
