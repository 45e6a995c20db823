import type { TradingCalendar } from "../../calendar/calendar.ts";
import {
  type ContractDates,
  isActiveMonth,
  lastTradeDateOf,
  lastTradeTime,
  latestRollTime,
  rollTime,
} from "../../calendar/contract_dates.ts";
import { normalizeExpiry } from "../../calendar/contract_month.ts";
import type { Product } from "../../calendar/products.ts";
import {
  parseTradingHours,
  type PublishedHours,
  withPublishedHours,
} from "../../calendar/trading_hours.ts";
import type { Interval } from "../../model/time.ts";
import type { ListedFuture } from "./gateway.ts";

/** The contract that is in front at some time. */
export interface FrontContract extends ContractDates {
  readonly future: ListedFuture;
  /** When the next one takes over, epoch ms UTC; Infinity when the user chose the contract. */
  readonly rollAt: number;
}

/** `YYYYMM`. */
const MONTH = /^\d{4}(0[1-9]|1[0-2])$/;

interface ListedMonth extends ContractDates {
  readonly future: ListedFuture;
}

/**
 * The listed contract months of one product: which is in front when, and when its market is open. Of what IBKR
 * lists under a symbol, only the product's own class and multiplier count. Months whose expiry is neither given
 * nor follows from their name are left out. A month that is not active is never in front unless the user chose it.
 */
export class ContractSchedule {
  readonly product: Product;
  /** Published hours of the contract over the rule of its market; unknown where neither speaks. */
  readonly calendar: TradingCalendar;
  /** Sessions that the venue itself has published, about a week ahead. */
  readonly published: readonly Interval[];
  /** Expiries that may be chosen, `YYYYMMDD`, nearest first. */
  readonly listed: readonly string[];
  readonly #months: readonly ListedMonth[];
  readonly #active: readonly ListedMonth[];
  readonly #chosen: FrontContract | undefined;
  readonly #isChosen: boolean;
  readonly #rolls: ReadonlyMap<string, number>;
  #recent: { readonly from: number; readonly front: FrontContract } | undefined;

  /**
   * @param manualExpiry `YYYYMM` or `YYYYMMDD` to stay on; null follows the front month.
   * @param rolls by contract month, where the roll is not the customary one, epoch ms UTC.
   */
  constructor(
    product: Product,
    listing: readonly ListedFuture[],
    manualExpiry: string | null,
    rolls: ReadonlyMap<string, number> = new Map(),
  ) {
    const months = monthsOf(product, listing);
    this.product = product;
    this.#rolls = rolls;
    this.#months = months;
    this.#active = months.filter(({ contractMonth }) => isActiveMonth(product, contractMonth));
    this.listed = months.map((month) => month.lastTradeDate);
    this.#isChosen = manualExpiry !== null;
    const chosen = months.find(({ contractMonth, lastTradeDate }) =>
      contractMonth === manualExpiry || lastTradeDate === manualExpiry ||
      (manualExpiry?.length === 6 && lastTradeDate.startsWith(manualExpiry))
    );
    this.#chosen = chosen === undefined ? undefined : { ...chosen, rollAt: Infinity };
    // The hours of a month end with it; those of the farthest one are the exchange's own.
    const farthestFirst = months.map((month) => month.future).reverse();
    const hours = hoursOf(chosen === undefined ? farthestFirst : [chosen.future]);
    this.published = hours?.sessions ?? [];
    this.calendar = hours === undefined
      ? product.knownHours
      : withPublishedHours(product.knownHours, hours);
  }

  /** The contract in front at venue time `time`; undefined when none is listed that trades then. */
  at(time: number): FrontContract | undefined {
    if (this.#isChosen) return this.#chosen;
    const recent = this.#recent;
    if (recent !== undefined && time >= recent.from && time < recent.front.rollAt) {
      return recent.front;
    }
    const month = this.#active.find((month) => this.#rollOf(month) > time) ??
      this.#active.findLast((month) => this.#lastTradeOf(month) > time);
    if (month === undefined) return undefined;
    const front = this.#tenureOf(month, time);
    this.#recent = { from: time, front };
    return front;
  }

  /** The two nearest active contracts that still trade: the next roll is between them. Empty when one was chosen. */
  contenders(time: number): readonly FrontContract[] {
    if (this.#isChosen) return [];
    return this.#active.filter((month) => this.#lastTradeOf(month) > time)
      .slice(0, 2).map((month) => this.#tenureOf(month, time));
  }

  /** The listed contract of a month `YYYYMM`, active or not. */
  futureOf(contractMonth: string): ListedFuture | undefined {
    return this.#months.find((month) => month.contractMonth === contractMonth)?.future;
  }

  #tenureOf(month: ListedMonth, time: number): FrontContract {
    const roll = this.#rollOf(month);
    return { ...month, rollAt: roll > time ? roll : latestRollTime(this.product, month) };
  }

  #rollOf(month: ListedMonth): number {
    return this.#rolls.get(month.contractMonth) ?? rollTime(this.product, month);
  }

  #lastTradeOf({ lastTradeDate }: ListedMonth): number {
    return lastTradeTime(this.product, lastTradeDate);
  }
}

/** True for a contract of the product itself: IBKR lists several classes and multipliers under one symbol. */
export function isOfProduct(
  { tradingClass, multiplier }: Product,
  future: ListedFuture,
): boolean {
  return future.tradingClass === tradingClass && future.multiplier === multiplier;
}

function monthsOf(product: Product, listing: readonly ListedFuture[]): ListedMonth[] {
  const byMonth = new Map<string, ListedMonth>();
  for (const future of listing.filter((future) => isOfProduct(product, future))) {
    const dates = datesOf(product, future);
    if (dates === undefined) continue;
    const other = byMonth.get(dates.contractMonth);
    // The same whatever order the venue lists them in.
    if (other !== undefined && other.future.contractId < future.contractId) continue;
    byMonth.set(dates.contractMonth, { ...dates, future });
  }
  return [...byMonth.values()].sort((a, b) => a.lastTradeDate.localeCompare(b.lastTradeDate));
}

/** The venue's own date, else that of the contract month by the product's rule. */
function datesOf(
  product: Product,
  { lastTradeDate: raw, contractMonth: month }: ListedFuture,
): ContractDates | undefined {
  const given = normalizeExpiry(raw);
  const contractMonth = [month, raw.trim(), given?.slice(0, 6) ?? ""]
    .find((text) => MONTH.test(text));
  if (contractMonth === undefined) return undefined;
  return { contractMonth, lastTradeDate: given ?? lastTradeDateOf(product, contractMonth) };
}

/** The first hours that can be read. */
function hoursOf(listing: readonly ListedFuture[]): PublishedHours | undefined {
  return listing.map(({ tradingHours, timeZone }) => parseTradingHours(tradingHours, timeZone))
    .find(({ sessions, closedDays }) => sessions.length > 0 || closedDays.length > 0);
}
