import type { Venue } from "../venue.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";

/**
 * What the feeds promise, as far as it depends on what they were told to stream. Durations are ms. Source:
 * `../../feeds/README.md`, T1, T13 and T17.
 */
export interface Promises {
  /** Longest a venue may be called live without market data while its market trades. */
  readonly honestMs: Readonly<Record<Venue, number>>;
  /** Within what a silent fault that lasts has to be noticed, by venue and kind; the others need not be. */
  readonly noticeMs: Readonly<Record<string, number>>;
  /** After the end of a fault of IBKR that IBKR itself announces, live data flows again within this. */
  readonly restoredMs: Readonly<Record<string, number>>;
  /** An overlap of two sockets at Binance ends within this: dialling, opening, first data. */
  readonly overlapMs: number;
  /** How much later than its market a venue's data begins. */
  readonly lateMs: Readonly<Record<Venue, number>>;
  /** Futures with delayed data: their minutes are labelled so, and come late. */
  readonly delayed: readonly string[];
}

/** What the judge has to know of a run's configuration. */
export interface Configured {
  readonly market: "spot" | "usdm";
  readonly delayed: readonly string[];
  /** True when no future has live data. */
  readonly isAllDelayed: boolean;
}

/** Spot repeats a bar every two seconds, USD-M a mark price every three, whatever trades. */
const BINANCE = { honestMs: 12 * SECOND, noticeMs: 15 * SECOND, overlapMs: 15 * SECOND };
/** A kline of USD-M is due once somebody trades, which in a quiet night may take most of a minute. */
const USDM_MUTE_MS = 55 * SECOND;
/** An index has a value about once a second, sampled here; the connection is asked after eight of silence. */
const DERIBIT = { honestMs: 20 * SECOND, noticeMs: 22 * SECOND };
/** Coinbase has a heartbeat a second and product, Kraken one while nothing else is sent. */
const PAIRS = { honestMs: 12 * SECOND, noticeMs: 15 * SECOND };
/**
 * Kraken's heartbeats go on while its trades do not. That trades are missing shows at the end of a minute, when the
 * newest one is asked for; half a minute later they are asked for anew: at most 95 s after the first that is missing.
 * For that to happen, one has to be made: at night whole minutes pass without.
 */
const KRAKEN_DEAD_MS = 230 * SECOND;
const LIVE = { honestMs: 33 * SECOND, deadMs: 35 * SECOND };
/** A delayed market is asked for again after five minutes of silence. */
const DELAYED_HONEST_MS = 5 * MINUTE + 10 * SECOND;
/** CME's delay is ten to fifteen minutes. */
const DELAYED_LATE_MS = 15 * MINUTE;
const STALL_MS = 20 * SECOND;

/** Source: T15, T16, T17 and T25. Streams that are dead in silence show so by two bars that do not come. */
const RESTORED_MS = {
  ...{ "outage-kept": 15 * SECOND, "outage-lost": 15 * SECOND, "end-streams": 15 * SECOND },
  ...{ "outage-dead": 30 * SECOND, farm: 30 * SECOND },
};

/** The promises that hold for a configuration. */
export function promisesOf({ market, delayed, isAllDelayed }: Configured): Promises {
  return {
    honestMs: {
      binance: BINANCE.honestMs,
      deribit: DERIBIT.honestMs,
      ibkr: delayed.length > 0 ? DELAYED_HONEST_MS : LIVE.honestMs,
      coinbase: PAIRS.honestMs,
      kraken: PAIRS.honestMs,
    },
    noticeMs: {
      "binance stall": BINANCE.noticeMs,
      "binance silence": BINANCE.noticeMs,
      "binance dead-streams": BINANCE.noticeMs,
      "binance mute": market === "spot" ? BINANCE.noticeMs : USDM_MUTE_MS,
      "deribit stall": DERIBIT.noticeMs,
      "deribit dead-streams": DERIBIT.noticeMs,
      "deribit lock-index": DERIBIT.noticeMs,
      "deribit channel-missing": DERIBIT.noticeMs,
      "coinbase stall": PAIRS.noticeMs,
      "coinbase silence": PAIRS.noticeMs,
      "coinbase dead-streams": PAIRS.noticeMs,
      "kraken stall": PAIRS.noticeMs,
      "kraken dead-streams": KRAKEN_DEAD_MS,
      "ibkr stall": STALL_MS,
      // Polled history shows that a venue delivers, whatever has become of the ticks.
      ...(isAllDelayed ? {} : { "ibkr dead-streams": LIVE.deadMs }),
    },
    restoredMs: RESTORED_MS,
    overlapMs: BINANCE.overlapMs,
    lateMs: {
      ...{ binance: 0, deribit: 0, coinbase: 0, kraken: 0 },
      ibkr: isAllDelayed ? DELAYED_LATE_MS : 0,
    },
    delayed,
  };
}

/** A minute that ended this recently may still be on its way. */
const SETTLE_MS = 25 * SECOND;
/** Delayed by ten minutes, proved by the next row, asked for once a minute. */
const DELAYED_SETTLE_MS = 14 * MINUTE;
/** Delayed, and no row follows: it is believed once it is half an hour old. */
const LAST_SETTLE_MS = 33 * MINUTE;

/**
 * How long after its end a minute may still be on its way.
 *
 * @param isFollowed whether the next minute has a bar.
 */
export function settleMs({ delayed }: Promises, instrument: string, isFollowed: boolean): number {
  if (!delayed.includes(instrument)) return SETTLE_MS;
  return isFollowed ? DELAYED_SETTLE_MS : LAST_SETTLE_MS;
}
