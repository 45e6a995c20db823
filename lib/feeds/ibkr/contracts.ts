import type { TradingCalendar } from "../../calendar/calendar.ts";
import {
  expiryOf,
  lastTradeTime,
  normalizeExpiry,
  rollTime,
} from "../../calendar/contract_month.ts";
import { globexWithAuthority } from "../../calendar/globex.ts";
import {
  parseTradingHours,
  type PublishedHours,
  withPublishedHours,
} from "../../calendar/trading_hours.ts";
import type { Interval } from "../../model/time.ts";
import type { ListedFuture } from "./gateway.ts";

/** The contract that is in front at some time. */
export interface FrontContract {
  readonly future: ListedFuture;
  /** Last trade date, `YYYYMMDD`. */
  readonly expiry: string;
  /** When the next one takes over, epoch ms UTC; Infinity when the user chose the contract. */
  readonly rollAt: number;
}

/** `YYYYMM`. */
const MONTH = /^\d{4}(0[1-9]|1[0-2])$/;

interface Quarter {
  readonly future: ListedFuture;
  readonly lastTradeDate: string;
}

/**
 * The listed contract months of one future: which is in front when, and when its market is open. Of several
 * contracts that expire on one day (a root may list a mini beside the full size) the biggest is meant. Months
 * whose expiry is neither told nor follows from their name are left out.
 */
export class ContractSchedule {
  /** Published hours of the contract over the rule of CME Globex; unknown where neither speaks. */
  readonly calendar: TradingCalendar;
  /** Sessions that the venue itself has told, about a week ahead. */
  readonly published: readonly Interval[];
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
    this.#quarters = quartersOf(listing);
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
    const hours = hoursOf(chosen === undefined ? farthestFirst : [chosen.future]);
    this.published = hours?.sessions ?? [];
    this.calendar = hours === undefined
      ? globexWithAuthority
      : withPublishedHours(globexWithAuthority, hours);
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

function quartersOf(listing: readonly ListedFuture[]): Quarter[] {
  const meant = new Map<string, ListedFuture>();
  for (const future of listing) {
    const lastTradeDate = expiryFrom(future);
    if (lastTradeDate === undefined) continue;
    const other = meant.get(lastTradeDate);
    if (other === undefined || isMeantBefore(future, other)) meant.set(lastTradeDate, future);
  }
  return [...meant].map(([lastTradeDate, future]) => ({ future, lastTradeDate }))
    .sort((a, b) => a.lastTradeDate.localeCompare(b.lastTradeDate));
}

/** The venue's own date, else the third Friday of the contract month. */
function expiryFrom({ lastTradeDate, contractMonth }: ListedFuture): string | undefined {
  const told = normalizeExpiry(lastTradeDate);
  if (told !== undefined) return told;
  const month = [contractMonth, lastTradeDate.trim()].find((text) => MONTH.test(text));
  return month === undefined ? undefined : expiryOf(month);
}

/** The same whatever order the venue lists them in. */
function isMeantBefore(a: ListedFuture, b: ListedFuture): boolean {
  const bigger = (a.multiplier ?? 0) - (b.multiplier ?? 0);
  return bigger > 0 || (bigger === 0 && a.contractId < b.contractId);
}

/** The first hours that can be read. */
function hoursOf(listing: readonly ListedFuture[]): PublishedHours | undefined {
  return listing.map(({ tradingHours, timeZone }) => parseTradingHours(tradingHours, timeZone))
    .find(({ sessions, closedDays }) => sessions.length > 0 || closedDays.length > 0);
}
