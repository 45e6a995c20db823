import type { TradingCalendar } from "../../calendar/calendar.ts";
import { type ContractDates, latestRollTime, rollTime } from "../../calendar/contract_dates.ts";
import type { Product } from "../../calendar/products.ts";
import { CHICAGO, zonedTime } from "../../calendar/zone.ts";
import { DAY } from "../../model/time.ts";
import type { VenueBar } from "./gateway.ts";

/** The exchange's trading day is over then, early closes included; the next one opens an hour later. */
const DAY_ENDS = { hour: 16 };
/** Volume is compared from this long before the customary roll on: earlier crossings are accidents. */
const BEFORE_ROLL_MS = 7 * DAY;

/** From when on volume may end the tenure of a contract, epoch ms UTC. */
export function volumeWindowFrom(product: Product, contract: ContractDates): number {
  return rollTime(product, contract) - BEFORE_ROLL_MS;
}

/**
 * When the front month moves on by volume: at the open that follows the first trading day on which the next
 * contract traded more; at the latest when the old one stops trading or notice of delivery may be given. A day
 * whose volume is not known in both contracts decides nothing. Pure, and never by a day that is not over.
 *
 * @param contract the one in front.
 * @param front its daily bars, each at midnight UTC of its trading day; @param next those of its successor.
 * @param now a venue time that has surely passed.
 * @returns epoch ms UTC.
 */
export function volumeRollTime(
  product: Product,
  contract: ContractDates,
  { front, next, calendar, now }: {
    readonly front: readonly VenueBar[];
    readonly next: readonly VenueBar[];
    readonly calendar: TradingCalendar;
    readonly now: number;
  },
): number {
  const latest = latestRollTime(product, contract);
  const from = volumeWindowFrom(product, contract);
  const volumes = new Map(front.map((bar) => [bar.time, bar.volume]));
  for (const { time, volume } of next.toSorted((a, b) => a.time - b.time)) {
    const end = dayEnd(time);
    if (end === undefined || end < from || end > now) continue;
    if (!(volume > (volumes.get(time) ?? NaN))) continue;
    return Math.min(calendar.nextOpen(end) ?? end, latest);
  }
  return latest;
}

/** @param time midnight UTC of a trading day. @returns its end; undefined when it is no such time. */
function dayEnd(time: number): number | undefined {
  if (!Number.isSafeInteger(time) || time % DAY !== 0) return undefined;
  const date = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO("UTC").toPlainDate();
  return zonedTime(date, DAY_ENDS, CHICAGO);
}
