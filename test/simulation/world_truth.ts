import { lastTradeTime, rollTime } from "../../lib/calendar/contract_dates.ts";
import { frontMonth } from "../../lib/calendar/listed_contracts.ts";
import { findProduct, productOf } from "../../lib/calendar/products.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import type { RollRule } from "../../lib/feeds/ibkr/options.ts";
import type { Venue } from "./venue.ts";
import { DAY, floorTo, HOUR, type Interval, MINUTE } from "../../lib/model/time.ts";
import type { Truth } from "../../lib/simulator/truth.ts";
import type { TruthAt } from "./checker/history.ts";

interface Quarter {
  readonly symbol: string;
  readonly contractMonth: string;
  readonly lastTradeDate: string;
}

/** All simulated futures under faults are index futures. */
const INDEX_FUTURE = productOf("ES");
/** Front months change on the half hour at the finest. */
const TENURE_STEP_MS = HOUR / 2;
/** Volume may move a future on from this long before the customary roll. */
const BEFORE_ROLL_MS = 7 * DAY;

/** The truth as the checker wants it: one series an instrument, of the contract in front by the rule. */
export function truthAtOf(truth: Truth, roll: RollRule): TruthAt {
  const rolls = new Map<string, number>();
  const fronts = new Map<string, string | undefined>();
  const frontAt = (instrument: string, time: number) => {
    const quarters = truth.listings(time).flatMap((listing) =>
      listing.root === instrument && listing.lastTradeDate !== undefined
        ? [{
          symbol: listing.symbol,
          contractMonth: listing.lastTradeDate.slice(0, 6),
          lastTradeDate: listing.lastTradeDate,
        }]
        : []
    );
    const product = findProduct(instrument);
    if (product === undefined) return undefined;
    return roll === "volume"
      ? frontByVolume(truth, quarters, time, rolls)
      : frontMonth(product, quarters, time)?.symbol;
  };
  return (instrument, openTime) => {
    const step = floorTo(openTime, TENURE_STEP_MS);
    const key = `${instrument}@${step}`;
    if (!fronts.has(key)) fronts.set(key, frontAt(instrument, step));
    const contract = fronts.get(key);
    const bar = truth.minute(contract ?? instrument, openTime);
    return bar && { ...bar, contract };
  };
}

/** The front month that the whole truth's volumes give, worked out apart from the feed's own rule. */
function frontByVolume(
  truth: Truth,
  quarters: readonly Quarter[],
  time: number,
  rolls: Map<string, number>,
): string | undefined {
  const [front, next] = [...quarters]
    .filter(({ lastTradeDate }) => lastTradeTime(INDEX_FUTURE, lastTradeDate) > time)
    .sort((a, b) => a.lastTradeDate.localeCompare(b.lastTradeDate));
  if (front === undefined || next === undefined) return front?.symbol;
  let rollAt = rolls.get(front.symbol);
  if (rollAt === undefined) {
    rollAt = volumeRoll(truth, front, next);
    rolls.set(front.symbol, rollAt);
  }
  return time < rollAt ? front.symbol : next.symbol;
}

/** The open after the first trading day on which the next quarter trades more. */
function volumeRoll(truth: Truth, front: Quarter, next: Quarter): number {
  const latest = lastTradeTime(INDEX_FUTURE, front.lastTradeDate);
  const from = rollTime(INDEX_FUTURE, front) - BEFORE_ROLL_MS;
  for (const day of globexEquityIndex.sessions(from, latest)) {
    if (day.from < truth.from || day.to < from) continue;
    if (!(volumeOf(truth, next, day) > volumeOf(truth, front, day))) continue;
    return Math.min(latest, globexEquityIndex.nextOpen(day.to) ?? latest);
  }
  return latest;
}

function volumeOf(truth: Truth, { symbol }: Quarter, { from, to }: Interval): number {
  let sum = 0;
  for (let time = from; time < to; time += MINUTE) sum += truth.minute(symbol, time)?.volume ?? 0;
  return sum;
}

/** Whether data is due all through a stretch: Binance and Deribit always, futures in their session. */
export function isTrading(venue: Venue, from: number, to: number): boolean {
  if (venue !== "ibkr") return true;
  for (let time = floorTo(from, MINUTE); time <= to; time += MINUTE) {
    if (globexEquityIndex.isOpen(time) !== true) return false;
  }
  return true;
}
