import { SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { ServerSocket } from "../../runtime/web_server.ts";
import type { PageBeat } from "./page_message.ts";

/** As often as a market's own beats come: a page takes silence for a lost server. */
const BEAT_MS = SECOND;
/** More pages than a desk has. */
const MOST_WAITING = 200;

/** A page's socket that is given away later: what came over it meanwhile is kept. */
class HeldSocket implements ServerSocket {
  readonly #socket: ServerSocket;
  #isOpen = false;
  #isClosed = false;
  /** What it shows is chosen anew by each text: the newest counts. */
  #newest: string | undefined;
  #onOpen: (() => void) | undefined;
  #onText: ((text: string) => void) | undefined;
  #onClose: (() => void)[] = [];

  constructor(socket: ServerSocket) {
    this.#socket = socket;
    socket.onOpen(() => {
      this.#isOpen = true;
      this.#onOpen?.();
    });
    socket.onText((text) => {
      if (this.#onText === undefined) this.#newest = text;
      else this.#onText(text);
    });
    socket.onClose(() => {
      this.#isClosed = true;
      for (const callback of this.#onClose) callback();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get buffered(): number {
    return this.#socket.buffered;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Also for one that has been open for long. */
  onOpen(callback: () => void): void {
    if (this.#isOpen) callback();
    else this.#onOpen = callback;
  }

  onText(callback: (text: string) => void): void {
    this.#onText = callback;
  }

  onClose(callback: () => void): void {
    this.#onClose.push(callback);
  }

  /** Gives its new owner what it has missed. */
  passOn(): void {
    const text = this.#newest;
    this.#newest = undefined;
    if (text !== undefined) this.#onText?.(text);
  }
}

/** Where pages wait that are there before the market is: each second they get how its opening goes. */
export class WaitingRoom {
  readonly #clock: Clock;
  readonly #opening: () => string;
  readonly #waiting = new Set<HeldSocket>();
  #timer: Timer | undefined;

  /** @param opening how the opening goes, in a sentence */
  constructor(clock: Clock, opening: () => string) {
    this.#clock = clock;
    this.#opening = opening;
  }

  take(socket: ServerSocket): void {
    if (this.#waiting.size >= MOST_WAITING) return socket.close(1013, "too many pages are open");
    const held = new HeldSocket(socket);
    this.#waiting.add(held);
    held.onClose(() => void this.#waiting.delete(held));
    held.onOpen(() => held.send(this.#beat()));
    this.#schedule();
  }

  /** All who wait go on; safe to call twice. */
  leave(onward: (socket: ServerSocket) => void): void {
    this.#timer?.cancel();
    for (const held of [...this.#waiting]) {
      this.#waiting.delete(held);
      if (held.isClosed) continue;
      onward(held);
      held.passOn();
    }
  }

  #schedule(): void {
    this.#timer ??= this.#clock.setTimer(() => {
      this.#timer = undefined;
      const text = this.#beat();
      for (const held of this.#waiting) held.send(text);
      if (this.#waiting.size > 0) this.#schedule();
    }, BEAT_MS);
  }

  #beat(): string {
    const beat: PageBeat = {
      type: "beat",
      venueTime: null,
      source: null,
      message: this.#opening(),
    };
    return JSON.stringify(beat);
  }
}
