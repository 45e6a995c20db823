import { CHICAGO, dateText, ianaZone, parseDate, zonedTime } from "./zone.ts";

const MONTH_CODES = "FGHJKMNQUVXZ";
/** Index futures stop trading in the morning of their last day, Chicago time. */
const LAST_TRADE = { hour: 8, minute: 30 };
const GLOBEX_OPEN = { hour: 17 };
const FRIDAY = 5;
/** Expiries remembered at once. Feeds ask for the same few every second, and zones are slow to work out. */
const MAX_REMEMBERED = 256;

const rolls = new Map<string, number>();
const lastTrades = new Map<string, number>();

/** A quarter of an index future. */
export interface QuarterlyContract {
  /** `ESZ6`. */
  readonly symbol: string;
  /** `202612`. */
  readonly contractMonth: string;
  /** `20261218`. */
  readonly lastTradeDate: string;
}

/** The letter of a delivery month: 3 → `H`, 6 → `M`, 9 → `U`, 12 → `Z`. @throws {RangeError} */
export function monthCode(month: number): string {
  const code = Number.isInteger(month) ? MONTH_CODES[month - 1] : undefined;
  if (code === undefined) throw new RangeError(`month must be from 1 to 12, got ${month}`);
  return code;
}

/** Local symbol of a contract month: `ES`, `202612` → `ESZ6`. @throws {RangeError} for no month. */
export function contractSymbol(root: string, contractMonth: string): string {
  const { year, month } = partsOf(contractMonth);
  return `${root}${monthCode(month)}${year % 10}`;
}

/**
 * Last trade date of an index future by rule: the third Friday of its contract month. A holiday moves it;
 * the venue's own date goes first where it is known.
 *
 * @example
 * ```ts
 * import { expiryOf } from "./contract_month.ts";
 * import assert from "node:assert/strict";
 * assert.equal(expiryOf("202612"), "20261218");
 * ```
 */
export function expiryOf(contractMonth: string): string {
  const { year, month } = partsOf(contractMonth);
  const first = new Temporal.PlainDate(year, month, 1);
  const toFriday = (FRIDAY - first.dayOfWeek + 7) % 7;
  return dateText(first.add({ days: toFriday + 14 }));
}

/**
 * When the front month moves on from the contract that expires then: the open of Monday's session in the
 * expiry week, which is Sunday 17:00 in Chicago. The customary roll since 2022, see CME Group's roll dates.
 *
 * @param expiry last trade date, `YYYYMMDD`.
 * @returns epoch ms UTC.
 * @throws {RangeError} when there is no such day.
 */
export function rollTime(expiry: string): number {
  return remembered(rolls, expiry, () => {
    const date = dateOf(expiry);
    return zonedTime(date.subtract({ days: date.dayOfWeek }), GLOBEX_OPEN, CHICAGO);
  });
}

/** When the contract that expires on `expiry` stops trading, epoch ms UTC. @throws {RangeError} */
export function lastTradeTime(expiry: string): number {
  return remembered(lastTrades, expiry, () => zonedTime(dateOf(expiry), LAST_TRADE, CHICAGO));
}

/**
 * The quarters (March, June, September, December) of an index future that still trade, nearest first.
 *
 * @param at epoch ms UTC.
 * @param count how many.
 */
export function quarterlyContracts(root: string, at: number, count: number): QuarterlyContract[] {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`count must be a whole number of 0 or more, got ${count}`);
  }
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(CHICAGO);
  let quarter = new Temporal.PlainYearMonth(now.year, Math.ceil(now.month / 3) * 3);
  const found: QuarterlyContract[] = [];
  while (found.length < count) {
    const contractMonth = quarter.toString().replace("-", "");
    const lastTradeDate = expiryOf(contractMonth);
    if (found.length > 0 || lastTradeTime(lastTradeDate) > at) {
      found.push({ symbol: contractSymbol(root, contractMonth), contractMonth, lastTradeDate });
    }
    quarter = quarter.add({ months: 3 });
  }
  return found;
}

/**
 * The contract to stream: the nearest one whose {@link rollTime} is still to come; when all have rolled,
 * the last one that still trades. Contracts with an unreadable date are passed over.
 *
 * @param contracts in any order.
 * @param at epoch ms UTC.
 */
export function frontMonth<T extends { readonly lastTradeDate: string }>(
  contracts: readonly T[],
  at: number,
): T | undefined {
  const dated = contracts.filter(({ lastTradeDate }) => parseDate(lastTradeDate) !== undefined)
    .sort((a, b) => a.lastTradeDate.localeCompare(b.lastTradeDate));
  return dated.find(({ lastTradeDate }) => rollTime(lastTradeDate) > at) ??
    dated.findLast(({ lastTradeDate }) => lastTradeTime(lastTradeDate) > at);
}

/**
 * The last trade date `YYYYMMDD` behind the forms TWS gives it in: `20261218`,
 * `20261218 08:30 US/Central`, `20261218-17:10:00`. With a time and a zone (which may be the login's, so
 * that the date is a day late) the date is Chicago's. Undefined when there is none.
 *
 * @example
 * ```ts
 * import { normalizeExpiry } from "./contract_month.ts";
 * import assert from "node:assert/strict";
 * assert.equal(normalizeExpiry("20261218 08:30 US/Central"), "20261218");
 * assert.equal(normalizeExpiry("20261219 01:30:00 Australia/Sydney"), "20261218");
 * ```
 */
export function normalizeExpiry(raw: string): string | undefined {
  const form = /^(\d{8})(?:[ -]+(\d{2}):(\d{2})(?::\d{2})?(?:\s+(\S.*))?)?$/;
  const [, text = "", hour = "", minute = "", zoneName = ""] = form.exec(raw.trim()) ?? [];
  const date = parseDate(text);
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  const zone = ianaZone(zoneName);
  // Midnight stands for "no time given" rather than for a time.
  if (zone === undefined || Number(hour) + Number(minute) === 0) return text;
  const time = zonedTime(date, { hour: Number(hour), minute: Number(minute) }, zone);
  const chicago = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(CHICAGO);
  return dateText(chicago.toPlainDate());
}

function partsOf(contractMonth: string): { year: number; month: number } {
  const [, year, month] = /^(\d{4})(0[1-9]|1[0-2])$/.exec(contractMonth) ?? [];
  if (year === undefined) {
    throw new RangeError(`contractMonth must be YYYYMM, got ${contractMonth}`);
  }
  return { year: Number(year), month: Number(month) };
}

function remembered(times: Map<string, number>, expiry: string, make: () => number): number {
  const known = times.get(expiry);
  if (known !== undefined) return known;
  const time = make();
  if (times.size >= MAX_REMEMBERED) times.clear();
  times.set(expiry, time);
  return time;
}

function dateOf(expiry: string): Temporal.PlainDate {
  const date = parseDate(expiry);
  if (date === undefined) throw new RangeError(`expiry must be a day as YYYYMMDD, got ${expiry}`);
  return date;
}
