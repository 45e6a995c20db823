import type { FeedEvent } from "../model/feed_event.ts";
import { type FundingEstimate, type FundingPayment, mergedFundings } from "../model/funding.ts";

/** What is known of a perpetual's funding. */
export interface Funding {
  /** What the venue last said of the next one; undefined before it said anything. */
  readonly estimate: FundingEstimate | undefined;
  /** What was paid, oldest first, as far back as minutes are held. */
  readonly payments: readonly FundingPayment[];
}

const NOTHING: Funding = { estimate: undefined, payments: [] };

/** Funding of each instrument, as its venue says it. */
export class FundingBook {
  readonly #known = new Map<string, Funding>();

  of(instrument: string): Funding {
    return this.#known.get(instrument) ?? NOTHING;
  }

  take(event: FeedEvent): void {
    if (event.kind === "funding-estimate") {
      const { estimate } = event;
      this.#known.set(event.instrument, { ...this.of(event.instrument), estimate });
    }
    if (event.kind === "funding-payments") {
      const known = this.of(event.instrument);
      const payments = mergedFundings(known.payments, event.payments);
      this.#known.set(event.instrument, { ...known, payments });
    }
  }

  delete(instrument: string): void {
    this.#known.delete(instrument);
  }
}
