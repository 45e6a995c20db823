import type { Instrument } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";

/** What rules look at: a live market, or bars of files or of a store. */
export interface RuleMarket {
  /** Undefined for what is not followed. */
  instrument(id: string): Instrument | undefined;
  /** Minutes of a followed instrument; may reach beyond the minute that is judged. */
  minuteGrid(id: string): MinuteGrid;
  /** What its data is: `live`, `imported`, … */
  sourceOf(id: string): string;
  /** Ids of a venue's instruments; empty for what is no venue. */
  instrumentsOf(venue: string): readonly string[];
}

/** What a live market knows of an instrument beyond its bars. */
export interface Contact {
  /** Venue time of the newest message, epoch ms UTC; NaN before the first. */
  readonly lastAt: number;
  /** Venue time minus local time, ms; NaN while unknown. */
  readonly offsetMs: number;
  /** `stopped` where the user wants nothing of it for now. @default unknown */
  readonly standing?: string;
}
