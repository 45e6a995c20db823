import type { Bar } from "../../model/bar.ts";
import { MarketError } from "../../model/errors.ts";
import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import type { RefusalCause } from "../../wire/tws_refusals.ts";
import { DelayedDue } from "./delayed_due.ts";
import type { GatewayEvent } from "./gateway.ts";
import type { IndexRecord } from "./index_record.ts";
import type { SampledMinute } from "./index_samples.ts";
import { SLOW_RETRY_MS } from "./refusal_failures.ts";
import { RefusalJudge } from "./refusal_judge.ts";
import { latestPossible, type SessionTools } from "./session_tools.ts";

/** Message 58: 3 delayed, 4 delayed and frozen. */
const DELAYED_TYPES = [3, 4];
/** What the account seems not to have is asked for again after this, venue ms. */
const REFUSED_MS = 10 * MINUTE;
const REFUSED_FLOOR_MS = SECOND;
const ASKED = "index";
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
  readonly #judge: RefusalJudge;
  readonly #delayedDue: DelayedDue;
  #id: number | undefined;
  /** A value has come since it was asked for last. */
  #flows = false;
  /** TWS was cut off, or a farm broke: who knows whether the stream still lives. */
  #isDoubtful = false;
  #askAt = -Infinity;

  constructor(tools: SessionTools, record: IndexRecord, ask: (id: number) => void) {
    this.#tools = tools;
    this.#record = record;
    this.#ask = ask;
    this.#judge = new RefusalJudge(tools, record, record.query.exchange);
    this.#delayedDue = new DelayedDue(tools);
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
    const missed = this.#delayedDue.missed();
    if (missed !== undefined) this.refused(missed.code, missed.text, "no-delayed");
    if (this.#id !== undefined || now < this.#askAt) return;
    this.#id = this.#tools.freshId();
    this.#askAt = now;
    this.#flows = false;
    this.#delayedDue.end();
    this.#ask(this.#id);
  }

  take(event: GatewayEvent): void {
    const { context: { emit, clock } } = this.#tools;
    const record = this.#record;
    if (event.kind === "data-type") return this.#label(event.type);
    if (event.kind !== "tick") return;
    record.lastEventAt = clock.monotonic();
    record.state = "live";
    this.#flows = true;
    this.#isDoubtful = false;
    this.#delayedDue.end();
    record.refusals.delivered(ASKED);
    this.#judge.clear(ASKED);
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

  /**
   * The venue has refused or ended the stream, or has only remarked on it. An index is never given up.
   *
   * @param known the cause, where it is not read from code and text.
   */
  refused(code: number, text: string, known?: RefusalCause): void {
    const { kind, error } = this.#judge.judge(ASKED, code, text, known);
    const record = this.#record;
    switch (kind) {
      case "go-on":
        return;
      case "delayed-due":
        return this.#delayedDue.begin(code, text);
      case "again":
        this.#drop(this.#flows ? 0 : SLOW_RETRY_MS);
        break;
      case "final":
        this.#drop(REFUSED_MS);
        record.state = "failed";
        return this.#judge.report(ASKED, refusedIndex(record.query.symbol, code, text));
      case "slowly":
        this.#drop(SLOW_RETRY_MS);
        this.#judge.report(ASKED, error);
        break;
      default:
        this.#drop(SLOW_RETRY_MS);
    }
    if (record.state === "live" || kind === "slowly") record.state = "stale";
  }

  /** Takes the stream back on the wire, if it is there; the next is asked for after `waitMs`, venue ms. */
  #drop(waitMs: number): void {
    const { pace, gateway, context: { clock } } = this.#tools;
    if (this.#id !== undefined) gateway.cancelTicks(this.#id);
    this.#id = undefined;
    this.#delayedDue.end();
    this.#askAt = waitMs === 0 ? -Infinity : clock.monotonic() + pace(waitMs, REFUSED_FLOOR_MS);
  }

  /** TWS is cut off, or a farm broke. */
  doubt(): void {
    this.#isDoubtful = true;
    this.#delayedDue.pause();
    if (this.#record.state === "live") this.#record.state = "stale";
  }

  /** Upstream is back: values may be rare, so what is in doubt is asked for again rather than waited for. */
  verify(): void {
    if (!this.#isDoubtful) return;
    this.#isDoubtful = false;
    this.resubscribe();
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
    const now = venueClock.atLeast(), { era } = venueClock;
    const from = floorTo(now - backfillMs, MINUTE);
    if (this.#record.writer.begin({ from, now, era })) this.#record.samples.clear();
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
