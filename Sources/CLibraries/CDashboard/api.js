// Asking the service, with the token of the viewer.

const store = "bellwether-token";
let asked = null;

/** The longest that an answer is waited for, and the time after which the page says that it waits. */
const longest = 30000;
const slow = 3000;
let waiting = 0;
const watchers = new Set();

/** Calls `listener` with how many answers are waited for longer than is usual, when that changes. */
export function onWaiting(listener) { watchers.add(listener); }

function noteWaiting(by) {
    waiting += by;
    for (const watcher of watchers) watcher(waiting);
}

/** An answer that is not what was asked for; `status` 0: there was no answer. */
export class Refusal extends Error {
    constructor(status, title, detail) {
        super(detail || title);
        this.status = status;
        this.title = title;
    }
}

/** The header fields that show who asks. */
export function credentials() {
    const token = sessionStorage.getItem(store);
    return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Forgets the token and asks for another; several callers wait for the same answer. */
export function askForToken(tried = credentials().Authorization) {
    if (tried !== credentials().Authorization) return Promise.resolve();
    asked ??= new Promise((resolve) => {
        const dialog = document.getElementById("ask");
        const input = document.getElementById("ask-token");
        if (tried) document.getElementById("ask-why").textContent =
            "That token was not the right one.";
        sessionStorage.removeItem(store);
        input.value = "";
        dialog.addEventListener("close", () => {
            if (input.value) sessionStorage.setItem(store, input.value.trim());
            input.value = "";
            asked = null;
            resolve();
        }, { once: true });
        if (!dialog.open) dialog.showModal();
    });
    return asked;
}

/** Fetches a whole answer, or says why there is none. */
async function answerOf(path, options, signal) {
    const controller = new AbortController();
    const leave = () => controller.abort();
    if (signal?.aborted) leave();
    signal?.addEventListener("abort", leave, { once: true });
    let isLate = false, isSlow = false;
    const patience = setTimeout(() => {
        isSlow = true;
        noteWaiting(1);
    }, slow);
    const limit = setTimeout(() => {
        isLate = true;
        leave();
    }, longest);
    try {
        const response = await fetch(path, { ...options, signal: controller.signal, cache: "no-store" });
        return { response, text: await response.text() };
    } catch (error) {
        if (signal?.aborted) throw error;
        if (!isLate) throw new Refusal(0, "No answer", "The service does not answer.");
        throw new Refusal(0, "No answer", `No answer within ${longest / 1000} s. `
            + "Many open windows of this page also make each other wait: close some.");
    } finally {
        clearTimeout(patience);
        clearTimeout(limit);
        if (isSlow) noteWaiting(-1);
        signal?.removeEventListener("abort", leave);
    }
}

/**
 * Asks, and asks for the token where it is needed.
 * @param {string} path with its query.
 * @param {object} [options] `method`, `body` (sent as JSON), `signal`.
 * @returns the JSON of the answer; null when it has none.
 * @throws {Refusal} also when there is no answer for long.
 */
export async function call(path, { method = "GET", body, signal } = {}) {
    for (;;) {
        const headers = { Accept: "application/json", ...credentials() };
        if (body !== undefined) headers["Content-Type"] = "application/json";
        const sent = body === undefined ? undefined : JSON.stringify(body);
        const { response, text } = await answerOf(path, { method, headers, body: sent }, signal);
        if (response.status === 401) {
            await askForToken(headers.Authorization);
            continue;
        }
        let value = null;
        try {
            value = text ? JSON.parse(text) : null;
        } catch {
            if (response.ok) throw new Refusal(response.status, "Not JSON", "The answer is not JSON.");
        }
        if (response.ok) return value;
        throw new Refusal(response.status, value?.title ?? response.statusText, value?.detail);
    }
}

/** A path with a query; what is null, undefined or empty is left out. */
export function target(path, query) {
    const pairs = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value !== null && value !== undefined && value !== "") pairs.append(name, value);
    }
    const text = pairs.toString();
    return text ? `${path}?${text}` : path;
}

/**
 * Runs something at once and then again and again, so many milliseconds after it ended; not while the page is
 * hidden. Failures go to `failed`.
 * @returns {{stop: function, now: function}}
 */
export function poll(milliseconds, run, failed = () => {}) {
    let timer = 0,
        stopped = false,
        running = false,
        again = false;
    const controller = new AbortController();
    const turn = async () => {
        clearTimeout(timer);
        if (stopped) return;
        if (running) {
            again = true;
            return;
        }
        running = true;
        try {
            if (!document.hidden || milliseconds === 0) await run(controller.signal);
        } catch (error) {
            if (error.name !== "AbortError" && !stopped) failed(error);
        }
        running = false;
        if (stopped) return;
        timer = setTimeout(turn, again ? 0 : milliseconds);
        again = false;
    };
    const shown = () => { if (!document.hidden) turn(); };
    document.addEventListener("visibilitychange", shown);
    turn();
    return {
        now: turn,
        stop() {
            stopped = true;
            clearTimeout(timer);
            controller.abort();
            document.removeEventListener("visibilitychange", shown);
        },
    };
}
