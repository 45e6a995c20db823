import { tradingDayOf } from "../../calendar/globex.ts";
import { MINUTE } from "../../model/time.ts";
import type { NextContract } from "../feed.ts";
import type { ContractSchedule, FrontContract } from "./contracts.ts";
import type { GatewayEvent } from "./gateway.ts";
import type { SessionTools } from "./session_tools.ts";
import { streamRefusal } from "./stream_refusal.ts";
import { Subscription } from "./subscription.ts";
import { volumeWindowFrom } from "./volume_roll.ts";

const RETRY_MS = MINUTE;

/**
 * The contract that comes next, streamed beside the one in front for a week before the roll, so that its price
 * and its share of the volume are known. It enters no ledger, and its failures touch nothing else. At the roll
 * its stream is handed over, so that the first minute of the new front month lacks nothing.
 */
export class NextMonth {
  readonly #tools: SessionTools;
  readonly #root: string;
  #subscription: Subscription;
  #newest: NextContract | undefined;
  #contract: FrontContract | undefined;
  #isRefused = false;
  #day: string | undefined;
  #volume = { front: 0, next: 0 };

  constructor(tools: SessionTools, root: string) {
    this.#tools = tools;
    this.#root = root;
    this.#subscription = new Subscription(tools, false);
  }

  /** What is known of the contract that comes next; undefined far from a roll and before its first bar. */
  get newest(): NextContract | undefined {
    return this.#newest;
  }

  /** Streams what follows `front` while the roll is near. */
  follow(schedule: ContractSchedule, front: FrontContract): void {
    const now = this.#tools.venueClock.atLeast();
    const from = volumeWindowFrom(schedule.product, front);
    const isNear = now >= from && now < front.rollAt;
    const next = isNear ? schedule.contenders(now)[1] : undefined;
    if (next?.future.contractId !== this.#contract?.future.contractId) {
      this.close();
      this.#isRefused = false;
      this.#contract = next;
      this.#volume = { front: 0, next: 0 };
    }
    if (next !== undefined && !this.#isRefused) this.#subscription.open(next.future);
  }

  /** Gives its stream away. @returns undefined when it does not stream `front`. */
  handOver(front: FrontContract): Subscription | undefined {
    const isIt = this.#contract?.future.contractId === front.future.contractId;
    if (!isIt || this.#subscription.id === undefined) return undefined;
    const streaming = this.#subscription;
    this.#subscription = new Subscription(this.#tools, false);
    return streaming;
  }

  /** True for the request id of its stream. */
  owns(id: number): boolean {
    return this.#subscription.id === id;
  }

  /** Takes a five-second bar of its stream. */
  take(event: GatewayEvent): void {
    if (event.kind !== "bar" || this.#contract === undefined) return;
    const { time, close, volume } = event.bar;
    const latest = this.#tools.venueClock.estimate() + MINUTE;
    if (!Number.isSafeInteger(time) || time > latest || !(close > 0) || !(volume >= 0)) return;
    this.#count("next", time, volume);
    const { front, next } = this.#volume;
    this.#newest = {
      contract: this.#contract.future.localSymbol,
      lastPrice: close,
      volumeShare: front + next > 0 ? next / (front + next) : NaN,
    };
  }

  /** Takes a five-second bar of the contract in front, for the comparison. */
  tookFront(time: number, volume: number): void {
    if (this.#contract !== undefined && volume >= 0) this.#count("front", time, volume);
  }

  /** Takes an error about its stream. */
  refused(code: number, text: string): void {
    const symbol = this.#root;
    const known = { symbol, exchange: this.#contract?.future.exchange ?? "", isDelayed: false };
    const { kind } = streamRefusal(code, text, known);
    this.#tools.context.log.info(`IBKR on the next contract of ${symbol}`, { code, text });
    if (kind === "none") return;
    this.#isRefused = kind === "failed";
    this.reopen();
    if (kind !== "ask-again") this.#subscription.postpone(RETRY_MS);
  }

  /** Has the stream asked for anew, with a fresh id. */
  reopen(): void {
    this.#subscription.close();
  }

  close(): void {
    this.#subscription.close();
    this.#contract = undefined;
    this.#newest = undefined;
  }

  #count(side: "front" | "next", time: number, volume: number): void {
    const day = tradingDayOf(time);
    if (day !== this.#day) this.#volume = { front: 0, next: 0 };
    this.#day = day;
    this.#volume[side] += volume;
  }
}
