import { tradingDayOf } from "../../calendar/globex.ts";
import { MINUTE } from "../../model/time.ts";
import { refusalCause } from "../../wire/tws_refusals.ts";
import type { NextContract } from "../feed.ts";
import type { ContractSchedule, FrontContract } from "./contracts.ts";
import type { GatewayEvent } from "./gateway.ts";
import type { SessionTools } from "./session_tools.ts";
import { Subscription } from "./subscription.ts";
import { volumeWindowFrom } from "./volume_roll.ts";

const RETRY_MS = MINUTE;
/** The same where the account seems not to have the contract: it may be a passing refusal all the same. */
const LONG_RETRY_MS = 10 * MINUTE;
const LASTING: readonly string[] = ["permission", "no-delayed", "contract", "request"];

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
  /** Its stream has brought a bar since it was asked for last. */
  #flows = false;
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
      this.#contract = next;
      this.#volume = { front: 0, next: 0 };
    }
    if (next !== undefined && this.#subscription.open(next.future)) this.#flows = false;
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
    this.#flows = true;
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
    const cause = refusalCause(code, text, { isCompeting: false });
    this.#tools.context.log.info(`IBKR on the next contract of ${this.#root}`, { code, text });
    if (cause === "none") return;
    this.reopen();
    if (cause === "ended" && this.#flows) return;
    this.#subscription.postpone(LASTING.includes(cause) ? LONG_RETRY_MS : RETRY_MS);
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
