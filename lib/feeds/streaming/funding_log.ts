import type { FeedEvent } from "../../model/feed_event.ts";
import {
  dueFundings,
  type FundingEstimate,
  type FundingPayment,
  mergedFundings,
} from "../../model/funding.ts";
import { DAY, MINUTE } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";

export interface FundingLogOptions {
  /** The instrument's id. */
  readonly id: string;
  readonly clock: Clock;
  readonly emit: (event: FeedEvent) => void;
}

/** What is missing longer than this is not asked for again. */
const HOPE_MS = DAY;

/** What a venue has said of one instrument's funding, over the whole life of the feed. Emits what is new. */
export class FundingLog {
  readonly #options: FundingLogOptions;
  #payments: readonly FundingPayment[] = [];
  #estimate: FundingEstimate | undefined;
  /** The newest announced due time for which no payment has been received; NaN while there is none. */
  #announced = NaN;

  constructor(options: FundingLogOptions) {
    this.#options = options;
  }

  takeEstimate(estimate: FundingEstimate): void {
    const known = this.#estimate;
    // A message that came late or twice.
    if (known !== undefined && estimate.time <= known.time) return;
    const { rate, nextTime, time } = estimate;
    if (known !== undefined && known.nextTime !== nextTime && known.nextTime !== null) {
      this.#announced = known.nextTime;
    }
    const isSame = known !== undefined && known.rate === rate && known.nextTime === nextTime;
    if (isSame && time - known.time < MINUTE) return;
    this.#estimate = estimate;
    const { id: instrument, clock, emit } = this.#options;
    emit({ kind: "funding-estimate", instrument, estimate, receivedAt: clock.now() });
  }

  /** @returns whether anything of it was new. */
  takePayments(received: readonly FundingPayment[]): boolean {
    const before = this.#payments;
    this.#payments = mergedFundings(before, received);
    if (this.#payments === before) return false;
    const known = new Set(before);
    const payments = this.#payments.filter((one) => !known.has(one));
    const { id: instrument, clock, emit } = this.#options;
    emit({ kind: "funding-payments", instrument, payments, receivedAt: clock.now() });
    return true;
  }

  /** The oldest time of the last day at which funding fell due before `now`, and nothing is known of it. */
  missing(now: number): number | undefined {
    // What lies before the first was not asked for.
    const from = Math.max(now - HOPE_MS, this.#payments[0]?.time ?? -Infinity);
    const due = dueFundings(this.#payments, from, now).find(({ rate }) => rate === null);
    const isOwed = this.#announced < now && this.#announced >= now - HOPE_MS &&
      !this.#payments.some(({ time, rate }) => time === this.#announced && rate !== null);
    const times = [...(due === undefined ? [] : [due.time]), ...(isOwed ? [this.#announced] : [])];
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
