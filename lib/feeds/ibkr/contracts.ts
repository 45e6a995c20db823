import type { TradingCalendar } from "../../calendar/calendar.ts";
import { lastTradeTime, normalizeExpiry, rollTime } from "../../calendar/contract_month.ts";
import { globexEquityIndex } from "../../calendar/globex.ts";
import { parseTradingHours, withPublishedHours } from "../../calendar/trading_hours.ts";
import type { ListedFuture } from "./gateway.ts";

/** The contract that is in front at some time. */
export interface FrontContract {
  readonly future: ListedFuture;
  /** Last trade date, `YYYYMMDD`. */
  readonly expiry: string;
  /** When the next one takes over, epoch ms UTC; Infinity when the user chose the contract. */
  readonly rollAt: number;
}

interface Quarter {
  readonly future: ListedFuture;
  readonly lastTradeDate: string;
}

/**
 * The listed contract months of one future: which is in front when, and when its market is open. Months
 * whose expiry cannot be read are left out.
 */
export class ContractSchedule {
  /** Published hours of the contract over the rule of CME Globex. */
  readonly calendar: TradingCalendar;
  /** Expiries that may be chosen, `YYYYMMDD`, nearest first. */
  readonly listed: readonly string[];
  readonly #quarters: readonly Quarter[];
  readonly #chosen: FrontContract | undefined;
  readonly #isChosen: boolean;
  readonly #rolls: ReadonlyMap<string, number>;
  #recent: { readonly from: number; readonly front: FrontContract } | undefined;

  /**
   * @param manualExpiry `YYYYMM` or `YYYYMMDD` to stay on; null follows the front month.
   * @param rolls by expiry, where the roll is not the customary one, epoch ms UTC.
   */
  constructor(
    listing: readonly ListedFuture[],
    manualExpiry: string | null,
    rolls: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#rolls = rolls;
    this.#quarters = listing.flatMap((future) => {
      const lastTradeDate = normalizeExpiry(future.lastTradeDate);
      return lastTradeDate === undefined ? [] : [{ future, lastTradeDate }];
    }).sort((a, b) => a.lastTradeDate.localeCompare(b.lastTradeDate));
    this.listed = this.#quarters.map((quarter) => quarter.lastTradeDate);
    this.#isChosen = manualExpiry !== null;
    const chosen = this.#quarters.find(({ future, lastTradeDate }) =>
      future.contractMonth === manualExpiry || lastTradeDate === manualExpiry ||
      (manualExpiry?.length === 6 && lastTradeDate.startsWith(manualExpiry))
    );
    this.#chosen = chosen === undefined ? undefined : {
      future: chosen.future,
      expiry: chosen.lastTradeDate,
      rollAt: Infinity,
    };
    // The hours of a month end with it; those of the farthest one are the exchange's own.
    const farthestFirst = this.#quarters.map((quarter) => quarter.future).reverse();
    this.calendar = calendarOf(chosen === undefined ? farthestFirst : [chosen.future]);
  }

  /** The contract in front at venue time `time`; undefined when none is listed that trades then. */
  at(time: number): FrontContract | undefined {
    if (this.#isChosen) return this.#chosen;
    const recent = this.#recent;
    if (recent !== undefined && time >= recent.from && time < recent.front.rollAt) {
      return recent.front;
    }
    const trading = (quarter: Quarter) => lastTradeTime(quarter.lastTradeDate) > time;
    const quarter = this.#quarters.find((quarter) => this.#rollOf(quarter) > time) ??
      this.#quarters.findLast(trading);
    if (quarter === undefined) return undefined;
    const front = this.#tenureOf(quarter, time);
    this.#recent = { from: time, front };
    return front;
  }

  /** The two nearest contracts that still trade: the next roll is between them. Empty when one was chosen. */
  contenders(time: number): readonly FrontContract[] {
    if (this.#isChosen) return [];
    return this.#quarters.filter(({ lastTradeDate }) => lastTradeTime(lastTradeDate) > time)
      .slice(0, 2).map((quarter) => this.#tenureOf(quarter, time));
  }

  #tenureOf(quarter: Quarter, time: number): FrontContract {
    const { future, lastTradeDate: expiry } = quarter;
    const roll = this.#rollOf(quarter);
    return { future, expiry, rollAt: roll > time ? roll : lastTradeTime(expiry) };
  }

  #rollOf({ lastTradeDate }: Quarter): number {
    return this.#rolls.get(lastTradeDate) ?? rollTime(lastTradeDate);
  }
}

function calendarOf(listing: readonly ListedFuture[]): TradingCalendar {
  for (const { tradingHours, timeZone } of listing) {
    const hours = parseTradingHours(tradingHours, timeZone);
    const isReadable = hours.sessions.length > 0 || hours.closedDays.length > 0;
    if (isReadable) return withPublishedHours(globexEquityIndex, hours);
  }
  return globexEquityIndex;
}
