import type { MarketError } from "../../model/errors.ts";
import { MinuteStatus } from "../../model/minute_grid.ts";
import { floorTo, HOUR, type Interval, MINUTE, SECOND } from "../../model/time.ts";
import { AskedMinutes } from "./asked_minutes.ts";
import type { ContractSchedule, FrontContract } from "./contracts.ts";
import { unanswered } from "./instrument_failures.ts";
import type { VenueBar } from "./gateway.ts";
import {
  closedRows,
  type HistoryPlan,
  isBelievable,
  planHistory,
  provesAbsent,
  questionsFor,
} from "./history.ts";
import { historyRefusal } from "./history_refusal.ts";
import { minuteOf, type MinuteWriter } from "./minute_writer.ts";
import type { Answer } from "./requests.ts";
import type { SessionTools } from "./session_tools.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Longest wait for an answer of history, venue ms, and its local floor. */
const ANSWER_LIMIT_MS = 30 * SECOND;
const ANSWER_LIMIT_FLOOR_MS = 4_000;
/**
 * Between two questions, even for different minutes: one at each look at what is due. The limits themselves are
 * kept by the history budget.
 */
const SPACING_MS = 0.9 * SECOND;
const SPACING_FLOOR_MS = 100;
const RETRY_FLOOR_MS = 300;
/** Unanswered questions in a row that make the connection suspect. */
const MAX_UNANSWERED = 3;
const PACING_WAITS_MS = [15 * SECOND, 60 * SECOND, 120 * SECOND] as const;
const TROUBLE_WAIT_MS = 10 * SECOND;
/** An answer without the newest minutes proves nothing for this long; delayed data comes 15 minutes late. */
const YOUNG_MS = 3 * MINUTE;
const YOUNG_DELAYED_MS = HOUR / 2;
/** A history farm may trail: a minute that no later row follows is believed only when this old. */
const LIVE_LAG_MS = 10 * SECOND;
const CHECKED_MS = 10 * MINUTE;

export interface HealerOptions {
  readonly tools: SessionTools;
  readonly record: StreamRecord;
  readonly writer: MinuteWriter;
  readonly exchange: string;
  readonly isDelayed: boolean;
  /** Hears of what asking again cannot mend. */
  readonly onFailure: (error: MarketError) => void;
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
  #isBusy = false;
  #isOver = false;
  #notBefore = -Infinity;
  #unanswered = 0;
  #pacingErrors = 0;
  #isBackfilled = false;
  #check: ((found: readonly VenueBar[] | "unanswered") => void) | undefined;

  constructor(options: HealerOptions) {
    const { tools: { pace }, isDelayed } = options;
    this.#options = options;
    this.#tools = options.tools;
    this.#writer = options.writer;
    const toLocalMs = (venueMs: number) => pace(venueMs, RETRY_FLOOR_MS);
    this.#asked = new AskedMinutes({ isDelayed, toLocalMs });
  }

  /** True once every minute wanted so far was filled, settled or asked for. */
  get isBackfilled(): boolean {
    return this.#isBackfilled;
  }

  /** Asks for everything wanted as soon as possible (the venue is back). */
  hurry(): void {
    this.#asked.forgive();
    this.#notBefore = -Infinity;
  }

  /** Asks no more and heeds no answer still under way. */
  stop(): void {
    this.#isOver = true;
  }

  /** Looks up the newest minutes, to see whether the market trades at all. */
  check(onFound: (found: readonly VenueBar[] | "unanswered") => void): void {
    this.#check = onFound;
  }

  /** Asks what is due. @param until minutes that open before it should have their bar by now. */
  tick(schedule: ContractSchedule, until: number): void {
    if (this.#isOver) return;
    const now = this.#tools.context.clock.monotonic();
    const holes = this.#writer.ledger.wanted(until);
    this.#tellWanted(schedule, holes, now);
    if (this.#isBusy || now < this.#notBefore) return;
    const venueNow = this.#tools.venueClock.estimate();
    const sentAtLeast = this.#tools.venueClock.atLeast();
    if (this.#check !== undefined) {
      const contract = schedule.at(venueNow);
      const recent = { from: floorTo(venueNow, MINUTE) - CHECKED_MS, to: venueNow };
      const plan = planHistory([recent], venueNow);
      if (contract !== undefined) this.#send({ schedule, contract, plan, until, sentAtLeast });
      return;
    }
    this.#asked.keepOnly(holes);
    const due = this.#asked.due(holes, now);
    const first = due[0];
    if (first === undefined) {
      this.#isBackfilled = true;
      return;
    }
    const contract = schedule.at(first.from);
    if (contract === undefined) return;
    const inTenure = due.filter((hole) => hole.from < contract.rollAt)
      .map(({ from, to }) => ({ from, to: Math.min(to, contract.rollAt) }));
    const plan = planHistory(inTenure, venueNow);
    this.#send({ schedule, contract, plan, until, sentAtLeast });
  }

  #tellWanted(schedule: ContractSchedule, holes: readonly Interval[], now: number): void {
    const { record } = this.#options;
    const { budget, venueClock, context, pace } = this.#tools;
    const contract = holes[0] && schedule.at(holes[0].from)?.future.localSymbol;
    if (contract === undefined) {
      record.wanted = undefined;
      return;
    }
    const requests = questionsFor(holes, venueClock.estimate());
    const waitMs = (count: number) => pace(budget.waitForMs(contract, count, now * context.speed));
    record.wanted = {
      minutes: holes.reduce((sum, { from, to }) => sum + (to - from) / MINUTE, 0),
      requests,
      nextAt: Math.max(now + waitMs(1), this.#notBefore),
      lastAt: Math.max(now + waitMs(requests), this.#notBefore),
    };
  }

  #send(question: Question): void {
    const { budget, pace, context, requests, guarded } = this.#tools;
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
    const limitMs = pace(ANSWER_LIMIT_MS, ANSWER_LIMIT_FLOOR_MS);
    const onAnswer = (answer: Answer<readonly VenueBar[]>) => {
      this.#isBusy = false;
      if (this.#isOver || answer.kind === "ended") return;
      this.#answered(answer, question);
      if (answer.kind === "timeout") onFound?.("unanswered");
      else onFound?.(answer.kind === "ok" ? answer.value : []);
    };
    requests.history({ future, end, duration }, limitMs)
      .then((answer) => guarded(() => onAnswer(answer)));
  }

  #answered(answer: Answer<readonly VenueBar[]>, question: Question): void {
    const { end, pace, context } = this.#tools;
    if (answer.kind === "ok") {
      this.#pacingErrors = 0;
      this.#unanswered = 0;
      this.#notBefore = context.clock.monotonic() + pace(SPACING_MS, SPACING_FLOOR_MS);
      this.#apply(answer.value, question);
    } else if (answer.kind === "refused") {
      this.#unanswered = 0;
      this.#refused(answer.code, answer.text, question);
    } else {
      this.#pause(TROUBLE_WAIT_MS);
      if (++this.#unanswered >= MAX_UNANSWERED) {
        end(unanswered(this.#options.record.instrument, "history"));
      }
    }
  }

  #refused(code: number, text: string, question: Question): void {
    const { record: { instrument: symbol }, exchange, onFailure } = this.#options;
    const refusal = historyRefusal(code, text, { symbol, exchange });
    this.#tools.context.log.info(`IBKR delivered no history of ${symbol}`, { code, text });
    this.#pause(TROUBLE_WAIT_MS);
    if (refusal.kind === "no-data") {
      // The service says so in passing trouble too: only saying it again and again is proof.
      const gone = this.#inVain(question, (time, isEnough) => isEnough && !this.#isYoung(time));
      this.#settle([], gone);
      this.#isBackfilled = true;
    } else if (refusal.kind === "pacing") {
      const waits = PACING_WAITS_MS;
      this.#pause(waits[Math.min(this.#pacingErrors++, waits.length - 1)]!);
    } else if (refusal.kind === "failed") onFailure(refusal.error);
  }

  #apply(bars: readonly VenueBar[], question: Question): void {
    const { schedule, contract: { future }, until, sentAtLeast } = question;
    const { ledger } = this.#writer;
    const { isDelayed, record } = this.#options;
    const filled: number[] = [];
    const lagMs = isDelayed ? YOUNG_DELAYED_MS : LIVE_LAG_MS;
    for (const row of closedRows(bars, { sentAtLeast, lagMs })) {
      // History filters odd-lot and late prints that the stream has; it may correct only itself.
      const isStreamed = ledger.statusAt(row.time) === MinuteStatus.Stream;
      if (row.time < ledger.from || row.time >= until || isStreamed) continue;
      if (schedule.at(row.time)?.future.contractId !== future.contractId) continue;
      const offer = this.#writer.write(minuteOf(row, record.source, future), "history");
      if (offer.kind === "new") filled.push(row.time);
    }
    const isWhole = bars.every((row) => isBelievable(row, sentAtLeast));
    const gone = this.#inVain(question, (time, isEnough) => {
      if (!isWhole || bars.some((row) => row.time === time)) return false;
      const isLongAgo = isEnough && !this.#isYoung(time);
      return isLongAgo || provesAbsent(time, bars) || schedule.calendar.isOpen(time) === false;
    });
    this.#settle(filled, gone);
    if (this.#asked.coversAll(ledger.wanted(until))) this.#isBackfilled = true;
  }

  /** Counts the question for each minute it left empty. @returns those that `isGone` gives up. */
  #inVain(
    { plan, until }: Question,
    isGone: (time: number, isEnough: boolean) => boolean,
  ): number[] {
    const { ledger } = this.#writer;
    const now = this.#tools.context.clock.monotonic();
    const gone: number[] = [];
    for (const hole of ledger.wanted(Math.min(until, plan.to))) {
      for (let time = Math.max(hole.from, plan.from); time < hole.to; time += MINUTE) {
        if (ledger.statusAt(time) !== MinuteStatus.Unknown) continue;
        if (isGone(time, this.#asked.inVain(time, now))) gone.push(time);
      }
    }
    return gone;
  }

  #isYoung(time: number): boolean {
    const age = this.#tools.venueClock.atLeast() - (time + MINUTE);
    return age < (this.#options.isDelayed ? YOUNG_DELAYED_MS : YOUNG_MS);
  }

  /** Marks what is gone, and tells the heal when it mended what the stream had lost. */
  #settle(filled: readonly number[], gone: readonly number[]): void {
    const { ledger } = this.#writer;
    const { record: { liveFrom, instrument, quietMinutes } } = this.#options;
    for (const from of gone) ledger.markAbsent({ from, to: from + MINUTE });
    const healed = filled.filter((time) => time >= liveFrom);
    const absent = gone.filter((time) => time >= liveFrom && !quietMinutes.has(time));
    for (const time of [...filled, ...gone]) quietMinutes.delete(time);
    const times = [...healed, ...absent].sort((a, b) => a - b);
    if (times.length === 0) return;
    const interval: Interval = { from: times[0]!, to: times.at(-1)! + MINUTE };
    const heal = { ...interval, filled: healed.length, absent: absent.length };
    ledger.recordHeal(heal);
    const { emit, clock } = this.#tools.context;
    emit({ kind: "heal", instrument, ...heal, receivedAt: clock.now() });
  }

  #pause(venueMs: number): void {
    const { pace, context } = this.#tools;
    this.#notBefore = context.clock.monotonic() + pace(venueMs, RETRY_FLOOR_MS);
  }
}
