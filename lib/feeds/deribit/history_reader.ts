import { floorTo, type Interval, MINUTE, SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import { decodeVolatilityPage, type VolatilityRow } from "../../wire/deribit_result.ts";
import type { Backlog } from "../feed.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import { noHistory, unreadable } from "./explain.ts";
import type { IndexStream } from "./index_stream.ts";
import type { RpcLine } from "./rpc_line.ts";

export interface HistoryReaderOptions {
  readonly venueClock: VenueClock;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly speed: number;
  readonly log: Log;
  /** A row that could not be used. */
  readonly onRejected: (reason: string) => void;
}

const METHOD = "public/get_volatility_index_data";
/** A minute is first asked for so long after its end, venue ms and local ms. */
const AFTER_MS = 3 * SECOND;
const AFTER_FLOOR_MS = 100;
/** Minutes of the past that every read looks at again. */
const LAST_MINUTES = 3;
/** Time between two reads while something is wanted: doubled from the first to the last, venue ms. */
const AGAIN_MS = 2 * SECOND;
const AGAIN_CAP_MS = 16 * SECOND;
const AGAIN_FLOOR_MS = 50;
/** An index without any history is asked for again after this, venue ms. */
const EMPTY_MS = MINUTE;
/** Pages of one read: more than a year of minutes. */
const MOST_PAGES = 600;
/** About what a page holds: for what is said of the work left, nothing else. */
const USUAL_ROWS = 1_000;

/** Reads minutes by `public/get_volatility_index_data`: the last day, each new minute, and every hole. */
export class HistoryReader {
  readonly #options: HistoryReaderOptions;
  readonly #afterMs: number;
  #hasSaidFraction = false;

  constructor(options: HistoryReaderOptions) {
    this.#options = options;
    this.#afterMs = options.pace(AFTER_MS, AFTER_FLOOR_MS) * options.speed;
  }

  /** Minutes that end by this venue time should be asked for by now. */
  due(): number {
    return floorTo(this.#options.venueClock.atLeast() - this.#afterMs, MINUTE);
  }

  /** What is still to be asked for; undefined when nothing is. */
  backlog({ writer, readAt }: IndexStream): Backlog | undefined {
    const holes = writer.ledger.wanted(this.due());
    const minutes = holes.reduce((sum, { from, to }) => sum + (to - from) / MINUTE, 0);
    if (minutes === 0) return undefined;
    const nextInMs = Math.max(0, readAt - this.#options.clock.monotonic());
    const requests = Math.ceil(minutes / USUAL_ROWS);
    return { minutes, requests, position: 0, nextInMs, lastInMs: nextInMs };
  }

  /**
   * Reads what an index lacks, if its time has come.
   *
   * @throws {RefusedCall} when Deribit refuses, {MarketError} when the connection is dead.
   */
  async read(stream: IndexStream, line: RpcLine, signal: AbortSignal): Promise<void> {
    const { clock, venueClock } = this.#options;
    if (clock.monotonic() < stream.readAt) return;
    const due = this.due();
    const { ledger } = stream.writer;
    ledger.advance(due);
    const first = ledger.wanted(due).at(0)?.from ?? due;
    const from = Math.max(ledger.from, Math.min(first, due - LAST_MINUTES * MINUTE));
    const wantedBefore = minutesOf(ledger.wanted(due));
    const isEmpty = await this.#readRange(stream, { from, to: due }, line, signal);
    const wanted = ledger.wanted(due);
    const isDone = wanted.length === 0 && stream.rows.waiting === 0;
    const isFruitful = minutesOf(wanted) < wantedBefore || isDone;
    stream.fruitless = isFruitful ? 0 : stream.fruitless + 1;
    if (isEmpty) return this.#waitFor(stream, EMPTY_MS);
    stream.historyTrouble = undefined;
    // The next minute is not kept waiting by a hole.
    const nextMs = due + MINUTE + this.#afterMs - venueClock.atLeast();
    this.#waitFor(stream, isDone ? nextMs : Math.min(nextMs, againMs(stream)));
  }

  #waitFor(stream: IndexStream, venueMs: number): void {
    const { clock, pace } = this.#options;
    stream.readAt = clock.monotonic() + pace(Math.max(0, venueMs), AGAIN_FLOOR_MS);
  }

  /** Reads page by page, the newest first; true when there was no row at all. */
  async #readRange(
    stream: IndexStream,
    { from, to }: Interval,
    line: RpcLine,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { venueClock, onRejected } = this.#options;
    const askedAt = venueClock.atLeast();
    let end = Math.floor(askedAt);
    const rows: VolatilityRow[] = [];
    let isWhole = true;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const { currency } = stream.index;
      const params = {
        currency,
        start_timestamp: from,
        end_timestamp: end,
        resolution: "60",
      };
      const { result } = await line.call(METHOD, params, signal);
      const page = decodeVolatilityPage(result);
      if (page === undefined) throw unreadable(line.host, METHOD, true);
      this.#noteFractions(stream, page.fractions);
      page.rejected.forEach(onRejected);
      const ahead = page.rows.filter(({ openTime }) => openTime > this.#latest());
      for (const _ of ahead) onRejected("a row ahead of the venue's clock");
      isWhole &&= page.rejected.length === 0 && ahead.length === 0;
      // Entered page by page: what is in stays in when a later page fails.
      stream.takeRows({ rows: page.rows, askedAt }, venueClock.atLeast());
      rows.push(...page.rows);
      const { continuation } = page;
      const goesOn = continuation !== undefined && continuation < end && continuation >= from;
      if (!goesOn) break;
      end = continuation;
    }
    if (rows.length === 0) {
      stream.historyTrouble = noHistory(stream.index.id);
      return isWhole;
    }
    if (!isWhole) return false;
    const past = rows.filter(({ openTime }) => openTime <= askedAt)
      .sort((a, b) => a.openTime - b.openTime);
    stream.settleAbsent({ rows: past, askedAt }, { from, to });
    return false;
  }

  /** A venue time that cannot have passed yet. */
  #latest(): number {
    const { venueClock, speed } = this.#options;
    return venueClock.estimate() + venueClock.uncertaintyMs() + 5 * SECOND + 50 * (speed - 1);
  }

  #noteFractions(stream: IndexStream, fractions: number): void {
    if (fractions === 0 || this.#hasSaidFraction) return;
    this.#hasSaidFraction = true;
    this.#options.log.warn(
      `deribit: ${stream.index.id} comes as a fraction and is shown in per cent`,
      { rows: fractions },
    );
  }
}

/** A row that was seen once is looked at again soon; what does not come, less and less often. */
function againMs({ rows, fruitless }: IndexStream): number {
  if (rows.waiting > 0) return AGAIN_MS;
  return Math.min(AGAIN_CAP_MS, AGAIN_MS * 2 ** Math.max(0, fruitless - 1));
}

function minutesOf(holes: readonly Interval[]): number {
  return holes.reduce((sum, { from, to }) => sum + (to - from) / MINUTE, 0);
}
