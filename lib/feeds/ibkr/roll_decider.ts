import { latestRollTime, rollTime } from "../../calendar/contract_dates.ts";
import { type Product, productOf } from "../../calendar/products.ts";
import { formatUtc, MINUTE, SECOND } from "../../model/time.ts";
import { ContractSchedule, type FrontContract } from "./contracts.ts";
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
  /** Roll times by contract month. Outlives connections: what was decided once is not decided again. */
  readonly rolls: Map<string, number>;
  /** `rolls` has changed. */
  readonly onRoll: () => void;
}

/**
 * Decides by volume when a future rolls: near the customary roll it asks for the daily volumes of the
 * contract in front and of the next one; for a micro, for those of the big contract's same months. While they
 * cannot be had, the customary date holds. Once the next contract was in front, nothing goes back.
 */
export class RollDecider {
  readonly #options: RollDeciderOptions;
  #askAt = -Infinity;
  #isAsking = false;
  /** Months of the big contract, where its volume decides. */
  #leader: ContractSchedule | undefined;
  /** Contract month whose volumes were asked for in vain, and how often in a row. */
  #failed: { readonly contractMonth: string; readonly times: number } | undefined;

  constructor(options: RollDeciderOptions) {
    this.#options = options;
  }

  /** Asks when that is due. @returns false while the contract in front is still to be found out. */
  tick(schedule: ContractSchedule): boolean {
    const { tools: { venueClock, context }, rolls } = this.#options;
    const { product } = schedule;
    const now = venueClock.atLeast();
    const [front, next] = schedule.contenders(now);
    if (front === undefined || next === undefined) return true;
    const { contractMonth } = front;
    if (now < volumeWindowFrom(product, front)) return true;
    const known = rolls.get(contractMonth);
    if (known !== undefined && known < latestRollTime(product, front)) return true;
    const failures = this.#failed?.contractMonth === contractMonth ? this.#failed.times : 0;
    const byDate = rollTime(product, front);
    const isPast = now >= byDate;
    if (known === undefined && failures >= MOST_FAILURES && isPast) {
      this.#decide(front, next, byDate, "by date, for the volumes are not known");
      return true;
    }
    if (!this.#isAsking && context.clock.monotonic() >= this.#askAt) {
      this.#ask(schedule, front, next);
    }
    return known !== undefined || (failures > 0 && !isPast);
  }

  #ask(schedule: ContractSchedule, front: FrontContract, next: FrontContract): void {
    const { volumeRoot, root } = schedule.product;
    if (volumeRoot !== root && this.#leader === undefined) {
      return this.#askLeader(productOf(volumeRoot), front);
    }
    const ofFront = this.#leader?.futureOf(front.contractMonth) ?? front.future;
    const ofNext = this.#leader?.futureOf(next.contractMonth) ?? next.future;
    const { guarded, venueClock } = this.#options.tools;
    const waitMs = Math.max(this.#waitMs(ofFront), this.#waitMs(ofNext));
    // To have to wait is no failure: a connection cut after the question would decide the roll.
    if (waitMs > 0) return this.#pause(waitMs);
    this.#isAsking = true;
    Promise.all([this.#daysOf(ofFront), this.#daysOf(ofNext)]).then(([old, young]) =>
      guarded(() => {
        this.#isAsking = false;
        if (old.kind === "ended" || young.kind === "ended") return;
        if (old.kind !== "ok" || young.kind !== "ok") return this.#failedOn(front);
        this.#failed = undefined;
        this.#pause(REFRESH_MS);
        const { product, calendar } = schedule;
        const now = venueClock.atLeast();
        const bars = { front: old.value, next: young.value };
        const rollAt = volumeRollTime(product, front, { ...bars, calendar, now });
        const isDecided = rollAt < latestRollTime(product, front);
        const why = isDecided
          ? "the next one trades more"
          : "at the latest, for it trades more still";
        this.#decide(front, next, rollAt, why);
      })
    );
  }

  /** Asks for the months of the big contract. */
  #askLeader(leader: Product, front: FrontContract): void {
    const { requests, pace, guarded } = this.#options.tools;
    this.#isAsking = true;
    const { ibkrSymbol: symbol, exchange } = leader;
    requests.futures({ symbol, exchange }, pace(ANSWER_LIMIT_MS, ANSWER_LIMIT_FLOOR_MS))
      .then((answer) =>
        guarded(() => {
          this.#isAsking = false;
          if (answer.kind === "ended") return;
          if (answer.kind !== "ok") return this.#failedOn(front);
          this.#leader = new ContractSchedule(leader, answer.value, null);
        })
      );
  }

  #failedOn({ contractMonth }: FrontContract): void {
    const before = this.#failed?.contractMonth === contractMonth ? this.#failed.times : 0;
    this.#failed = { contractMonth, times: before + 1 };
    this.#pause(RETRY_MS);
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
    if (rolls.get(front.contractMonth) === rollAt) return;
    rolls.set(front.contractMonth, rollAt);
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
