import { SECOND } from "../../model/time.ts";
import type { Contract } from "./contracts.ts";
import { type Fields, tickByTickReply } from "./replies.ts";
import type { Tape } from "./tape.ts";

/** Kinds of single trades; the exchange of a future reports all of them, so both are the same here. */
const TRADE_KINDS: Readonly<Record<string, number>> = { Last: 1, AllLast: 2 };

/** The number of a kind of tick-by-tick data; undefined for those that are not served. Case matters. */
export function tradeKindOf(type: string): number | undefined {
  return TRADE_KINDS[type];
}

/** One stream of single trades, each sent when it has happened. */
export class TickByTickStream {
  readonly contract: Contract;
  readonly #id: number;
  readonly #kind: number;
  readonly #tape: Tape;
  #sentTo: number;

  /** @param from venue time from which on trades are sent, epoch ms. */
  constructor(id: number, contract: Contract, tape: Tape, kind: number, from: number) {
    this.#id = id;
    this.contract = contract;
    this.#tape = tape;
    this.#kind = kind;
    this.#sentTo = from;
  }

  /** Messages for the trades that have happened by `now`, in order. */
  *advance(now: number): Generator<Fields> {
    const { listing: { symbol }, terms: { exchange } } = this.contract;
    const from = this.#sentTo;
    this.#sentTo = Math.max(from, now);
    for (const { time, price, size } of this.#tape.trades(symbol, from, now)) {
      const seconds = Math.floor(time / SECOND);
      yield tickByTickReply(this.#id, this.#kind, { seconds, price, size, exchange });
    }
  }
}
