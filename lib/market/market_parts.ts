import type { MinuteLedger, RecallMinutes } from "../bars/minute_ledger.ts";
import type { TradingCalendar } from "../calendar/calendar.ts";
import type { Feed, FeedContext } from "../feeds/feed.ts";
import type { Replay } from "../feeds/replay/replay.ts";
import type { Advice } from "../model/advice.ts";
import type { Instrument, Source, Venue } from "../model/instrument.ts";
import type { Timeframe } from "../model/timeframe.ts";
import type { AfterTurn } from "../runtime/after_turn.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { MarketModel } from "../simulator/market_model.ts";
import type { EmbeddedVenues } from "./embedded_venues.ts";
import type { VenueRole } from "./market_status.ts";
import type { Sink } from "./sink.ts";

/** What a `Market` is made of. `openMarket` puts it together. */
export interface MarketParts {
  readonly source: Source;
  readonly instruments: readonly Instrument[];
  readonly calendarOf: (instrument: Instrument) => TradingCalendar;
  /** Makes the feeds; they are started by `Market.start`. */
  readonly makeFeeds: (
    context: Pick<FeedContext, "ledgers" | "emit">,
  ) => readonly Feed[];
  /** One feed more, for a venue of which nothing was followed so far. @throws {RangeError} where it cannot be had. */
  readonly makeFeed: (venue: Venue, context: Pick<FeedContext, "ledgers" | "emit">) => Feed;
  /** The instrument of an id that is not followed yet. @throws {RangeError} naming what is possible. */
  readonly instrumentOf: (id: string) => Instrument;
  /** What is known of an instrument's minutes before its feed begins. @default nothing */
  readonly recall?: (instrument: Instrument) => RecallMinutes;
  /** Called with each ledger that is made, before anything is in it. */
  readonly onLedger?: (instrument: Instrument, ledger: MinuteLedger) => void;
  /** What an instrument's data is where no feed says it. @default as `source` says */
  readonly sourceOf?: (instrument: string) => Source;
  /** Exactly these pairs. @default every pair of what is traded */
  readonly pairs?: readonly string[] | null;
  /** Venues that are not started with the others; see `Market.startVenue`. @default none */
  readonly stopped?: readonly Venue[];
  /** What a venue is to the market's state. @default each trades */
  readonly roleOf?: (venue: Venue) => VenueRole;
  readonly windows: Readonly<Record<Timeframe, number>>;
  readonly timeframes: readonly Timeframe[];
  /** The clock that feeds go by; a replay has one of its own. */
  readonly clock: Clock;
  /** The machine's, for what is outside the market's time: sinks, and when a listener failed. */
  readonly machineClock: Clock;
  readonly afterTurn: AfterTurn;
  /** Attached before the first event. @default none */
  readonly sinks?: readonly Sink[];
  readonly speed: number;
  readonly log: Log;
  /** What readers of its panels can do. @default what those of a notebook can */
  readonly advice?: Advice | undefined;
  /** The embedded venues behind `source: simulated`; the market closes them. */
  readonly simulator: EmbeddedVenues<MarketModel> | undefined;
  /** Called last, once the market is closed. @default nothing is left to be done */
  readonly release?: () => Promise<void>;
  /** The recording behind `source: replay`; the market stops it. */
  readonly replay?: Replay | undefined;
}
