import { lastTradeTime, rollTime } from "../../calendar/contract_month.ts";
import { formatUtc, MINUTE, SECOND } from "../../model/time.ts";
import type { ContractSchedule, FrontContract } from "./contracts.ts";
import type { ListedFuture, VenueBar } from "./gateway.ts";
import type { Answer } from "./requests.ts";
import type { SessionTools } from "./session_tools.ts";
import { volumeRollTime, volumeWindowFrom } from "./volume_roll.ts";

/** The break between two trading days is an hour: asked this often, the roll is known before the open. */
const REFRESH_MS = 15 * MINUTE;
const RETRY_MS = 20 * SECOND;
/** Volumes are given up, and the date holds, after so many failures in a row: one is soon met by chance. */
const MOST_FAILURES = 3;
const REFRESH_FLOOR_MS = 2 * SECOND;
const ANSWER_LIMIT_MS = 30 * SECOND;
const ANSWER_LIMIT_FLOOR_MS = 4_000;
/** The whole stretch in which volume may cross: three weeks of trading days. */
const DURATION = "16 D";
const REQUEST = `days ${DURATION}`;

export interface RollDeciderOptions {
  readonly tools: SessionTools;
  /** Roll times by expiry. Outlives connections: what was decided once is not decided again. */
  readonly rolls: Map<string, number>;
  /** `rolls` has changed. */
  readonly onRoll: () => void;
}

/**
 * Decides by volume when a future rolls: near the customary roll it asks for the daily volumes of the
 * contract in front and of the next one. While they cannot be had, the customary date holds. Once the next
 * contract was in front, nothing goes back.
 */
export class RollDecider {
  readonly #options: RollDeciderOptions;
  #askAt = -Infinity;
  #isAsking = false;
  /** Expiry whose volumes were asked for in vain, and how often in a row. */
  #failed: { readonly expiry: string; readonly times: number } | undefined;

  constructor(options: RollDeciderOptions) {
    this.#options = options;
  }

  /** Asks when that is due. @returns false while the contract in front is still to be found out. */
  tick(schedule: ContractSchedule): boolean {
    const { tools: { venueClock, context }, rolls } = this.#options;
    const now = venueClock.atLeast();
    const [front, next] = schedule.contenders(now);
    if (front === undefined || next === undefined) return true;
    const { expiry } = front;
    if (now < volumeWindowFrom(expiry)) return true;
    const known = rolls.get(expiry);
    if (known !== undefined && known < lastTradeTime(expiry)) return true;
    const failures = this.#failed?.expiry === expiry ? this.#failed.times : 0;
    const isPast = now >= rollTime(expiry);
    if (known === undefined && failures >= MOST_FAILURES && isPast) {
      this.#decide(front, next, rollTime(expiry), "by date, for the volumes are not known");
      return true;
    }
    if (!this.#isAsking && context.clock.monotonic() >= this.#askAt) {
      this.#ask(schedule, front, next);
    }
    return known !== undefined || (failures > 0 && !isPast);
  }

  #ask(schedule: ContractSchedule, front: FrontContract, next: FrontContract): void {
    const { guarded, venueClock } = this.#options.tools;
    const waitMs = Math.max(this.#waitMs(front.future), this.#waitMs(next.future));
    // To have to wait is no failure: a connection cut after the question would decide the roll.
    if (waitMs > 0) return this.#pause(waitMs);
    this.#isAsking = true;
    const volumes = Promise.all([this.#daysOf(front.future), this.#daysOf(next.future)]);
    volumes.then(([ofFront, ofNext]) =>
      guarded(() => {
        this.#isAsking = false;
        if (ofFront.kind === "ended" || ofNext.kind === "ended") return;
        if (ofFront.kind !== "ok" || ofNext.kind !== "ok") {
          const { expiry } = front;
          const before = this.#failed?.expiry === expiry ? this.#failed.times : 0;
          this.#failed = { expiry, times: before + 1 };
          return this.#pause(RETRY_MS);
        }
        this.#failed = undefined;
        this.#pause(REFRESH_MS);
        const bars = { front: ofFront.value, next: ofNext.value };
        const now = venueClock.atLeast();
        const { calendar } = schedule;
        const rollAt = volumeRollTime(front.expiry, { ...bars, calendar, now });
        const isDecided = rollAt < lastTradeTime(front.expiry);
        const why = isDecided
          ? "the next one trades more"
          : "at the latest, for it trades more still";
        this.#decide(front, next, rollAt, why);
      })
    );
  }

  #waitMs({ localSymbol }: ListedFuture): number {
    const { budget, context } = this.#options.tools;
    return budget.waitMs(localSymbol, REQUEST, context.clock.monotonic() * context.speed);
  }

  async #daysOf(future: ListedFuture): Promise<Answer<readonly VenueBar[]>> {
    const { pace, context, budget, requests } = this.#options.tools;
    budget.spend(future.localSymbol, REQUEST, context.clock.monotonic() * context.speed);
    const limitMs = pace(ANSWER_LIMIT_MS, ANSWER_LIMIT_FLOOR_MS);
    return await requests.history({ future, end: "", duration: DURATION, barSize: "day" }, limitMs);
  }

  #decide(front: FrontContract, next: FrontContract, rollAt: number, why: string): void {
    const { tools: { context }, rolls, onRoll } = this.#options;
    if (rolls.get(front.expiry) === rollAt) return;
    rolls.set(front.expiry, rollAt);
    context.log.info(
      `${front.future.localSymbol} hands over to ${next.future.localSymbol} at ${
        formatUtc(rollAt)
      }: ${why}`,
    );
    onRoll();
  }

  #pause(venueMs: number): void {
    const { pace, context } = this.#options.tools;
    this.#askAt = context.clock.monotonic() + pace(venueMs, REFRESH_FLOOR_MS);
  }
}
