import type { PageChoice } from "../page_choice.ts";
import type { PageMessage } from "../page_message.ts";

export interface PageLineListeners {
  onMessage(message: PageMessage): void;
  /** Connected, or not: then with since when, local epoch ms. */
  onState(lostSince: number | undefined): void;
}

/** The server sends something each second, … */
const SILENT_MS = 1_850;
/** … but for one that is just starting: it loads what it is made of. */
const FIRST_SILENT_MS = 6_000;
const LOOK_MS = 100;
const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 4_000;

/** The page's connection to its server: notices within two seconds that it is lost, and finds back by itself. */
export class PageLine {
  readonly #address: string;
  readonly #listeners: PageLineListeners;
  #socket: WebSocket | undefined;
  #choice: string | undefined;
  #newestAt = 0;
  #lostSince: number | undefined;
  #failures = 0;
  #hasAnswered = false;

  constructor(address: string, listeners: PageLineListeners) {
    this.#address = address;
    this.#listeners = listeners;
  }

  start(): void {
    this.#connect();
    setInterval(() => this.#look(), LOOK_MS);
    addEventListener("online", () => this.#look());
  }

  /** Asks for a view, now and after each reconnection. */
  choose(choice: PageChoice): void {
    this.#choice = JSON.stringify(choice);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(this.#choice);
  }

  #connect(): void {
    const socket = this.#socket = new WebSocket(this.#address);
    this.#newestAt = performance.now();
    socket.addEventListener("open", () => {
      if (this.#choice !== undefined) socket.send(this.#choice);
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.#socket) return;
      this.#newestAt = performance.now();
      this.#failures = 0;
      this.#hasAnswered = true;
      if (this.#lostSince !== undefined) {
        this.#lostSince = undefined;
        this.#listeners.onState(undefined);
      }
      this.#listeners.onMessage(JSON.parse(data) as PageMessage);
    });
    socket.addEventListener("close", () => {
      if (socket === this.#socket) this.#lost();
    });
  }

  #look(): void {
    const socket = this.#socket;
    if (socket === undefined || document.hidden) return;
    const most = this.#hasAnswered ? SILENT_MS : FIRST_SILENT_MS;
    if (performance.now() - this.#newestAt < most) return;
    // One that hangs is given up, and the close of a dead socket may take minutes.
    this.#socket = undefined;
    socket.close();
    this.#lost();
  }

  #lost(): void {
    this.#socket = undefined;
    this.#lostSince ??= Date.now();
    this.#listeners.onState(this.#lostSince);
    const most = Math.min(FIRST_WAIT_MS * 2 ** this.#failures++, LAST_WAIT_MS);
    setTimeout(() => this.#connect(), most * (0.5 + Math.random() / 2));
  }
}
