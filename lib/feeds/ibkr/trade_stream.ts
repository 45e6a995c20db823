import { MINUTE, SECOND } from "../../model/time.ts";
import { twsCode } from "../../wire/tws_codes.ts";
import type { ListedFuture, VenueTrade } from "./gateway.ts";
import type { ReceivedTrades } from "./received_trades.ts";
import { latestPossible, type SessionTools } from "./session_tools.ts";

/** One request a contract in so long. Source: TWS API documentation, "Tick-by-Tick Data". */
const SPACING_MS = 15 * SECOND;
const SPACING_FLOOR_MS = SECOND;
/** A refusal may pass: another program lets go of a stream, or a subscription is bought. */
const RETRY_MS = 5 * MINUTE;
const RETRY_FLOOR_MS = 5 * SECOND;
/** Five-second bars with volume in a row, without one single trade, that give the stream up for dead. */
const MAX_BARS_WITHOUT = 12;

/**
 * The single trades of the contract in front (tick-by-tick "Last"), beside its five-second bars. An account has few
 * such streams, three to five: where none is free, the bars go on alone, and the coverage of trades says so.
 */
export class TradeStream {
  readonly #tools: SessionTools;
  readonly #root: string;
  readonly #received: ReceivedTrades;
  #future: ListedFuture | undefined;
  #id: number | undefined;
  #notBefore = -Infinity;
  #barsWithout = 0;

  constructor(tools: SessionTools, root: string, received: ReceivedTrades) {
    this.#tools = tools;
    this.#root = root;
    this.#received = received;
    received.interrupt();
  }

  /** True for the request id of its stream. */
  owns(id: number): boolean {
    return this.#id === id;
  }

  /** Streams this contract, as soon as that is allowed. */
  follow(future: ListedFuture): void {
    const { gateway, freshId, pace, context } = this.#tools;
    if (future.contractId !== this.#future?.contractId) {
      this.#stop();
      this.#notBefore = -Infinity;
    }
    this.#future = future;
    const now = context.clock.monotonic();
    if (this.#id !== undefined || now < this.#notBefore) return;
    this.#notBefore = now + pace(SPACING_MS, SPACING_FLOOR_MS);
    this.#barsWithout = 0;
    this.#id = freshId();
    gateway.trades(this.#id, future);
  }

  take({ time, price, size }: VenueTrade): void {
    const { emit, clock } = this.#tools.context;
    const isSound = Number.isSafeInteger(time) && time <= latestPossible(this.#tools) &&
      price > 0 && size > 0 && Number.isFinite(price) && Number.isFinite(size);
    if (!isSound) return this.#received.interrupt();
    this.#barsWithout = 0;
    this.#received.refusal = undefined;
    const id = this.#received.take(time);
    const receivedAt = clock.now();
    emit({ kind: "trade", instrument: this.#root, id, time, price, size, receivedAt });
  }

  /** A five-second bar of the same contract traded so much: single trades must come too. */
  barTraded(volume: number): void {
    if (this.#id === undefined || !(volume > 0)) return;
    if (++this.#barsWithout >= MAX_BARS_WITHOUT) this.reopen();
  }

  /** Takes an error about its stream. */
  refused(code: number, text: string): void {
    const { log, clock } = this.#tools.context;
    const { action } = twsCode(code);
    // Bars that trade without single trades show whether a code that nobody knows has ended them.
    if (action === "note" || action === "ignore" || action === "unknown") return;
    this.#id = undefined;
    this.#received.interrupt();
    // It is given again as soon as it is asked for.
    if (action === "resubscribe" || action === "slow-down") return;
    this.#notBefore = clock.monotonic() + this.#tools.pace(RETRY_MS, RETRY_FLOOR_MS);
    const refusal = `five-second bars only: IBKR gives no single trades (code ${code}: ${text})`;
    if (this.#received.refusal !== refusal) {
      log.warn(`${this.#root} has ${refusal}; they are asked for again now and then`, {
        instrument: this.#root,
      });
    }
    this.#received.refusal = refusal;
  }

  /** Has the stream asked for anew, with a fresh id, as soon as the pace allows. */
  reopen(): void {
    this.#stop();
  }

  close(): void {
    this.#stop();
    this.#future = undefined;
  }

  #stop(): void {
    if (this.#id !== undefined) this.#tools.gateway.cancelTrades(this.#id);
    this.#id = undefined;
    this.#received.interrupt();
  }
}
