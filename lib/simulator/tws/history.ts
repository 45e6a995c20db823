import { DAY, floorTo } from "../../model/time.ts";
import type { TwsRequest } from "../../wire/tws_request.ts";
import type { SimulatedBar } from "../truth.ts";
import { BAR_SIZE_NAMES, barSizeOf, parseDuration } from "./bar_sizes.ts";
import type { Contract } from "./contracts.ts";
import { type Refusal, Refusals } from "./refusals.ts";
import { type Fields, historyReply, historyUpdateReply, type WhatToShow } from "./replies.ts";
import { FIVE_SECONDS, joinBars, type Tape } from "./tape.ts";
import { dayOpenAt, isRegular, nextDayOpen, openOfDaysBack, tradingDate } from "./trading_days.ts";
import { EXCHANGE_ZONE, parseEndTime, zonedText } from "./venue_text.ts";

export type HistoryRequest = Extract<TwsRequest, { kind: "historicalData" }>;

const SHOWN: readonly string[] = ["TRADES", "MIDPOINT", "BID", "ASK"];

/** True for the kinds of data the venue has bars of. */
export function isShown(what: string): what is WhatToShow {
  return SHOWN.includes(what);
}

/** A historical request that can be served: which bars, and how to write them. */
export class HistoryQuery {
  readonly contract: Contract;
  readonly stepMs: number;
  readonly end: number;
  readonly #tape: Tape;
  readonly #request: HistoryRequest;
  readonly #show: WhatToShow;
  readonly #start: number;

  private constructor(
    tape: Tape,
    request: HistoryRequest,
    plan: { contract: Contract; show: WhatToShow; stepMs: number; start: number; end: number },
  ) {
    this.#tape = tape;
    this.#request = request;
    this.contract = plan.contract;
    this.#show = plan.show;
    this.stepMs = plan.stepMs;
    this.#start = plan.start;
    this.end = plan.end;
  }

  /**
   * Checks a request as TWS does.
   *
   * @param now venue time up to which the client may see data, epoch ms.
   */
  static of(
    tape: Tape,
    request: HistoryRequest,
    contract: Contract,
    now: number,
  ): HistoryQuery | Refusal {
    const size = barSizeOf(request.barSize);
    const duration = parseDuration(request.duration);
    const asked = request.end === "" ? now : parseEndTime(request.end);
    const show = request.whatToShow.toUpperCase();
    if (size === undefined) {
      const legal = BAR_SIZE_NAMES.join(", ");
      return Refusals.invalid(
        `Historical data bar size setting is invalid. Legal ones are: ${legal}`,
      );
    }
    if (duration === undefined) {
      return Refusals.invalid(`Historical data query duration is invalid: ${request.duration}`);
    }
    if (asked === undefined) {
      return Refusals.invalid(`The date, time, or time-zone entered is invalid: ${request.end}`);
    }
    if (!isShown(show)) {
      return Refusals.invalid(`Historical data type is not served here: ${request.whatToShow}`);
    }
    if (request.keepUpToDate && request.end !== "") {
      return Refusals.invalid("End time must be empty for a history kept up to date");
    }
    const end = Math.min(asked, now);
    const start = duration.kind === "time"
      ? end - duration.ms
      : openOfDaysBack(tape, contract.listing.symbol, end, duration.count);
    // A duration too long for the bar size gives nothing, as at the real venue.
    const isTooLong = end - start > size.longestMs;
    const plan = { contract, show, stepMs: size.stepMs, start: isTooLong ? end : start, end };
    return new HistoryQuery(tape, request, plan);
  }

  /** Everything but its id that makes a request identical to another. */
  get key(): string {
    const { end, barSize, duration, regularHoursOnly, whatToShow } = this.#request;
    return [this.contract.conId, end, barSize, duration, regularHoursOnly, whatToShow].join("|");
  }

  /** The bars, oldest first. The last one is still forming when the end is now. */
  bars(): SimulatedBar[] {
    const isWholeDays = this.stepMs === DAY && dayOpenAt(this.#start) === this.#start;
    if (isWholeDays && !this.#request.regularHoursOnly) return this.#days();
    const bars: SimulatedBar[] = [];
    const { symbol } = this.contract.listing;
    const from = this.stepMs === DAY
      ? this.#start
      : Math.ceil(this.#start / this.stepMs) * this.stepMs;
    for (const part of this.#tape.bars(symbol, from, this.end, this.stepMs)) {
      if (this.#request.regularHoursOnly && !isRegular(part.openTime)) continue;
      const openTime = this.#openTimeOf(part.openTime);
      const last = bars.at(-1);
      if (last?.openTime === openTime) bars[bars.length - 1] = joinBars(last, part);
      else bars.push({ ...part, openTime });
    }
    return bars;
  }

  #days(): SimulatedBar[] {
    const bars: SimulatedBar[] = [];
    for (let open = this.#start; open < this.end; open = nextDayOpen(open)) {
      const to = Math.min(this.end, nextDayOpen(open));
      const bar = this.#tape.dayBar(this.contract.listing.symbol, open, to);
      if (bar !== undefined) bars.push(bar);
    }
    return bars;
  }

  reply(bars: readonly SimulatedBar[]): Fields {
    const span = {
      start: zonedText(this.#start, EXCHANGE_ZONE),
      end: zonedText(this.end, EXCHANGE_ZONE),
    };
    const dated = bars.map((bar) => ({ date: this.#dateOf(bar.openTime), bar }));
    return historyReply(this.#request.id, span, dated, this.#show, this.contract.listing.tickSize);
  }

  /** The forming bar after one more part of it, and the message that carries it. */
  update(
    forming: SimulatedBar | undefined,
    part: SimulatedBar,
  ): { forming: SimulatedBar; message: Fields } | undefined {
    if (this.#request.regularHoursOnly && !isRegular(part.openTime)) return undefined;
    const openTime = this.#openTimeOf(part.openTime);
    const next = forming?.openTime === openTime ? joinBars(forming, part) : { ...part, openTime };
    const { tickSize } = this.contract.listing;
    const date = this.#dateOf(openTime);
    const message = historyUpdateReply(this.#request.id, date, next, this.#show, tickSize);
    return { forming: next, message };
  }

  #openTimeOf(time: number): number {
    return this.stepMs === DAY ? dayOpenAt(time) : floorTo(time, this.stepMs);
  }

  #dateOf(openTime: number): string {
    if (this.stepMs === DAY) return tradingDate(openTime);
    return this.#request.formatDate === 2
      ? String(openTime / 1_000)
      : zonedText(openTime, EXCHANGE_ZONE);
  }
}

/** A history kept up to date: after the past, the forming bar as it grows. */
export class HistoryStream {
  readonly contract: Contract;
  readonly #query: HistoryQuery;
  readonly #tape: Tape;
  #forming: SimulatedBar | undefined;
  #next: number;

  /** @param forming the last bar already sent. */
  constructor(query: HistoryQuery, tape: Tape, forming: SimulatedBar | undefined) {
    this.#query = query;
    this.contract = query.contract;
    this.#tape = tape;
    this.#forming = forming;
    this.#next = floorTo(query.end, FIVE_SECONDS);
  }

  /** Messages for the five seconds that were over by `now`. */
  *advance(now: number): Generator<Fields> {
    for (; this.#next + FIVE_SECONDS <= now; this.#next += FIVE_SECONDS) {
      const part = this.#tape.five(this.contract.listing.symbol, this.#next);
      const update = part && this.#query.update(this.#forming, part);
      if (update === undefined) continue;
      this.#forming = update.forming;
      yield update.message;
    }
  }
}
