import type { MarketError } from "../../model/errors.ts";
import { hasBar, MinuteStatus } from "../../model/minute_grid.ts";
import { floorTo, HOUR, type Interval, MINUTE, SECOND } from "../../model/time.ts";
import type { MinuteWriter } from "../minute_writer.ts";
import { AskedMinutes } from "./asked_minutes.ts";
import type { ContractSchedule, FrontContract } from "./contracts.ts";
import { unanswered } from "./instrument_failures.ts";
import type { VenueBar } from "./gateway.ts";
import {
  closedRows,
  coveredFrom,
  DAYS_REACH_MS,
  type HistoryPlan,
  isBelievable,
  MAX_SPAN_MS,
  newestFirst,
  planHistory,
  provesAbsent,
  questionsFor,
} from "./history.ts";
import { HistoryTroubles } from "./history_troubles.ts";
import { LastRow } from "./last_row.ts";
import { minuteOf } from "./history_minute.ts";
import type { RefusalJudge } from "./refusal_judge.ts";
import type { Answer } from "./requests.ts";
import { latestPossible, type SessionTools } from "./session_tools.ts";
import type { StreamRecord, WantedHistory } from "./stream_record.ts";

/** Longest wait for an answer of history, venue ms, and its local floor. */
const ANSWER_LIMIT_MS = 30 * SECOND;
const ANSWER_LIMIT_FLOOR_MS = 4_000;
const SPACING_FLOOR_MS = 100;
const RETRY_FLOOR_MS = 300;
/** That the venue has nothing at all proves nothing of minutes younger than this; delayed data comes late. */
const YOUNG_MS = 3 * MINUTE;
/** An answer that ends before a minute may trail the venue by as much as delayed data does. */
const TRAILING_MS = HOUR / 2;
const CHECKED_MS = 10 * MINUTE;

export interface HealerOptions {
  readonly tools: SessionTools;
  readonly record: StreamRecord;
  readonly judge: RefusalJudge;
  readonly isDelayed: boolean;
  /** Called with what asking again cannot mend. */
  readonly onFailure: (error: MarketError) => void;
}

/** When a contract came to the front, as far as one question reaches back from `to`. */
function frontFrom(schedule: ContractSchedule, { future }: FrontContract, to: number): number {
  let from = to - MAX_SPAN_MS;
  while (from < to) {
    const front = schedule.at(from);
    if (front?.future.contractId === future.contractId) return from;
    from = front === undefined ? to - MINUTE : Math.max(front.rollAt, from + MINUTE);
  }
  return to - MINUTE;
}

/** Minutes that are there now, and that the venue has no bar for. */
interface MinuteSettlement {
  readonly filled: readonly number[];
  readonly gone: readonly number[];
}

/** One question and what it was asked with. */
interface Question {
  readonly schedule: ContractSchedule;
  readonly contract: FrontContract;
  readonly plan: HistoryPlan;
  readonly until: number;
  /** A venue time that had surely passed when it was sent. */
  readonly sentAtLeast: number;
}

/**
 * Fills the empty minutes of one instrument from the venue's history: the backfill at the start, and later
 * whatever the stream lost. One question at a time, many minutes in one, each of the contract that was in
 * front then. A minute is given up as absent only on proof.
 */
export class Healer {
  readonly #options: HealerOptions;
  readonly #tools: SessionTools;
  readonly #writer: MinuteWriter;
  readonly #asked: AskedMinutes;
  readonly #lastRow: LastRow;
  /** Longest wait for an answer, local ms. */
  readonly #limitMs: number;
  #isBusy = false;
  #isOver = false;
  #notBefore = -Infinity;
  readonly #troubles = new HistoryTroubles();
  #isBackfilled = false;
  #wanted: WantedHistory | undefined;
  #check: ((found: readonly VenueBar[] | "unanswered") => void) | undefined;

  constructor(options: HealerOptions) {
    const { tools: { pace }, isDelayed } = options;
    this.#options = options;
    this.#tools = options.tools;
    this.#writer = options.record.writer;
    const toLocalMs = (venueMs: number) => pace(venueMs, RETRY_FLOOR_MS);
    this.#asked = new AskedMinutes({ isDelayed, toLocalMs });
    this.#lastRow = new LastRow(isDelayed);
    this.#limitMs = pace(ANSWER_LIMIT_MS, ANSWER_LIMIT_FLOOR_MS);
  }

  /** True once every minute wanted so far was filled, settled or asked for, or history does not come. */
  get isBackfilled(): boolean {
    return this.#isBackfilled;
  }

  /** Minutes still to be had from history; undefined when there are none. */
  get wanted(): WantedHistory | undefined {
    return this.#wanted;
  }

  /** Asks for everything wanted as soon as possible (the venue is back). */
  hurry(): void {
    this.#asked.forgive();
    this.#troubles.forgive();
    this.#notBefore = -Infinity;
  }

  /** Asks no more and heeds no answer still under way. */
  stop(): void {
    this.#isOver = true;
  }

  /** Looks up the newest minutes, to see whether the market trades at all. */
  check(onFound: (found: readonly VenueBar[] | "unanswered") => void): void {
    this.#check = onFound;
    if (this.#troubles.isThrift) this.#notBefore = -Infinity;
  }

  /** Asks what is due. @param until minutes that open before it should have their bar by now. */
  tick(schedule: ContractSchedule, until: number): void {
    if (this.#isOver) return;
    const now = this.#tools.context.clock.monotonic();
    const holes = this.#writer.ledger.wanted(until);
    this.#wanted = this.#wantedOf(schedule, holes, now);
    if (this.#isBusy || now < this.#notBefore) return;
    const venueNow = this.#tools.venueClock.estimate();
    const sentAtLeast = this.#tools.venueClock.atLeast();
    if (this.#check !== undefined) {
      const contract = schedule.at(venueNow);
      const recent = { from: floorTo(venueNow, MINUTE) - CHECKED_MS, to: venueNow };
      const plan = this.#plan([recent], venueNow);
      if (contract !== undefined) this.#send({ schedule, contract, plan, until, sentAtLeast });
      return;
    }
    this.#asked.keepOnly(holes);
    const due = this.#asked.due(holes, now);
    const newest = due.at(-1);
    if (newest === undefined) {
      this.#isBackfilled = true;
      return;
    }
    const contract = schedule.at(newest.to - MINUTE);
    if (contract === undefined) return;
    const inTenure = newestFirst(due, holes, frontFrom(schedule, contract, newest.to));
    const plan = this.#plan(inTenure, venueNow);
    this.#send({ schedule, contract, plan, until, sentAtLeast });
  }

  #plan(holes: readonly Interval[], venueNow: number): HistoryPlan {
    const { context: { speed } } = this.#tools;
    const aheadMs = latestPossible(this.#tools) - venueNow;
    return planHistory(holes, venueNow, {
      servedWithinMs: this.#limitMs * speed + aheadMs,
      isKnownBefore: (openTime) => this.#isKnownBefore(openTime),
    });
  }

  /** There are bars not long before the minute that opens then. */
  #isKnownBefore(openTime: number): boolean {
    const { ledger } = this.#writer;
    for (let time = openTime - MINUTE; time >= openTime - DAYS_REACH_MS; time -= MINUTE) {
      if (hasBar(ledger.statusAt(time))) return true;
    }
    return false;
  }

  #wantedOf(
    schedule: ContractSchedule,
    holes: readonly Interval[],
    now: number,
  ): WantedHistory | undefined {
    const { budget, venueClock, context, pace } = this.#tools;
    const contract = holes[0] && schedule.at(holes[0].from)?.future.localSymbol;
    if (contract === undefined) return undefined;
    const requests = questionsFor(holes, venueClock.estimate());
    const waitMs = (count: number) => pace(budget.waitForMs(contract, count, now * context.speed));
    return {
      minutes: holes.reduce((sum, { from, to }) => sum + (to - from) / MINUTE, 0),
      requests,
      nextAt: Math.max(now + waitMs(1), this.#notBefore),
      lastAt: Math.max(now + waitMs(requests), this.#notBefore),
    };
  }

  #send(question: Question): void {
    const { budget, context, requests, guarded } = this.#tools;
    const { contract: { future }, plan: { end, duration } } = question;
    const request = `${end} ${duration}`;
    const venueMs = context.clock.monotonic() * context.speed;
    const waitMs = budget.waitMs(future.localSymbol, request, venueMs);
    if (waitMs > 0) {
      this.#pause(waitMs);
      return;
    }
    budget.spend(future.localSymbol, request, venueMs);
    this.#isBusy = true;
    const onFound = this.#check;
    this.#check = undefined;
    const onAnswer = (answer: Answer<readonly VenueBar[]>) => {
      const isHeeded = !this.#isOver && answer.kind !== "ended";
      const filled = isHeeded ? this.#answered(answer, question) : [];
      // The next question waits until these are stored.
      this.#writer.keep(filled).finally(() => void (this.#isBusy = false));
      if (!isHeeded) return;
      if (answer.kind === "timeout") onFound?.("unanswered");
      else onFound?.(answer.kind === "ok" ? answer.value : []);
    };
    requests.history({ future, end, duration }, this.#limitMs)
      .then((answer) => guarded(() => onAnswer(answer)));
  }

  /** @returns open times of the minutes that it brought. */
  #answered(answer: Answer<readonly VenueBar[]>, question: Question): readonly number[] {
    const { end, pace, context } = this.#tools;
    if (answer.kind === "ok") {
      this.#options.judge.clear("history");
      if (answer.value.length > 0) this.#options.record.refusals.served("history");
      const { filled, gone } = this.#apply(answer.value, question);
      this.#troubles.answered({ isVain: filled.length + gone.length === 0 });
      this.#notBefore = context.clock.monotonic() + pace(this.#troubles.waitMs, SPACING_FLOOR_MS);
      return filled;
    } else if (answer.kind === "refused") {
      this.#refused(answer.code, answer.text, question);
    } else {
      const isTooOften = this.#troubles.unanswered();
      this.#waitOut("no answer");
      if (isTooOften) end(unanswered(this.#options.record.instrument, "history"));
    }
    return [];
  }

  #refused(code: number, text: string, question: Question): void {
    const { judge, onFailure } = this.#options;
    const { kind, error } = judge.judge("history", code, text);
    if (kind === "final") return onFailure(error);
    if (kind === "slowly") judge.report("history", error);
    this.#troubles.refused(
      kind === "slowly" ? "refused" : kind === "paced" ? "pacing" : "trouble",
    );
    if (kind === "no-data") {
      // The service says so in passing trouble too: only saying it again and again is proof.
      const { calendar } = question.schedule;
      const gone = this.#inVain(question, [], (time, isEnough) => {
        return calendar.isOpen(time) === false ||
          (isEnough && this.#ageOf(time, question) >= YOUNG_MS);
      });
      this.#writer.settle({ filled: [], gone }, {
        isShut: (time) => calendar.isOpen(time) === false,
      });
      this.#isBackfilled = true;
    }
    this.#waitOut(text);
  }

  /** When history fails again and again, the stream must not wait for it. */
  #waitOut(why: string): void {
    this.#pause(this.#troubles.waitMs);
    if (this.#isBackfilled || !this.#troubles.isLasting) return;
    this.#isBackfilled = true;
    const { instrument } = this.#options.record;
    this.#tools.context.log.warn(
      `IBKR delivers no history of ${instrument} for now (${why}): its stream goes on, what is missing is listed and asked for again`,
      { instrument },
    );
  }

  /** @returns open times of the minutes that the answer settled. */
  #apply(bars: readonly VenueBar[], question: Question): MinuteSettlement {
    const { schedule, contract: { future }, until, sentAtLeast } = question;
    const { ledger } = this.#writer;
    const { record } = this.#options;
    const filled: number[] = [];
    const latest = latestPossible(this.#tools);
    const isWholeRow = (row: VenueBar) =>
      this.#lastRow.isWhole(row, sentAtLeast, schedule.calendar);
    for (const row of closedRows(bars, { sentAtLeast, latest, isWhole: isWholeRow })) {
      // History filters odd-lot and late prints that the stream has; it may correct only itself. Of a stored minute
      // nobody knows which it is.
      const status = ledger.statusAt(row.time);
      const isStreamed = status === MinuteStatus.Stream || status === MinuteStatus.Stored;
      if (row.time < ledger.from || row.time >= until || isStreamed) continue;
      if (schedule.at(row.time)?.future.contractId !== future.contractId) continue;
      const offer = this.#writer.write(minuteOf(row, record.source, future), "history");
      if (offer.kind === "new") filled.push(row.time);
    }
    const isWhole = bars.every((row) => isBelievable(row, latest));
    const gone = this.#inVain(question, bars, (time, isEnough) => {
      if (!isWhole || bars.some((row) => row.time === time)) return false;
      if (provesAbsent(time, bars) || schedule.calendar.isOpen(time) === false) return true;
      const isFollowed = bars.some((row) => row.time > time);
      return isEnough && this.#ageOf(time, question) >= (isFollowed ? YOUNG_MS : TRAILING_MS);
    });
    this.#writer.settle({ filled, gone }, {
      isShut: (time) => schedule.calendar.isOpen(time) === false,
    });
    if (this.#asked.coversAll(ledger.wanted(until))) this.#isBackfilled = true;
    return { filled, gone };
  }

  /**
   * Counts the question for each minute that its answer covers and leaves out. An answer up to "now" that came
   * late begins later than it was meant to: it says nothing of minutes before its first row.
   *
   * @returns those that `isGone` gives up.
   */
  #inVain(
    { plan, until }: Question,
    bars: readonly VenueBar[],
    isGone: (time: number, isEnough: boolean) => boolean,
  ): number[] {
    const { ledger } = this.#writer;
    const now = this.#tools.context.clock.monotonic();
    const surelyFrom = coveredFrom(plan, latestPossible(this.#tools));
    const isCovered = (time: number) => time >= surelyFrom || bars.some((row) => row.time < time);
    const gone: number[] = [];
    for (const hole of ledger.wanted(Math.min(until, plan.to))) {
      for (let time = Math.max(hole.from, plan.from); time < hole.to; time += MINUTE) {
        if (ledger.statusAt(time) !== MinuteStatus.Unknown) continue;
        const isEnough = isCovered(time) && this.#asked.inVain(time, now);
        if (isGone(time, isEnough)) gone.push(time);
      }
    }
    return gone;
  }

  /** Venue ms from the minute's end to the question; as if it had ended later where data is delayed. */
  #ageOf(time: number, { sentAtLeast }: Question): number {
    const delayMs = this.#options.isDelayed ? TRAILING_MS - YOUNG_MS : 0;
    return sentAtLeast - (time + MINUTE) - delayMs;
  }

  #pause(venueMs: number): void {
    const { pace, context } = this.#tools;
    this.#notBefore = context.clock.monotonic() + pace(venueMs, RETRY_FLOOR_MS);
  }
}
