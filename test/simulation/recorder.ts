import type { FeedEvent } from "../../lib/model/feed_event.ts";
import type { Venue } from "./venue.ts";
import type { ToldTrade } from "./checker/trades.ts";
import type { HistoryQuestion, HttpStep, SocketStep, Told } from "./checker/history.ts";

/** Writes down what the feeds tell, and sums up all of it in a hash. */
export class Recorder {
  readonly told: Told[] = [];
  readonly data: Record<Venue, number[]> = {
    binance: [],
    ibkr: [],
    deribit: [],
    coinbase: [],
    kraken: [],
  };
  readonly bars: number[] = [];
  readonly trades: ToldTrade[] = [];
  readonly sockets: SocketStep[] = [];
  readonly asked: HttpStep[] = [];
  readonly questions: HistoryQuestion[] = [];
  readonly #now: () => number;
  readonly #log: ((line: string) => void) | undefined;
  #high = 0x811c9dc5;
  #low = 0x1000193;

  /** @param now true venue time. @param log hears of every event, when somebody wants to read along. */
  constructor(now: () => number, log?: (line: string) => void) {
    this.#now = now;
    this.#log = log;
  }

  /** 16 hexadecimal digits; equal for runs in which the same was told at the same times. */
  get hash(): string {
    const part = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return part(this.#high) + part(this.#low);
  }

  take(venue: Venue, event: FeedEvent): void {
    const at = this.#now();
    this.#mixNumber(at);
    if (event.kind === "trade") this.trades.push(event);
    if (event.kind === "forming" || event.kind === "trade") {
      this.#mixNumber(event.kind === "trade" ? event.price : event.bar.close);
      return;
    }
    this.told.push({ at, event });
    // Where data is delayed, minutes come from polled history.
    if (event.kind === "bar" && event.bar.source === "delayed") this.heard(venue);
    const line = JSON.stringify({ venue, ...event }, withoutCause);
    this.#mixText(line);
    this.#log?.(`${new Date(at).toISOString()} ${line}`);
  }

  socket(venue: Venue, id: number, what: SocketStep["what"]): void {
    const step = { at: this.#now(), venue, id, what };
    this.sockets.push(step);
    this.#mixText(`${step.at} ${venue} ${id} ${what}`);
    this.#log?.(`${new Date(step.at).toISOString()} socket ${id} of ${venue}: ${what}`);
  }

  /** A request was sent, or answered with a status. */
  http(answer?: { readonly status: number; readonly retryAfterMs: number | undefined }): void {
    const at = this.#now();
    this.asked.push(answer === undefined ? { at, what: "ask" } : { at, what: "answer", ...answer });
    this.#mixNumber(at);
  }

  /** IBKR's history was asked. */
  question(contract: string, text: string): void {
    const at = this.#now();
    this.questions.push({ at, contract, text });
    this.#log?.(`${new Date(at).toISOString()} history of ${contract} asked: ${text}`);
    this.#mixText(contract + text);
  }

  /** Market data has reached the client. */
  heard(venue: Venue): void {
    addTime(this.data[venue], this.#now());
  }

  /** A five-second bar has. */
  heardBar(): void {
    this.heard("ibkr");
    addTime(this.bars, this.#now());
  }

  /** Adds to the hash what is not an event. */
  seal(text: string): void {
    this.#mixText(text);
  }

  #mixText(text: string): void {
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
  }

  #mixNumber(value: number): void {
    this.#mix(value | 0);
    this.#mix(Math.floor(value / 2 ** 32) | 0);
    this.#mix(Math.floor((value % 1) * 2 ** 31) | 0);
  }

  /** FNV-1a in two lanes. */
  #mix(word: number): void {
    this.#high = Math.imul(this.#high ^ word, 0x01000193);
    this.#low = Math.imul(this.#low ^ (word + 0x9e3779b9), 0x85ebca6b) ^ (this.#low >>> 15);
  }
}

function addTime(times: number[], at: number): void {
  if (times.at(-1) !== at) times.push(at);
}

/** A failure's cause may hold anything. */
function withoutCause(key: string, value: unknown): unknown {
  if (key === "cause") return undefined;
  if (value instanceof Error) return { name: value.name, message: value.message };
  return value;
}
