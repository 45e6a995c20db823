import { floorTo, type Interval, MINUTE, SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Backlog } from "../feed.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { MinutesPage, MinutesQuery, StreamingAdapter } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import { auditMinutes } from "./minute_audit.ts";
import type { RestClient } from "./rest_client.ts";

export interface HealerOptions {
  readonly adapter: Pick<StreamingAdapter, "venue" | "minutesFrom" | "history" | "limits">;
  readonly rest: RestClient;
  readonly venueClock: VenueClock;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly speed: number;
  readonly log: Log;
}

/** Time the stream has to close a minute before history is asked, venue ms, and on the local clock. */
const GRACE_MS = 3 * SECOND;
const GRACE_FLOOR_MS = 100;
/**
 * A venue's list of trades may lag by this much, and no answer shows by how much. That an answer knows no newer trade
 * proves a quiet end only of minutes that were over so long before it was asked for, venue ms.
 */
const TRADES_LAG_MS = 2 * MINUTE;
/** A minute made of trades that ended in quiet takes a question; it is no gap before this, venue ms. */
const QUIET_END_MS = 6 * SECOND;
/** Minutes made of trades are held against the venue's own this long after the last time, venue ms. */
const AUDIT_MS = 5 * MINUTE;
/**
 * A venue's history may lag the stream by a bar. A minute that ended less than this before the question
 * is never taken for absent, venue ms.
 */
const ABSENT_AFTER_MS = 30 * SECOND;
/**
 * A lagging history also shows its newest minute half-made, although it is over. So a row counts as
 * finished when a later one follows it, or when it ended at least this long before the question, venue ms.
 */
const FINAL_AFTER_MS = 5 * MINUTE;
/** Waits between fruitless questions for the same hole: doubled from the first to the last, venue ms. */
const ASK_AGAIN_MS = SECOND;
const ASK_AGAIN_CAP_MS = 16 * SECOND;
const ASK_AGAIN_FLOOR_MS = 50;
/** Rows asked beyond the hole: a later one proves that an earlier one does not exist. */
const PROOF_ROWS = 2;

/**
 * Fills from the venue's history what the stream did not bring: the first day, what an outage cost, a
 * closing message that got lost. All three are the same: minutes that are due and unknown.
 */
export class Healer {
  readonly #options: HealerOptions;
  readonly #graceMs: number;

  constructor(options: HealerOptions) {
    this.#options = options;
    this.#graceMs = options.pace(GRACE_MS, GRACE_FLOOR_MS) * options.speed;
  }

  /** Minutes that end by this venue time should be known by now. */
  due(): number {
    return floorTo(this.#options.venueClock.atLeast() - this.#graceMs, MINUTE);
  }

  /** Minutes that end by then and are unknown are a gap. */
  overdue(): number {
    const { venueClock, adapter: { minutesFrom }, pace, speed } = this.#options;
    if (minutesFrom === "bars") return this.due();
    const quietMs = TRADES_LAG_MS + pace(QUIET_END_MS, 2 * GRACE_FLOOR_MS) * speed;
    return floorTo(venueClock.atLeast() - this.#graceMs - quietMs, MINUTE);
  }

  /** What is still to be asked for one stream; undefined when nothing is. */
  backlog(stream: InstrumentStream): Backlog | undefined {
    const { rest, clock, adapter: { history, limits: { maxMinutes } } } = this.#options;
    const due = this.due();
    const holes = this.#reachable(stream.writer.ledger.wanted(due));
    if (holes.length === 0) return undefined;
    const lengths = holes.map(({ from, to }) => (to - from) / MINUTE);
    const requests = lengths.reduce((sum, rows) => sum + Math.ceil(rows / maxMinutes), 0);
    const query = { symbol: stream.symbol, from: holes[0]!.from, limit: maxMinutes };
    const { weight } = history.minutes.request(query);
    const pausedMs = Math.max(0, stream.askAgainAt - clock.monotonic());
    return {
      minutes: lengths.reduce((sum, rows) => sum + rows, 0),
      requests,
      position: 0,
      nextInMs: Math.max(pausedMs, rest.waitMs(weight)),
      lastInMs: Math.max(pausedMs, rest.waitMs(requests * weight)),
    };
  }

  /**
   * Asks for what one stream lacks now, the newest first, until none of it is left or the venue has nothing more to
   * say. Minutes that end meanwhile wait for the next turn: they never run out, and the other streams wait for theirs.
   */
  async heal(stream: InstrumentStream, signal: AbortSignal): Promise<void> {
    const { clock, pace } = this.#options;
    if (clock.monotonic() < stream.askAgainAt) return;
    await this.#proveQuiet(stream, signal);
    if (stream.isLeft) return;
    const goal = this.due();
    /** What opens at it or later has had its turn. */
    let before = Infinity;
    while (true) {
      stream.writer.ledger.advance(this.due());
      const wanted = this.#reachable(stream.writer.ledger.wanted(goal));
      const part = this.#newestPart(wanted, before);
      if (part === undefined) break;
      await this.#fill(stream, part, signal);
      if (stream.isLeft) return;
      before = part.from;
    }
    if (stream.doubted !== undefined) await this.#fill(stream, stream.doubted, signal);
    if (stream.isLeft) return;
    const isWhole = this.#reachable(stream.writer.ledger.wanted(goal)).length === 0;
    if (isWhole) await this.#audit(stream, goal, signal);
    stream.unanswered = isWhole ? 0 : stream.unanswered + 1;
    const waitMs = Math.min(ASK_AGAIN_CAP_MS, ASK_AGAIN_MS * 2 ** (stream.unanswered - 1));
    stream.askAgainAt = isWhole ? -Infinity : clock.monotonic() + pace(waitMs, ASK_AGAIN_FLOOR_MS);
  }

  /**
   * Where the minute that is due ended in quiet, nothing shows that it is over: the venue is asked whether a newer
   * trade exists. A list that lags would hide one, so the answer proves only minutes that were over long before.
   * A lone trade behind a jump of ids is confirmed in the same way: in a quiet market no second one may follow for long.
   */
  async #proveQuiet(stream: InstrumentStream, signal: AbortSignal): Promise<void> {
    const { rest, venueClock, adapter: { history, minutesFrom } } = this.#options;
    const { tape, writer: { ledger }, symbol } = stream;
    const due = this.due();
    ledger.advance(due);
    const since = tape?.newest?.time ?? tape?.doubtedSince;
    const isUnknown = ledger.wanted(due).at(-1)?.to === due;
    if (history.newest === undefined || minutesFrom === "bars") return;
    if (since === undefined || !isUnknown || since >= due) return;
    const provenTo = floorTo(venueClock.atLeast() - TRADES_LAG_MS, MINUTE);
    const query = { symbol, since };
    const { id } = await rest.ask(history.newest, query, { signal, about: stream });
    if (id !== undefined && !stream.isLeft) stream.takeNewest(id, provenTo);
  }

  /** Holds minutes that were made of trades against those that the venue itself publishes. */
  async #audit(stream: InstrumentStream, goal: number, signal: AbortSignal): Promise<void> {
    const { adapter: { venue, minutesFrom, limits }, log } = this.#options;
    if (minutesFrom === "bars") return;
    if (Number.isNaN(stream.auditedTo)) stream.auditedTo = goal;
    const from = stream.auditedTo;
    if (goal - from < AUDIT_MS) return;
    const limit = Math.min(limits.maxMinutes, (goal - from) / MINUTE + PROOF_ROWS);
    const query = { symbol: stream.symbol, from, limit };
    const { page } = await this.#ask(stream, query, signal);
    if (stream.isLeft) return;
    const end = Math.min(goal, from + limit * MINUTE);
    for (const { openTime, was, is } of auditMinutes(stream, page, { from, to: end })) {
      log.warn(`${venue}: the venue's own minute differs from that of its trades`, {
        instrument: stream.id,
        openTime,
        was,
        is,
      });
    }
    stream.auditedTo = end;
  }

  /** What the venue's history still has. What is older stays listed as missing. */
  #reachable(holes: readonly Interval[]): readonly Interval[] {
    const { venueClock, adapter: { limits: { historyMs } } } = this.#options;
    if (historyMs === undefined) return holes;
    const earliest = floorTo(venueClock.atLeast() - historyMs, MINUTE);
    return holes.flatMap(({ from, to }) =>
      to <= earliest ? [] : [{ from: Math.max(from, earliest), to }]
    );
  }

  /** The newest part of the holes before a time that one request can cover. */
  #newestPart(holes: readonly Interval[], before: number): Interval | undefined {
    const { adapter: { limits: { maxMinutes } } } = this.#options;
    const hole = holes.findLast(({ from }) => from < before);
    if (hole === undefined) return undefined;
    const to = Math.min(hole.to, before);
    const rows = Math.max(1, maxMinutes - PROOF_ROWS);
    const reach = to - rows * MINUTE;
    // Small holes in front of it are asked for along with it: requests are scarce, rows are not.
    const from = holes.find((one) => one.to > reach)!.from;
    return { from: Math.max(from, reach), to };
  }

  /** Asks for a part from its start on: a page may end before it does. */
  async #fill(stream: InstrumentStream, part: Interval, signal: AbortSignal): Promise<void> {
    const { adapter: { limits } } = this.#options;
    for (let from = part.from; from < part.to;) {
      const limit = Math.min(limits.maxMinutes, (part.to - from) / MINUTE + PROOF_ROWS);
      const due = this.due();
      const query = { symbol: stream.symbol, from, limit };
      const { page, askedAt } = await this.#ask(stream, query, signal);
      if (stream.isLeft) return;
      const filled = this.#enter(stream, page, { from, to: due, askedAt, limit });
      await stream.writer.keep(filled);
      if (stream.isLeft) return;
      // A peer that does not go on from where it was asked has nothing more to say.
      if (page.next === undefined || page.next <= from) return;
      from = page.next;
    }
  }

  async #ask(stream: InstrumentStream, query: MinutesQuery, signal: AbortSignal) {
    const { rest, venueClock, adapter: { history } } = this.#options;
    let askedAt = -Infinity;
    const onSend = () => void (askedAt = venueClock.atLeast());
    const page = await rest.ask(history.minutes, query, { signal, onSend, about: stream });
    return { page, askedAt };
  }

  /**
   * An answer that lacks its whole beginning may have been cut short, as a list whose newest rows come first is: it
   * proves nothing absent. Those minutes are asked for alone then, and the answer to that is believed.
   */
  #isCut(stream: InstrumentStream, known: ReadonlySet<number>, from: number): boolean {
    const first = Math.min(...known), { doubted } = stream;
    const isProven = doubted?.from === from && first >= doubted.to;
    if (isProven) stream.doubted = undefined;
    if (isProven || !Number.isFinite(first) || first - from < LONG_QUIET_MS) return false;
    stream.doubted = { from, to: first };
    return true;
  }

  /**
   * Takes the rows of minutes that were over when asked, and what they prove to be absent.
   *
   * @returns open times of the minutes that are new.
   */
  #enter(
    stream: InstrumentStream,
    page: MinutesPage,
    asked: Interval & { readonly askedAt: number; readonly limit: number },
  ): number[] {
    const { askedAt } = asked;
    stream.tookHistory(askedAt);
    // Damaged rows from the future would prove anything.
    const rows = page.minutes.filter((row) => row.openTime <= askedAt + this.#graceMs + MINUTE);
    const holes = stream.writer.ledger.wanted(asked.to).filter((hole) => hole.to > asked.from);
    const known = new Set(rows.map((row) => row.openTime));
    const newest = Math.max(...known);
    const { covers = { from: asked.from, to: newest }, finishedTo = newest } = page;
    const filled: number[] = [];
    for (const row of rows) {
      // The row of the minute that was still forming, and of those the stream may yet close, stay out.
      if (row.openTime + MINUTE > asked.to) continue;
      const isFinal = row.openTime < finishedTo ||
        row.openTime + MINUTE <= askedAt - FINAL_AFTER_MS;
      if (!isFinal) continue;
      const { isNew } = stream.enter(row, "history");
      if (isNew) filled.push(row.openTime);
    }
    // Where the venue itself says what is finished, its history does not lag behind that.
    const absentTo = page.finishedTo ?? askedAt - ABSENT_AFTER_MS;
    const isProven = (minute: number) =>
      minute >= covers.from && minute < covers.to && !known.has(minute) &&
      minute + MINUTE <= absentTo;
    // A row that could not be read may be any of them, and more than was asked for answers something else.
    const isAnswer = page.minutes.length <= asked.limit;
    const gone = page.rejected.length > 0 || !isAnswer || this.#isCut(stream, known, covers.from)
      ? []
      : holes.flatMap((hole) => minutesOf(hole).filter(isProven));
    // What came before anyone could miss it is no heal.
    const overdue = this.overdue(), { reportedTo } = stream.writer;
    const isOwed = (minute: number) => minute + MINUTE <= overdue || minute < reportedTo;
    for (const minute of gone) if (!isOwed(minute)) stream.writer.markQuiet(minute);
    stream.writer.settle({ filled: filled.filter(isOwed), gone });
    return filled;
  }
}

/** Minutes without a row at the beginning of an answer that may be none of the market's. */
const LONG_QUIET_MS = 10 * MINUTE;

function minutesOf({ from, to }: Interval): number[] {
  return Array.from({ length: (to - from) / MINUTE }, (_, i) => from + i * MINUTE);
}
