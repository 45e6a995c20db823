import { SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { ServerSocket } from "../../runtime/web_server.ts";
import { type PageChoice, parseChoice } from "./page_choice.ts";
import type { PageMessage } from "./page_message.ts";

export interface PageReaderOptions {
  readonly clock: Clock;
  readonly onChoice: (choice: PageChoice) => void;
  /** Called once. @param isTooSlow it was dropped because it did not take what was sent */
  readonly onEnd: (isTooSlow: boolean) => void;
}

/** A page that has not taken so much gets the newest of each display later, in place of all of them now. */
const HELD_BYTES = 256_000;
/** One that has not taken so much, or takes nothing for so long, is dropped. */
const MOST_BYTES = 4_000_000;
const MOST_WAIT_MS = 20 * SECOND;
const LOOK_MS = 100;
/** What a page sends is a choice. */
const MOST_CHARS = 4_000;
/** Choices a second; the newest of more is taken. */
const CHOICES_PER_SECOND = 20;

/** One page that is open. What it shows is kept by display, so that a slow one skips pictures and never queues them. */
export class PageReader {
  /** Keys of the panels it looks at. */
  readonly panels = new Set<string>();
  readonly #socket: ServerSocket;
  readonly #options: PageReaderOptions;
  /** Newest message by what it replaces. */
  readonly #held = new Map<string, string>();
  #heldSince = NaN;
  #timer: Timer | undefined;
  #choiceTimer: Timer | undefined;
  #nextChoice: PageChoice | undefined;
  #isOver = false;

  constructor(socket: ServerSocket, options: PageReaderOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.onText((text) => this.#take(text));
    socket.onClose(() => this.#end(false));
  }

  send(message: PageMessage): void {
    if (this.#isOver) return;
    const text = JSON.stringify(message);
    if (this.#held.size === 0 && this.#socket.buffered <= HELD_BYTES) {
      return this.#socket.send(text);
    }
    if (this.#socket.buffered > MOST_BYTES) return this.#drop();
    if (this.#held.size === 0) this.#heldSince = this.#options.clock.monotonic();
    const key = replacedBy(message);
    // In the order of the newest: a view stands before its panels.
    this.#held.delete(key);
    this.#held.set(key, text);
    this.#look();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.#end(false);
  }

  #look(): void {
    this.#timer ??= this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      for (const [key, text] of this.#held) {
        if (this.#socket.buffered > HELD_BYTES) break;
        this.#held.delete(key);
        this.#socket.send(text);
      }
      if (this.#held.size === 0) return;
      if (this.#options.clock.monotonic() - this.#heldSince > MOST_WAIT_MS) return this.#drop();
      this.#look();
    }, LOOK_MS);
  }

  #drop(): void {
    this.#end(true);
    this.#socket.close(1013, "this page takes too little of what it is sent");
  }

  #end(isTooSlow: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#choiceTimer?.cancel();
    this.#held.clear();
    this.#options.onEnd(isTooSlow);
  }

  #take(text: string): void {
    if (this.#isOver) return;
    try {
      if (text.length > MOST_CHARS) throw new RangeError(`a choice has ${MOST_CHARS} characters`);
      this.#nextChoice = parseChoice(JSON.parse(text));
    } catch (error) {
      return this.send({ type: "refused", message: (error as Error).message });
    }
    if (this.#choiceTimer === undefined) this.#choose();
  }

  #choose(): void {
    const choice = this.#nextChoice;
    this.#nextChoice = undefined;
    if (choice === undefined) return;
    this.#choiceTimer = this.#options.clock.setTimer(() => {
      this.#choiceTimer = undefined;
      this.#choose();
    }, SECOND / CHOICES_PER_SECOND);
    this.#options.onChoice(choice);
  }
}

function replacedBy(message: PageMessage): string {
  if (message.type === "slot") return `slot ${message.panel} ${message.slot}`;
  return message.type === "fault" ? `fault ${message.panel}` : message.type;
}
