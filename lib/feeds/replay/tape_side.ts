import type { HttpGetOptions } from "../../runtime/http.ts";
import { writtenUrl } from "../recording/written.ts";
import type { FarSide } from "../recording/far_side.ts";
import { textOfBytes } from "../../model/binary_text.ts";
import type { Input, Output, StampedInput } from "../recording/tape_row.ts";
import { Connections } from "./connections.ts";
import type { Turn } from "./turns.ts";

/** Where the program first did something else than when it was recorded. */
export interface Divergence {
  /** Wall clock of the recording, epoch ms UTC. */
  readonly wall: number;
  readonly expected: string;
  readonly got: string;
}

interface PendingTimer {
  readonly id: number;
  readonly dueAt: number;
  readonly delayMs: number;
}

interface PendingAsk {
  readonly url: string;
  readonly lateAt: number;
}

/**
 * The outside while replaying: it sends nothing, and holds against the recording what the program does. As long
 * as both agree, timers ring when they rang. When they do not (the program has changed, or rows were lost), timers
 * ring when they are due, answers go to whoever asked the same, and messages to the connection that stands for
 * theirs: the best that can be done, the same every time, and reported as a divergence.
 */
export class TapeSide implements FarSide {
  #divergence: Divergence | undefined;
  #expected: readonly Output[] = [];
  #next = 0;
  /** What is expected is the beginning of what the program does. */
  #isStopped = false;
  #input: StampedInput = { in: "start", at: 0, wall: 0 };
  #isOver = false;
  readonly #timers = new Map<number, PendingTimer>();
  readonly #asked = new Map<number, PendingAsk>();
  /** Addresses of requests, as recorded. */
  readonly #recordedUrls = new Map<number, string>();
  readonly #sockets = new Connections();
  readonly #peers = new Connections();
  /** What has to happen next because the recording cannot say it. */
  readonly #owed: Input[] = [];
  readonly #onOwed: (input: Input) => void;

  /** @param onOwed given what is owed once the replay is over. */
  constructor(onOwed: (input: Input) => void) {
    this.#onOwed = onOwed;
  }

  /** The first difference; undefined while there is none. */
  get divergence(): Divergence | undefined {
    return this.#divergence;
  }

  /** Nothing more comes: whatever is closed is gone at once. */
  end(): void {
    this.#isOver = true;
    for (const input of this.#owed.splice(0)) this.#onOwed(input);
  }

  /** What to deliver to the program in a turn, one after the other; usually just the turn's own input. */
  *inputsOf({ input, outputs, lost, isLast }: Turn): Generator<StampedInput> {
    if (lost > 0) this.#diverge(`${lost} rows that were lost`, "nothing", input);
    if (input.in === "timer") this.#checkTimer(input);
    for (const output of outputs) {
      if (output.out === "http-ask") this.#recordedUrls.set(output.id, output.url);
    }
    this.#expected = outputs;
    this.#next = 0;
    this.#isStopped = isLast;
    if (this.#divergence === undefined) {
      this.#input = input;
      this.#arrange(input);
      return yield input;
    }
    for (let due = this.#nextDue(input); due !== undefined; due = this.#nextDue(input)) {
      this.#input = due;
      yield due;
    }
    this.#input = input;
    const readdressed = this.#readdressed(input);
    if (readdressed !== undefined) yield readdressed;
  }

  /** Closes a turn. */
  finish(): void {
    const missing = this.#expected[this.#next];
    if (this.#divergence === undefined && missing !== undefined) {
      this.#diverge(JSON.stringify(missing), "nothing");
    }
  }

  random(): number {
    const next = this.#expected[this.#next];
    if (this.#divergence === undefined && next?.out === "random") {
      this.#next++;
      return next.value;
    }
    this.#did({ out: "random", value: UNKNOWN_RANDOM });
    return UNKNOWN_RANDOM;
  }

  startTimer(id: number, delayMs: number): void {
    this.#timers.set(id, { id, delayMs, dueAt: this.#input.at + Math.max(0, delayMs) });
  }

  stopTimer(id: number): void {
    this.#timers.delete(id);
  }

  dialSocket(id: number, url: string): void {
    this.#did({ out: "socket-dial", id, url: writtenUrl(url) });
    this.#sockets.dialled(id);
    // A stream can be joined in its middle; a conversation with TWS cannot.
    if (this.#divergence !== undefined && this.#sockets.join(id)) {
      this.#owe({ in: "socket-open", id });
    }
  }

  sendText(id: number, text: string): void {
    this.#did({ out: "socket-send", id, text });
  }

  closeSocket(id: number): void {
    this.#did({ out: "socket-close", id });
    this.#sockets.left(id);
    this.#owe({ in: "socket-gone", id });
  }

  ask(id: number, url: string, { timeoutMs }: HttpGetOptions): void {
    const masked = writtenUrl(url);
    this.#did({ out: "http-ask", id, url: masked, limitMs: timeoutMs });
    this.#asked.set(id, { url: masked, lateAt: this.#input.at + timeoutMs });
  }

  abandon(id: number): void {
    this.#did({ out: "http-abandon", id });
    this.#asked.delete(id);
    if (this.#divergence === undefined) this.#recordedUrls.delete(id);
  }

  dialTcp(id: number, host: string, port: number): void {
    this.#did({ out: "tcp-dial", id, host, port });
    this.#peers.dialled(id);
  }

  sendBytes(id: number, bytes: Uint8Array): void {
    this.#did({ out: "tcp-send", id, bytes: textOfBytes(bytes) });
  }

  closeTcp(id: number): void {
    this.#did({ out: "tcp-close", id });
    this.#peers.left(id);
    this.#owe({ in: "tcp-close", id });
  }

  #did(output: Output): void {
    if (this.#divergence !== undefined || this.#isOver) return;
    if (this.#isStopped && this.#next === this.#expected.length) return;
    const expected = JSON.stringify(this.#expected[this.#next] ?? null);
    const got = JSON.stringify(output);
    if (expected === got) this.#next++;
    else this.#diverge(expected === "null" ? "nothing" : expected, got);
  }

  #diverge(expected: string, got: string, { wall }: StampedInput = this.#input): void {
    this.#divergence ??= { wall, expected: short(expected), got: short(got) };
  }

  /** The end of what the program closed is in the recording, unless the two have parted. */
  #owe(input: Input): void {
    if (this.#isOver) this.#onOwed(input);
    else this.#owed.push(input);
  }

  #checkTimer(input: Extract<StampedInput, { in: "timer" }>): void {
    const { id, delayMs } = input;
    const pending = this.#timers.get(id);
    if (pending?.delayMs === delayMs) return;
    const got = pending === undefined ? "no such timer" : `timer of ${pending.delayMs} ms`;
    this.#diverge(`timer ${id} of ${delayMs} ms`, got, input);
  }

  /** Bookkeeping of what the recording is about to deliver. */
  #arrange(input: StampedInput): void {
    if (input.in === "timer") this.#timers.delete(input.id);
    if (input.in === "http-answer" || input.in === "http-failure") {
      this.#asked.delete(input.id);
      this.#recordedUrls.delete(input.id);
    }
    this.#addressOf(input);
    const owed = this.#owed.findIndex((o) => o.in === input.in && idOf(o) === idOf(input));
    if (owed >= 0) this.#owed.splice(owed, 1);
  }

  /** The program's id of the connection that an input is about. */
  #addressOf(input: Input): number | undefined {
    switch (input.in) {
      case "socket-open":
        return this.#sockets.addressOf(input.id, "open");
      case "socket-text":
        return this.#sockets.addressOf(input.id, "data");
      case "socket-end":
      case "socket-gone":
        return this.#sockets.addressOf(input.id, "over");
      case "tcp-open":
        return this.#peers.addressOf(input.id, "open");
      case "tcp-data":
      case "tcp-end":
      case "tcp-error":
        return this.#peers.addressOf(input.id, "data");
      case "tcp-close":
        return this.#peers.addressOf(input.id, "over");
      default:
        return undefined;
    }
  }

  /** After a divergence: what has to happen before an input, the earliest of it. */
  #nextDue({ at, wall }: StampedInput): StampedInput | undefined {
    const owed = this.#owed.shift();
    if (owed !== undefined) return { ...owed, at: this.#input.at, wall: this.#input.wall };
    const [late] = [...this.#asked].find(([, { lateAt }]) => lateAt <= at) ?? [];
    if (late !== undefined) {
      this.#asked.delete(late);
      const message = "the recording holds no answer to this request";
      return { in: "http-failure", id: late, fault: "timeout", message, at, wall };
    }
    const [timer] = [...this.#timers.values()].filter(({ dueAt }) => dueAt <= at)
      .sort((a, b) => a.dueAt - b.dueAt || a.id - b.id);
    if (timer === undefined) return undefined;
    const { id, delayMs } = timer;
    this.#timers.delete(id);
    const dueAt = Math.max(timer.dueAt, this.#input.at);
    return { in: "timer", id, delayMs, at: dueAt, wall: wall - at + dueAt };
  }

  /** An input under the id by which the program knows what it is about; none when it is about nothing. */
  #readdressed(input: StampedInput): StampedInput | undefined {
    if (input.in === "timer" || input.in === "start") return undefined;
    const isAnswer = input.in === "http-answer" || input.in === "http-failure";
    const id = isAnswer ? this.#askerOf(input.id) : this.#addressOf(input);
    return id === undefined ? undefined : { ...input, id };
  }

  /** Who asked what an answer of the recording answers. */
  #askerOf(recorded: number): number | undefined {
    const url = this.#recordedUrls.get(recorded);
    this.#recordedUrls.delete(recorded);
    const [id] = [...this.#asked].find(([, asked]) => asked.url === url) ?? [];
    if (id !== undefined) this.#asked.delete(id);
    return id;
  }
}

/** Stands for a random number that the recording does not hold. */
const UNKNOWN_RANDOM = 0.5;

function idOf(input: Input): number {
  return "id" in input ? input.id : 0;
}

function short(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
