import type { TradingCalendar } from "../../lib/calendar/calendar.ts";
import type { ReportRow } from "../../lib/bars/report/report_rows.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";

/**
 * Minutes without a fault: a random walk with volume, one bar for every minute in which the market is open.
 *
 * @param options.profile volume by time, for what looks at the hours of a day. @default even
 */
export function cleanBars(
  from: number,
  to: number,
  calendar: TradingCalendar,
  { seed = 1, profile = () => 1 }: {
    readonly seed?: number;
    readonly profile?: (time: number) => number;
  } = {},
): ReportRow[] {
  const random = seededRandom(seed);
  const bars: ReportRow[] = [];
  let price = 5_000;
  for (let openTime = from; openTime < to; openTime += MINUTE) {
    if (calendar.isOpen(openTime) === false) continue;
    const open = price;
    const step = () => 1 + 2e-4 * (random() + random() + random() + random() - 2);
    const close = open * step();
    const high = Math.max(open, close) * (1 + 1e-4 * random());
    const low = Math.min(open, close) * (1 - 1e-4 * random());
    price = close;
    const volume = profile(openTime) * (100 + 50 * random());
    bars.push({ openTime, open, high, low, close, volume });
  }
  return bars;
}
