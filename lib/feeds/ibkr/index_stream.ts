import type { Bar } from "../../model/bar.ts";
import { MarketError } from "../../model/errors.ts";
import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import { twsCode } from "../../wire/tws_codes.ts";
import type { GatewayEvent } from "./gateway.ts";
import type { IndexRecord } from "./index_record.ts";
import type { SampledMinute } from "./index_samples.ts";
import { latestPossible, type SessionTools } from "./session_tools.ts";

/** Says that delayed data follows, or that a part of the data is not subscribed: no failure. */
const ADVISORIES = [10_089, 10_090, 10_091, 10_167];
/** Message 58: 3 delayed, 4 delayed and frozen. */
const DELAYED_TYPES = [3, 4];
/** What was refused is asked for again after this, venue ms. */
const REFUSED_MS = 10 * MINUTE;
const REFUSED_FLOOR_MS = SECOND;
/** Values stop with the day, so only long silence is answered by asking again, venue ms. */
const SILENT_MS = 30 * MINUTE;
/** Cboe's delay is ten to fifteen minutes: a minute so old gets no further value, venue ms. */
const LATE_MS = { delayed: 17 * MINUTE, live: 30 * SECOND };

/** One index on one connection: asked for as delayed, sampled into minutes. Never ends the connection. */
export class IndexStream {
  readonly #tools: SessionTools;
  readonly #record: IndexRecord;
  /** Asks for ticks as delayed data, and leaves the type of market data as it was. */
  readonly #ask: (id: number) => void;
  #id: number | undefined;
  #askAt = -Infinity;

  constructor(tools: SessionTools, record: IndexRecord, ask: (id: number) => void) {
    this.#tools = tools;
    this.#record = record;
    this.#ask = ask;
    this.#begin();
  }

  owns(id: number): boolean {
    return id === this.#id;
  }

  /** Asks where nothing is asked, and closes the minute that gets no further value. */
  tick(): void {
    const { context: { clock }, venueClock, pace } = this.#tools;
    const record = this.#record;
    const now = clock.monotonic();
    const lateMs = record.source === "delayed" ? LATE_MS.delayed : LATE_MS.live;
    const over = record.samples.close(venueClock.atLeast() - lateMs);
    if (over !== undefined) this.#write(over);
    const isSilent = this.#id !== undefined &&
      now - Math.max(this.#askAt, record.lastEventAt ?? -Infinity) > pace(SILENT_MS);
    if (isSilent) this.resubscribe();
    if (this.#id !== undefined || now < this.#askAt) return;
    this.#id = this.#tools.freshId();
    this.#askAt = now;
    this.#ask(this.#id);
  }

  take(event: GatewayEvent): void {
    const { context: { emit, clock } } = this.#tools;
    const record = this.#record;
    if (event.kind === "data-type") return this.#label(event.type);
    if (event.kind !== "tick") return;
    record.lastEventAt = clock.monotonic();
    record.state = "live";
    record.error = undefined;
    const before = record.samples.forming;
    const over = record.samples.take(event.field, event.value, latestPossible(this.#tools));
    if (over !== undefined) this.#write(over);
    const { forming } = record.samples;
    if (forming === undefined || forming === before) return;
    emit({
      kind: "forming",
      instrument: record.query.symbol,
      bar: this.#barOf(forming, false),
      receivedAt: clock.now(),
    });
  }

  /** The venue has refused or ended the stream, or has only remarked on it. */
  refused(code: number, text: string): void {
    const { context: { log, emit, clock }, pace } = this.#tools;
    const { action, explanation } = twsCode(code);
    const record = this.#record;
    if (ADVISORIES.includes(code) || action === "note" || action === "ignore") {
      return log.info(`IBKR: ${explanation}`, { code, text, instrument: record.query.symbol });
    }
    this.#id = undefined;
    this.#askAt = clock.monotonic() + pace(REFUSED_MS, REFUSED_FLOOR_MS);
    const isNews = record.error?.code !== `refused-${code}`;
    record.state = "failed";
    record.error = refusedIndex(record.query.symbol, code, text);
    if (!isNews) return;
    log.warn(record.error.message, { code, instrument: record.query.symbol });
    emit({ kind: "failure", venue: "ibkr", error: record.error, receivedAt: clock.now() });
  }

  /** IBKR has lost its streams: this one is asked for again with the next tick. */
  resubscribe(): void {
    if (this.#id === undefined) return;
    this.#tools.gateway.cancelTicks(this.#id);
    this.#id = undefined;
    this.#record.resubscribes++;
  }

  /** The connection is over. */
  end(): void {
    this.#id = undefined;
    if (this.#record.state === "live") this.#record.state = "stale";
  }

  /** Minutes before the start are absent, not gaps: a delayed index has no history. */
  #begin(): void {
    const { venueClock, context: { backfillMs } } = this.#tools;
    const from = floorTo(venueClock.atLeast() - backfillMs, MINUTE);
    if (this.#record.writer.begin(from, venueClock.era)) this.#record.samples.clear();
  }

  #label(type: number): void {
    const { context: { source: usual, emit, clock } } = this.#tools;
    const record = this.#record;
    const source = DELAYED_TYPES.includes(type) ? "delayed" : usual;
    if (source === record.reportedSource) return;
    record.source = record.reportedSource = source;
    const instrument = record.query.symbol;
    emit({ kind: "label", instrument, source, receivedAt: clock.now() });
  }

  #write(minute: SampledMinute): void {
    this.#record.writer.write(this.#barOf(minute, true), "stream");
  }

  #barOf({ openTime, value }: SampledMinute, closed: boolean): Bar {
    const { source } = this.#record;
    return {
      openTime,
      open: value,
      high: value,
      low: value,
      close: value,
      volume: NaN,
      closed,
      revision: 0,
      source,
    };
  }
}

function refusedIndex(symbol: string, code: number, text: string): MarketError {
  return new MarketError(
    `refused-${code}`,
    "retry",
    `IBKR does not stream ${symbol} (code ${code}: ${text}). The futures are not touched; ${symbol} is asked for again in ${
      REFUSED_MS / MINUTE
    } minutes. It needs "Cboe Streaming Market Indexes", or delayed data for indices.`,
    { venue: "ibkr", instrument: symbol },
  );
}
