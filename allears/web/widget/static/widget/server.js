// Asking the desk. No cookie is ever sent: who asks is known by the token alone.
import { on } from "./dom.js";

const ANSWERS_WITHIN = 30_000;

/** The desk said no, or could not be reached (status 0). */
export class Refused extends Error {
  constructor(status, detail = "", retryAfter = 0) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Say whether asking again can't help. */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status);
  }
}

export class Server {
  token = "";

  constructor(base, key) {
    this.address = `${base}${encodeURIComponent(key)}/`;
  }

  /** Ask for something and return its JSON. */
  async ask(path, body, method = body ? "POST" : "GET") {
    const signal = AbortSignal.timeout?.(ANSWERS_WITHIN);
    const answer = await this.fetch(path, { method, signal, body: body && JSON.stringify(body) });
    return answer.status === 204 ? {} : answer.json();
  }

  async fetch(path, { headers = {}, ...options } = {}) {
    const given = this.#headers({ ...headers, ...(options.body ? { "Content-Type": "application/json" } : {}) });
    let answer;
    try {
      answer = await fetch(this.address + path, { ...options, headers: given, credentials: "omit", cache: "no-cache" });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new Refused(0);
    }
    if (!answer.ok) throw await refusal(answer.status, (name) => answer.headers.get(name), () => answer.text());
    return answer;
  }

  /** Send a file's bytes, telling how far it is (0 to 1). Only XMLHttpRequest knows that. */
  upload(file, tell, signal) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.address}files?name=${encodeURIComponent(file.name)}`);
      const headers = this.#headers({ "Content-Type": file.type || "application/octet-stream" });
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      on(request.upload, "progress", (event) => tell(event.total ? event.loaded / event.total : 0));
      on(request, "error", () => reject(new Refused(0)));
      on(request, "load", async () => {
        if (request.status === 201) resolve(JSON.parse(request.responseText));
        else reject(await refusal(request.status, (name) => request.getResponseHeader(name), () => request.responseText));
      });
      on(signal, "abort", () => request.abort());
      request.send(file);
    });
  }

  #headers(headers) {
    return this.token ? { ...headers, Authorization: `Bearer ${this.token}` } : headers;
  }
}

async function refusal(status, header, text) {
  let problem = {};
  try {
    problem = JSON.parse(await text());
  } catch {
    // A proxy's page says nothing that a visitor could use.
  }
  const seconds = Number(problem.retry_after ?? header("retry-after"));
  return new Refused(status, problem.detail || problem.title, Number.isFinite(seconds) ? seconds : 0);
}

/** How long to wait before the next try, in ms: growing, and never everyone at once. */
export function pauseAfter(failures) {
  return Math.min(30_000, 1_000 * 2 ** failures) * (0.6 + Math.random() * 0.4);
}
