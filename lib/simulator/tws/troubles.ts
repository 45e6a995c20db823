import { Reorder } from "../reorder.ts";
import { passingRefusal } from "./passing_refusals.ts";
import { type Refusal, Refusals } from "./refusals.ts";
import type { Fields } from "./replies.ts";

/** What code 162 is to complain about. */
export type HistoryComplaint = "pacing" | "no-data" | "error";

/** Kinds of requests that may be refused for a while. */
export type RefusedKind = "listing" | "history" | "streams";

/** Temporary faults of IBKR's services behind a server. Times are venue ms. */
export class Troubles {
  /** Market data of all sessions, on its way out. */
  readonly order = new Reorder<{ readonly fields: Fields; send(fields: Fields): void }>();
  /** Answers of history still to be cut short. */
  answersToCut = 0;
  readonly #refusing = new Map<RefusedKind, { readonly code: number; readonly until: number }>();
  #complaints: HistoryComplaint[] = [];
  #farmDownUntil = -Infinity;
  #historyDownUntil = -Infinity;
  #historySilentUntil = -Infinity;
  #slow = { byMs: 0, until: -Infinity };
  #competingUntil = -Infinity;
  #hungUntil = -Infinity;
  #holdUntil = -Infinity;
  readonly #heldIds = new Map<number, number>();

  /** The market-data farm is down: streams say nothing. */
  breakFarm(until: number): void {
    this.#farmDownUntil = Math.max(this.#farmDownUntil, until);
  }

  isFarmDown(now: number): boolean {
    return now < this.#farmDownUntil;
  }

  breakHistory(until: number): void {
    this.#historyDownUntil = Math.max(this.#historyDownUntil, until);
  }

  isHistoryDown(now: number): boolean {
    return now < this.#historyDownUntil;
  }

  /** History requests stay without an answer until then. */
  silenceHistory(until: number): void {
    this.#historySilentUntil = Math.max(this.#historySilentUntil, until);
  }

  isHistorySilent(now: number): boolean {
    return now < this.#historySilentUntil;
  }

  /** The next `count` history requests are refused; what was to be refused before, no more. */
  complain(about: HistoryComplaint, count: number): void {
    this.#complaints = new Array<HistoryComplaint>(count).fill(about);
  }

  /** What the next history request is refused with; undefined when it is served. Asking counts it. */
  nextComplaint(): HistoryComplaint | undefined {
    return this.#complaints.shift();
  }

  /** Requests of a kind are refused with a code until then. */
  refuse(kind: RefusedKind, code: number, until: number): void {
    this.#refusing.set(kind, { code, until });
  }

  /** What a request of the kind is refused with now; undefined when it is served. */
  refusalOf(kind: RefusedKind, now: number): Refusal | undefined {
    const refusing = this.#refusing.get(kind);
    if (refusing === undefined || now >= refusing.until) return undefined;
    return passingRefusal(refusing.code, now);
  }

  slowHistory(byMs: number, until: number): void {
    this.#slow = { byMs, until };
  }

  /** How much later an answer of history comes. */
  slowBy(now: number): number {
    return now < this.#slow.until ? this.#slow.byMs : 0;
  }

  /** Another session of the same user has the data until then. */
  compete(until: number): void {
    this.#competingUntil = Math.max(this.#competingUntil, until);
  }

  /** What a stream is refused with now: another session has the data, or a code of the fault script. */
  streamRefusal(now: number): Refusal | undefined {
    return now < this.#competingUntil ? Refusals.competing : this.refusalOf("streams", now);
  }

  /** Connections made until then are accepted and never answered. */
  hang(until: number): void {
    this.#hungUntil = Math.max(this.#hungUntil, until);
  }

  isHung(now: number): boolean {
    return now < this.#hungUntil;
  }

  /** The ids of clients that end until then stay in use until then. */
  holdIds(until: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, until);
  }

  /** A client has gone. */
  left(clientId: number, now: number): void {
    if (now < this.#holdUntil) this.#heldIds.set(clientId, this.#holdUntil);
  }

  isHeld(clientId: number, now: number): boolean {
    return now < (this.#heldIds.get(clientId) ?? -Infinity);
  }
}
