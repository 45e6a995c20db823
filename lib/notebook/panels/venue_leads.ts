import type { Market } from "../../market/market.ts";
import { studyDeskOf } from "../../market/study_desk.ts";
import type { Instrument } from "../../model/instrument.ts";
import { MINUTE } from "../../model/time.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { StudyResult } from "../../sync/studies/study.ts";
import { type VenueLeadFound, venueLeadStudy } from "../../sync/studies/venue_lead.ts";
import { type VenueSharesFound, venueSharesStudy } from "../../sync/studies/venue_shares.ts";
import { StudyRefresh } from "../study_refresh.ts";
import { newestMinuteEnd } from "./newest_minute_end.ts";
import { secondPricesOf } from "./second_prices_of.ts";
import { venueNames } from "./venues_of_coin.ts";

/** What was found, and of which venues. */
export interface VenueLeads {
  readonly names: readonly string[];
  readonly result: StudyResult<VenueLeadFound>;
  readonly shares: StudyResult<VenueSharesFound>;
}

const EVERY_MS = 5 * MINUTE;

/**
 * Who leads among the venues of a coin, and where its price is made: made again in the market's study thread after every fifth minute, and when other
 * venues are asked about.
 */
export class VenueLeadDesk {
  readonly #market: Market;
  readonly #venues: () => readonly Instrument[];
  #refresh: StudyRefresh<VenueLeads>;
  #of = "";
  #users = 0;

  /** @param venues those that are compared now. */
  constructor(market: Market, venues: () => readonly Instrument[]) {
    this.#market = market;
    this.#venues = venues;
    this.#refresh = this.#begin();
  }

  /** The newest; undefined while the first is being made. Without a reader who waits for news it is made now. */
  async latest(): Promise<VenueLeads | undefined> {
    return this.#users === 0 ? await this.#refresh.makeNow() : this.#refresh.result;
  }

  /** Makes it again if it is due. @param onDone called once it is made. */
  consider(onDone: () => void): void {
    const of = this.#ids().join(" ");
    if (of !== this.#of) this.#refresh = this.#begin();
    if (this.#venues().length > 1) this.#refresh.consider(onDone);
  }

  /** Keeps it up to date until the returned function is called. */
  use(): () => void {
    this.#users++;
    const leave = studyDeskOf(this.#market).use();
    return () => {
      this.#users--;
      leave();
    };
  }

  #ids(): readonly string[] {
    return this.#venues().map(({ id }) => id);
  }

  #begin(): StudyRefresh<VenueLeads> {
    const market = this.#market;
    this.#of = this.#ids().join(" ");
    return new StudyRefresh({
      clock: systemClock,
      everyMs: EVERY_MS,
      // Its bars are seconds: minutes of a history that grows change nothing.
      data: () => ({ to: newestMinuteEnd(market, this.#ids()), bars: 0 }),
      make: async (onTook) => {
        const instruments = this.#ids(), names = venueNames(this.#venues());
        const request = { instruments, timeframe: "1m", days: 1, hours: "all" } as const;
        const seconds = instruments.map((id) => secondPricesOf(market, id));
        const desk = studyDeskOf(market);
        const settings = { names, seconds };
        let tookMs = 0;
        const add = (ms: number) => onTook(tookMs += ms);
        const result = await desk.run(venueLeadStudy, request, settings, add);
        const shares = await desk.run(venueSharesStudy, request, settings, add);
        return { names, result, shares };
      },
    });
  }
}
