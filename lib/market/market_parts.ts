import type { TradingCalendar } from "../calendar/calendar.ts";
import type { Feed, FeedContext } from "../feeds/feed.ts";
import type { Replay } from "../feeds/replay/replay.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import type { Timeframe } from "../model/timeframe.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { EmbeddedVenues } from "../simulator/embedded_venues.ts";
import type { MarketModel } from "../simulator/market_model.ts";

/** What a `Market` is made of. `openMarket` puts it together. */
export interface MarketParts {
  readonly source: Source;
  readonly instruments: readonly Instrument[];
  readonly calendarOf: (instrument: Instrument) => TradingCalendar;
  /** Makes the feeds; they are started by `Market.start`. */
  readonly makeFeeds: (
    context: Pick<FeedContext, "ledgers" | "emit">,
  ) => readonly Feed[];
  readonly windows: Readonly<Record<Timeframe, number>>;
  readonly timeframes: readonly Timeframe[];
  readonly clock: Clock;
  readonly speed: number;
  readonly log: Log;
  /** The embedded venues behind `source: simulated`; the market closes them. */
  readonly simulator: EmbeddedVenues<MarketModel> | undefined;
  /** The recording behind `source: replay`; the market stops it. */
  readonly replay?: Replay | undefined;
}
